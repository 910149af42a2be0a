"""What Excel overlooks in a workbook and openpyxl does not, left out before it sees it.

openpyxl checks all that a workbook may hold, such as filters, pictures and colours, and gives up
over any of it. Here only cells, their numbers' formats and what is struck through or raised count.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # the library ships no types

from errors import ReadError
from index.readers.office.package_mending import PARSER, Program, mended
from index.readers.sheets.sheet import MAX_CELLS

_ROOT = re.compile(rb"<(?:\w+:)?worksheet\b[^>]*>")
_CELLS = re.compile(rb"<(?:\w+:)?sheetData\b[^>]*/>|<(?:\w+:)?sheetData\b")
_CELLS_END = re.compile(rb"</(?:\w+:)?sheetData\s*>")
_BEFORE = re.compile(rb"<(?:\w+:)?cols\b[^>]*>.*?</(?:\w+:)?cols\s*>", re.S)
_BEHIND = re.compile(
    rb"<(?:\w+:)?(mergeCells)\b[^>]*>.*?</(?:\w+:)?\1\s*>"
    rb"|</(?:\w+:)?worksheet\s*>",
    re.S,
)
_RELATIONS = re.compile(r"(?:^|/)worksheets/_rels/[^/]*$")
_SHEET_LINK = "/hyperlink"
_MAIN_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_FONT = ("strike", "vertAlign")
_PLAIN = {"fills": ("fill", "patternFill"), "borders": ("border",), "cellStyleXfs": ("xf",)}
_LARGEST_FORMAT = 100_000


def mended_workbook(data: bytes) -> bytes:
    """The package as openpyxl opens it. Call `check_package` before."""
    return mended(data, Program.EXCEL, _lean)


def _lean(name: str, part: bytes) -> bytes:
    if _RELATIONS.search(name):
        return _links_alone(part)
    if b"styleSheet" in part[:2_000]:
        return _styles(part)
    root = _ROOT.search(part[:20_000])
    return _cells_alone(part, root) if root else part


def _cells_alone(part: bytes, root: re.Match[bytes]) -> bytes:
    """A sheet's cells, the widths of its columns, and which of its cells are one. Raises ReadError
    for more cells than are read, before openpyxl spends half a minute on them."""
    values = part.count(b"</v>")
    if values > MAX_CELLS:
        raise ReadError(
            f"a sheet of {values} cells; at most {MAX_CELLS} are read: save what people need in a "
            "file of its own"
        )
    cells = _CELLS.search(part, root.end())
    if cells is None:
        return part
    end = cells.end()
    if not cells[0].endswith(b"/>"):
        if (last := _CELLS_END.search(part, end)) is None:
            return part
        end = last.end()
    before = b"".join(found[0] for found in _BEFORE.finditer(part[root.end() : cells.start()]))
    behind = b"".join(found[0] for found in _BEHIND.finditer(part, end))
    return part[: root.end()] + before + part[cells.start() : end] + behind


def _links_alone(part: bytes) -> bytes:
    root = etree.fromstring(part, PARSER)
    for relation in list(root):
        if not str(relation.get("Type", "")).endswith(_SHEET_LINK):
            root.remove(relation)
    return bytes(etree.tostring(root))


def _styles(part: bytes) -> bytes:
    """Formats of numbers, fonts as far as they withdraw or raise, and which cells have which."""
    found = etree.fromstring(part, PARSER)
    root = etree.Element(f"{{{_MAIN_NAMESPACE}}}styleSheet", nsmap={None: _MAIN_NAMESPACE})
    formats = etree.SubElement(root, _s("numFmts"))
    for one in found.iter(_s("numFmt")):
        if one.getparent().tag == _s("numFmts") and _number(one, "numFmtId"):
            etree.SubElement(formats, one.tag, one.attrib)
    fonts = etree.SubElement(root, _s("fonts"))
    for font in found.iterfind(f"{_s('fonts')}/{_s('font')}"):
        kept = etree.SubElement(fonts, _s("font"))
        for child in font.iterchildren(*map(_s, _FONT)):
            etree.SubElement(kept, child.tag, child.attrib)
    if not len(fonts):
        etree.SubElement(fonts, _s("font"))
    for group, inner in _PLAIN.items():
        element = etree.SubElement(root, _s(group))
        for name in inner:
            element = etree.SubElement(element, _s(name))
    styles = etree.SubElement(root, _s("cellXfs"))
    for style in found.iterfind(f"{_s('cellXfs')}/{_s('xf')}"):
        font = _number(style, "fontId")
        etree.SubElement(
            styles,
            _s("xf"),
            numFmtId=str(_number(style, "numFmtId")),
            fontId=str(font if font < len(fonts) else 0),
        )
    if not len(styles):
        etree.SubElement(styles, _s("xf"))
    return bytes(etree.tostring(root))


def _s(name: str) -> str:
    return f"{{{_MAIN_NAMESPACE}}}{name}"


def _number(element: Any, name: str) -> int:
    value = str(element.get(name, ""))
    return int(value) if value.isdecimal() and int(value) < _LARGEST_FORMAT else 0
