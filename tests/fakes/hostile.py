"""Files made to hurt whoever reads them."""

from __future__ import annotations

import io
import zipfile
import zlib

_MB = 1024 * 1024
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.\
wordprocessingml.document.main+xml"/></Types>"""
_RELATIONS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/\
officeDocument" Target="word/document.xml"/></Relationships>"""


_NAMES = f'xmlns:w="{_WORD}"'


def docx(
    body: str, head: str = "", more: dict[str, bytes] | None = None, names: str = _NAMES
) -> bytes:
    """A Word file with that body, which no Word wrote."""
    document = f"{head}<w:document {names}><w:body>{body}</w:body></w:document>"
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS)
        archive.writestr("word/document.xml", document)
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return data.getvalue()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def docx_bomb(unpacked_mb: int = 1024) -> bytes:
    """A Word file of about a thousandth of what it unpacks to."""
    data = io.BytesIO(docx(paragraph("harmless")))
    with (
        zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/media/image1.bin", "w", force_zip64=True) as member,
    ):
        for _ in range(unpacked_mb):
            member.write(bytes(_MB))
    return data.getvalue()


def pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    data = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    data += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    data += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(data)


def pdf_bomb(unpacked_mb: int = 1024) -> bytes:
    """A PDF whose only page is a megabyte that unpacks to a gigabyte."""
    packer = zlib.compressobj(9)
    stream = b"".join(packer.compress(b" " * _MB) for _ in range(unpacked_mb)) + packer.flush()
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )


def pdf_page_loop() -> bytes:
    """A PDF whose tree of pages contains itself."""
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 200000 >>",
        b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 3 0 R] /Count 200000 >>",
    )


def pdf_many_pages(count: int) -> bytes:
    """A PDF that lists one page many times."""
    kids = b" ".join([b"3 0 R"] * count)
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count),
        b"<< /Type /Page /Parent 2 0 R >>",
    )


def deep_html(depth: int) -> bytes:
    return b"<p>before</p>" + b"<div>" * depth + b"deep" + b"</div>" * depth


def wide_table(columns: int, rows: int = 200) -> bytes:
    row = "|" + " x |" * columns
    return "\n".join([row, "|" + "---|" * columns, *[row] * rows]).encode()


def yaml_bomb() -> bytes:
    """Front matter of 400 characters that means ten to the ninth words."""
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    for level in range(1, 9):
        aliases = ", ".join([f"*a{level - 1}"] * 10)
        lines.append(f"a{level}: &a{level} [{aliases}]")
    return "\n".join(["---", *lines, "---", "# Title", "", "Text."]).encode()
