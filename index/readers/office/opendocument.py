"""OpenDocument files: texts, spreadsheets and presentations of LibreOffice and others."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from bs4 import BeautifulSoup
from odfdo import Document as OpenDocument
from odfdo import Element, Table

from errors import ReadError
from index.readers import normalise
from index.readers.documents import Document, Tally
from index.readers.office.deck import ReadSlide, from_slides
from index.readers.office.odf.odf_text import HIDDEN, Flow, list_levels
from index.readers.office.odf.odf_words import Look, OdfWords, attribute
from index.readers.office.office_package import check_package, sensible_title
from index.readers.sheets.sheet import Sheet, SheetCell, check_size
from index.readers.sheets.sheet_sections import from_sheets
from index.readers.web import html_marks

_TEXT, _TABLES, _SLIDES = "text", "spreadsheet", "presentation"
# Deletions that were not yet accepted, comments, what is not shown, prompts of fields that nobody
# has filled in, and lists of contents.
_WITHDRAWN = (
    "//text:tracked-changes",
    "//office:annotation",
    "//text:section[@text:display='none' or @text:is-hidden='true']",
    "//text:p[descendant::text:hidden-paragraph[@text:is-hidden='true']]",
    "//text:hidden-text[@text:is-hidden='true']",
    "//text:placeholder",
    "//text:table-of-content",
    "//text:illustration-index",
    "//text:table-index",
    "//text:alphabetical-index",
)
_DESCRIBING = ("svg:title", "svg:desc")
_FURNITURE = ("header", "footer", "date-time", "page-number")


def read(data: bytes, name: str) -> Document:
    """A text has sections by heading, a spreadsheet by sheet, a presentation by slide. What is
    struck through, deleted with changes kept, or hidden is left out."""
    check_package(data)
    file = OpenDocument(io.BytesIO(data))
    kind = file.get_type().removesuffix("-template")
    for path in _WITHDRAWN:
        for element in file.body.get_elements(path):
            element.delete()
    roots = (file.body.root, file.styles.root)
    words = OdfWords(roots, _formulas(data))
    title = sensible_title(file.meta.title)
    if kind == _TABLES:
        tables = [one for one in file.body.tables if not _is_hidden(file, one)]
        is_named = len(tables) > 1
        sheets = [
            Sheet((one.name or "") if is_named else "", _rows(one, words), _shapes(one, words))
            for one in tables
        ]
        return from_sheets(title, sheets)
    flow = Flow(words, list_levels(roots))
    if kind == _TEXT:
        flow.walk(file.body.children)
        return Document(
            title=flow.named or title,
            language=file.language or None,
            sections=flow.outline.sections(flow.title or flow.outline.title),
            tally=_tally(file.body),
        )
    if kind == _SLIDES:
        slides = [
            ReadSlide(number, *_slide(page, flow), (), _pictures(page), _tables(page))
            for number, page in enumerate(file.body.get_draw_pages(), start=1)
            if not _is_hidden(file, page)
        ]
        return from_slides(slides, title, file.language)
    read_ones = f"{_TEXT}, {_TABLES} and {_SLIDES}"
    raise ReadError(f"an OpenDocument file of type {kind!r}; read are {read_ones}")


def _formulas(data: bytes) -> dict[str, str]:
    """The formulas among the objects in the package, by their paths."""
    found: dict[str, str] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            path, _, part = name.rpartition("/")
            if path and part == "content.xml" and b"<math" in (xml := archive.read(name))[:1_000]:
                root = BeautifulSoup(xml, "lxml").find("math")
                found[path] = html_marks.formula(root) if root is not None else ""
    return found


def _shapes(table: Table, words: OdfWords) -> list[str]:
    """What the text boxes on a sheet say."""
    flow = Flow(words, {}, is_within=True)
    flow.walk(shape for part in table.get_elements("table:shapes") for shape in part.children)
    return [block for section in flow.outline.sections(None) for block in section.blocks]


def _tally(body: Element) -> Tally:
    named = _pictures(body)
    return Tally(tables=_tables(body), images=len(named), images_unnamed=named.count(False))


def _pictures(element: Element) -> list[bool]:
    """Of each picture in it whether words stand for it."""
    frames = element.get_elements("descendant::draw:frame[draw:image]")
    return [
        any(one.inner_text.strip() for one in frame.children if one.tag in _DESCRIBING)
        for frame in frames
    ]


def _tables(element: Element) -> int:
    return len(element.get_elements("descendant::table:table[not(ancestor::table:table)]"))


def _is_hidden(file: OpenDocument, element: Element) -> bool:
    """Whether an element's own style says that it is not shown."""
    name = attribute(element, "table:style-name") or attribute(element, "draw:style-name")
    shown = "@table:display='false' or @presentation:visibility='hidden'"
    found = file.body.root.get_elements(f"//style:style[@style:name='{name}']/*[{shown}]")
    return bool(name and found)


def _rows(table: Table, words: OdfWords) -> list[list[SheetCell]]:
    table.rstrip(aggressive=True)
    columns, rows = table.size
    check_size(table.name, rows, columns)
    found: list[list[SheetCell]] = [[SheetCell()] * columns for _ in range(rows)]
    declared = list(table.traverse_columns())[:columns]
    defaults = [attribute(one, "table:default-cell-style-name") for one in declared]
    shown = [x for x in range(columns) if not (x < len(declared) and _is_collapsed(declared[x]))]
    hidden = set()
    for y, row in enumerate(table.traverse()):
        if _is_collapsed(row):
            hidden.add(y)
        for x, cell in enumerate(row.traverse()):
            style = (
                attribute(cell, "table:style-name")
                or attribute(row, "table:default-cell-style-name")
                or "".join(defaults[x : x + 1])
            )
            if said := _cell(cell, words, words.look("table-cell", style)):
                for place in _covered(cell, x, y, columns, rows):
                    found[place[1]][place[0]] = said
    return [[row[x] for x in shown] for y, row in enumerate(found) if y not in hidden]


def _is_collapsed(row_or_column: Element) -> bool:
    return attribute(row_or_column, "table:visibility") in HIDDEN


def _cell(cell: Element, words: OdfWords, look: Look) -> SheetCell | None:
    """What a cell shows: its text is written as its format has it."""
    said = (words.of(one, look) for one in cell.get_elements("descendant::text:p"))
    text = normalise.lines("\n".join(said))
    if not text:
        return None
    [link] = [*cell.get_elements("descendant::text:a"), None][:1]
    return SheetCell(text, attribute(link, "xlink:href") if link else "")


def _covered(cell: Element, x: int, y: int, columns: int, rows: int) -> Iterator[tuple[int, int]]:
    """The places of the cells that this one covers, its own first."""
    wide, high = (
        int(attribute(cell, f"table:number-{name}-spanned") or 1) for name in ("columns", "rows")
    )
    for row in range(y, min(y + high, rows)):
        for column in range(x, min(x + wide, columns)):
            yield column, row


def _slide(page: Element, flow: Flow) -> tuple[str, list[str]]:
    """A slide's title and its blocks, the speaker's notes last."""
    title, blocks = "", []
    notes = [one for part in page.get_elements("presentation:notes") for one in part.children]
    for shape in (*page.children, *notes):
        place = attribute(shape, "presentation:class")
        if not shape.tag.startswith("draw:") or place in _FURNITURE:
            continue
        lines = list(flow.lines([shape]))
        if place == "title" and not title:
            title = " ".join(lines)
        elif lines:
            blocks.append("\n".join(lines))
    return title, blocks
