"""OpenDocument files: texts, spreadsheets and presentations of LibreOffice and others."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from odfdo import Document as OpenDocument
from odfdo import Element

from errors import ReadError
from index.readers import normalise
from index.readers.documents import Document, Section
from index.readers.markup import markdown
from index.readers.office.office_package import check_package, sensible_title
from index.readers.outline import fold
from index.readers.sheets.sheet import MAX_CELLS, Sheet, SheetCell, from_sheets
from snapshot.models import Slide

_TEXT, _TABLES, _SLIDES = "text", "spreadsheet", "presentation"
# Deletions that were not yet accepted, comments, and what stands in a section that is not shown.
_WITHDRAWN = (
    "//text:tracked-changes",
    "//office:annotation",
    "//text:section[@text:display='none']",
    "//text:hidden-paragraph",
)
_STRUCK = (
    "//style:style[style:text-properties[@style:text-line-through-style"
    " and @style:text-line-through-style!='none' or @text:display='none']]"
)
_HIDDEN_ROW = ("collapse", "filter")


def read(data: bytes, name: str) -> Document:
    """A text has sections by heading, a spreadsheet by sheet, a presentation by slide. What is
    struck through, deleted with changes kept, or hidden is left out."""
    check_package(data)
    file = OpenDocument(io.BytesIO(data))
    kind = file.get_type().removesuffix("-template")
    for path in _WITHDRAWN:
        for element in file.body.get_elements(path):
            element.delete()
    struck = _struck(file)
    for element in file.body.get_elements("//text:span") + file.body.get_elements("//text:p"):
        if element.get_attribute_string("text:style-name") in struck:
            element.delete()
    title = sensible_title(file.meta.title)
    if kind == _TEXT:
        document = markdown.read(str(file.to_markdown()).encode(), name)
        return replace(document, title=document.title or title, language=file.language or None)
    if kind == _TABLES:
        tables = [one for one in file.body.tables if not _is_hidden(file, one)]
        is_named = len(tables) > 1
        sheets = [Sheet((one.name or "") if is_named else "", _rows(one)) for one in tables]
        return from_sheets(title, sheets)
    if kind == _SLIDES:
        return _deck(file, title)
    read_ones = f"{_TEXT}, {_TABLES} and {_SLIDES}"
    raise ReadError(f"an OpenDocument file of type {kind!r}; read are {read_ones}")


def _struck(file: OpenDocument) -> set[str]:
    """The names of the styles whose text is struck through or hidden."""
    parts = (file.body.root, file.styles.root)
    return {
        style.get_attribute_string("style:name") or ""
        for part in parts
        for style in part.get_elements(_STRUCK)
    } - {""}


def _is_hidden(file: OpenDocument, element: Element) -> bool:
    """Whether an element's own style says that it is not shown."""
    name = element.get_attribute_string("table:style-name") or element.get_attribute_string(
        "draw:style-name"
    )
    shown = "@table:display='false' or @presentation:visibility='hidden'"
    found = file.body.root.get_elements(f"//style:style[@style:name='{name}']/*[{shown}]")
    return bool(name and found)


def _rows(table: Any) -> list[list[SheetCell]]:
    table.rstrip(aggressive=True)
    columns, rows = table.size
    if columns * rows > MAX_CELLS:
        raise ReadError(
            f"sheet {table.name!r} has {rows} rows and {columns} columns; at most "
            f"{MAX_CELLS} cells are read"
        )
    found: list[list[SheetCell]] = [[SheetCell()] * columns for _ in range(rows)]
    hidden = set()
    for y, row in enumerate(table.traverse()):
        if row.get_attribute_string("table:visibility") in _HIDDEN_ROW:
            hidden.add(y)
        for x, cell in enumerate(row.traverse()):
            if shown := _cell(cell):
                for place in _covered(cell, x, y, columns, rows):
                    found[place[1]][place[0]] = shown
    return [row for y, row in enumerate(found) if y not in hidden]


def _cell(cell: Element) -> SheetCell | None:
    """What a cell shows: its text is written as its format has it."""
    said = (one.inner_text for one in cell.get_elements("descendant::text:p"))
    text = normalise.flow("\n".join(said))
    if not text:
        return None
    [link] = [*cell.get_elements("descendant::text:a"), None][:1]
    return SheetCell(text, (link.get_attribute_string("xlink:href") or "") if link else "")


def _covered(cell: Element, x: int, y: int, columns: int, rows: int) -> Iterator[tuple[int, int]]:
    """The places of the cells that this one covers, its own first."""
    wide, high = (
        int(cell.get_attribute_string(f"table:number-{name}-spanned") or 1)
        for name in ("columns", "rows")
    )
    for row in range(y, min(y + high, rows)):
        for column in range(x, min(x + wide, columns)):
            yield column, row


def _deck(file: OpenDocument, title: str | None) -> Document:
    """Hidden slides count and are left out, as they are when the deck is shown."""
    slides = [
        (number, *_slide(page))
        for number, page in enumerate(file.body.get_draw_pages(), start=1)
        if not _is_hidden(file, page)
    ]
    named = (slides[0][1] if slides else "") or title or ""
    return Document(
        title=named or None,
        language=file.language or None,
        sections=tuple(
            Section(
                () if not heading or fold(heading) == fold(named) else (heading,),
                Slide(number),
                tuple(blocks or [heading]),
            )
            for number, heading, blocks in slides
            if heading or blocks
        ),
    )


def _slide(page: Element) -> tuple[str, list[str]]:
    """A slide's title and its blocks, the speaker's notes last."""
    title, blocks = "", []
    for frame in page.get_elements("descendant::draw:frame | descendant::draw:custom-shape"):
        rows = [
            ("- " if one.parent and one.parent.tag == "text:list-item" else "") + said
            for one in frame.get_elements("descendant::text:p")
            if (said := normalise.prose(one.inner_text))
        ]
        if frame.get_attribute_string("presentation:class") == "title" and not title:
            title = " ".join(rows)
        elif rows:
            blocks.append("\n".join(rows))
    return title, blocks
