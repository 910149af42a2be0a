"""Word files made of XML, with the parts that a test wants."""

from __future__ import annotations

from tests.fakes import hostile

_SPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "dgm": "http://schemas.openxmlformats.org/drawingml/2006/diagram",
    "v": "urn:schemas-microsoft-com:vml",
}
NAMES = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items())
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/>{0}</w:style>
<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/>{1}</w:style>
"""


def word(
    body: str,
    *,
    styles: str = "",
    heading_lists: tuple[str, str] = ("", ""),
    numbering: str = "",
    footnotes: str = "",
    parts: dict[str, tuple[str, bytes]] | None = None,
) -> bytes:
    """A Word file. `parts` are others by their relationship's id: the type's last word or words,
    which the file's name ends with, and the content. `heading_lists` are `w:pPr` of H1 and H2."""
    found = dict(parts or {})
    found["rStyles"] = ("styles", _root("styles", _STYLES.format(*heading_lists) + styles))
    if numbering:
        found["rNumbers"] = ("numbering", _root("numbering", numbering))
    if footnotes:
        found["rNotes"] = ("footnotes", _root("footnotes", footnotes))
    relations = "".join(
        f'<Relationship Id="{key}" Type="{_SPACES["r"]}/{kind.partition(".")[0]}" '
        f'Target="{key}.{kind.partition(".")[2] or "xml"}"/>'
        for key, (kind, _) in found.items()
    )
    more = {
        f"word/{key}.{kind.partition('.')[2] or 'xml'}": content
        for key, (kind, content) in found.items()
    }
    more["word/_rels/document.xml.rels"] = (
        f'<Relationships xmlns="{_RELATIONS}">{relations}</Relationships>'.encode()
    )
    return hostile.docx(body, more=more, names=NAMES)


def _root(name: str, content: str) -> bytes:
    return f"<w:{name} {NAMES}>{content}</w:{name}>".encode()


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(content: str, properties: str = "") -> str:
    """`content` is text, or runs and whatever else stands in a paragraph."""
    inner = content if content.startswith("<") else run(content)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def heading(text: str, level: int = 1) -> str:
    return paragraph(text, f'<w:pStyle w:val="H{level}"/>')


def item(text: str, depth: int = 0, list_id: int = 1) -> str:
    return paragraph(
        text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{list_id}"/></w:numPr>'
    )


def cell(content: str, properties: str = "") -> str:
    inner = content if content.startswith("<") else paragraph(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    """Cells as text or as XML."""
    inner = "".join(one if one.startswith("<") else cell(one) for one in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inner}</w:tr>"


def table(*rows: str, head: bool = True) -> str:
    return f'<w:tbl><w:tblPr><w:tblLook w:firstRow="{int(head)}"/></w:tblPr>{"".join(rows)}</w:tbl>'


def box(content: str) -> str:
    """A run with a text box."""
    return (
        f"<w:r><w:pict><v:shape><w:txbxContent>{content}</w:txbxContent></v:shape></w:pict></w:r>"
    )


def drawing(graphic: str, properties: str = "") -> str:
    """A run with a drawing."""
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" {properties}/><a:graphic><a:graphicData>'
        f"{graphic}</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
