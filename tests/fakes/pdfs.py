"""PDFs as programs make them: untagged ones of reportlab, tagged ones as Word writes."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate

STYLES = getSampleStyleSheet()
LONG = "We keep records only as long as they are needed, and then we delete them for good. " * 3


def flowing(story: Sequence[Any], furniture: Callable[[Canvas, Any], None] | None = None,
            **properties: str) -> bytes:  # fmt: skip
    """A PDF of reportlab's flowables, with `furniture` drawn on every page."""
    data = io.BytesIO()
    draw = furniture or (lambda canvas, document: None)
    SimpleDocTemplate(data, pagesize=A4, **properties).build(
        list(story), onFirstPage=draw, onLaterPages=draw
    )
    return data.getvalue()


def text(words: str, style: str = "BodyText") -> Paragraph:
    return Paragraph(words, STYLES[style])


def lines(
    *rows: str, x: float = 72, top: float = 700, gap: float = 14
) -> list[tuple[float, float, str]]:
    """Texts at places, one below the other."""
    return [(x, top - gap * number, row) for number, row in enumerate(rows)]


def drawn(*pages: Sequence[tuple[float, float, str]], size: float = 11) -> bytes:
    """A PDF with texts at places (x, y), page by page."""
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A4)
    for page in pages:
        canvas.setFont("Helvetica", size)
        for x, y, words in page:
            canvas.drawString(x, y, words)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def tagged(*pages: Sequence[tuple[str, str, float, float]], language: str = "") -> bytes:
    """A PDF whose texts are tagged: (role, words, x, y), page by page. Roles are PDF's ("H1", "P")
    or "TD:3"/"TH:3" for a cell of row 3, and "Artifact"."""
    writer = PdfWriter()
    root = DictionaryObject({NameObject("/Type"): NameObject("/StructTreeRoot")})
    root_ref = writer._add_object(root)
    font = writer._add_object(_name_dict(Type="/Font", Subtype="/Type1", BaseFont="/Helvetica"))
    elements = ArrayObject()
    table: DictionaryObject | None = None
    rows: dict[str, DictionaryObject] = {}
    for texts in pages:
        page = writer.add_blank_page(612, 792)
        content = []
        for number, (role, words, x, y) in enumerate(texts):
            show = f"BT /F1 11 Tf 1 0 0 1 {x} {y} Tm ({words}) Tj ET"
            if role == "Artifact":
                content.append(f"/Artifact BMC {show} EMC")
                continue
            kind, _, row = role.partition(":")
            content.append(f"/{kind} <</MCID {number}>> BDC {show} EMC")
            element = _name_dict(Type="/StructElem", S=f"/{kind}")
            element[NameObject("/K")] = NumberObject(number)
            element[NameObject("/Pg")] = page.indirect_reference
            if not row:
                elements.append(writer._add_object(element))
                continue
            if table is None:
                table = _parent("/Table")
                elements.append(writer._add_object(table))
            if row not in rows:
                rows[row] = _parent("/TR")
                table["/K"].append(writer._add_object(rows[row]))
            rows[row]["/K"].append(writer._add_object(element))
        stream = DecodedStreamObject()
        stream.set_data("\n".join(content).encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(stream)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
    root[NameObject("/K")] = elements
    writer.root_object[NameObject("/StructTreeRoot")] = root_ref
    if language:
        writer.root_object[NameObject("/Lang")] = TextStringObject(language)
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


def _name_dict(**names: str) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{k}"): NameObject(v) for k, v in names.items()})


def _parent(role: str) -> DictionaryObject:
    element = _name_dict(Type="/StructElem", S=role)
    element[NameObject("/K")] = ArrayObject()
    return element


def scanned(pages: int) -> bytes:
    """Pages that hold a picture each and no text."""
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A4)
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    picture = ImageReader(Image.new("L", (8, 8), 200))
    for _ in range(pages):
        canvas.drawImage(picture, 0, 0, 600, 800)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def encrypted(password: str) -> bytes:
    """One page, which opens with that password."""
    writer = PdfWriter()
    writer.append(io.BytesIO(drawn([(72, 700, "Nobody should read this.")])))
    writer.encrypt(password, algorithm="AES-256")
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()
