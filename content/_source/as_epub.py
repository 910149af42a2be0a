"""A source as a book (EPUB 3) with a cover, a table of contents and a page for each chapter."""

from __future__ import annotations

from html import escape
from io import BytesIO
from zipfile import ZipFile

from as_pages import chapters, page
from source import Source

_CONTAINER = """<?xml version="1.0"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="book/package.opf"
 media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
_PACKAGE = """<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:fernhill:{name}</dc:identifier>
<dc:title>{title}</dc:title>
<dc:language>en-GB</dc:language>
<meta property="dcterms:modified">{dated}T00:00:00Z</meta>
</metadata>
<manifest>
<item id="nav" href="contents.xhtml" media-type="application/xhtml+xml" properties="nav"/>
{items}
</manifest>
<spine>
<itemref idref="nav"/>
{references}
</spine>
</package>
"""
_NAV = """<?xml version="1.0" encoding="UTF-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en">
<head><title>Contents</title></head>
<body><nav epub:type="toc"><h1>Contents</h1><ol>
{rows}
</ol></nav></body>
</html>
"""


def as_epub(source: Source) -> bytes:
    """The file's bytes; the zip's own time stamps are not yet settled (see `make_files`)."""
    pages = {
        f"chapter-{number}.xhtml": (title, page(title, blocks))
        for number, (title, blocks) in enumerate(chapters(source))
    }
    items = "\n".join(
        f'<item id="c{number}" href="{name}" media-type="application/xhtml+xml"/>'
        for number, name in enumerate(pages)
    )
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", _CONTAINER)
        archive.writestr(
            "book/package.opf",
            _PACKAGE.format(
                name=source.file,
                title=escape(source.title),
                dated=source.dated,
                items=items,
                references="\n".join(f'<itemref idref="c{n}"/>' for n in range(len(pages))),
            ),
        )
        rows = (f'<li><a href="{name}">{escape(one[0])}</a></li>' for name, one in pages.items())
        archive.writestr("book/contents.xhtml", _NAV.format(rows="\n".join(rows)))
        for name, (_, text) in pages.items():
            archive.writestr(f"book/{name}", text)
    return out.getvalue()
