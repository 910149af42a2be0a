"""Word documents: headings by style, lists, tables, text boxes, footnotes, content controls.

python-docx opens the package; the body is walked here, because its `Paragraph.text` leaves out
what stands in content controls and in accepted changes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import docx
from lxml import etree  # type: ignore[import-untyped]  # the library ships no types

from index.readers import normalise, table_rows
from index.readers.documents import Document
from index.readers.office.docx_styles import Lists, Styles, child_value, w
from index.readers.office.office_package import check_package, sensible_title
from index.readers.outline import Outline, Slugs
from snapshot.models import Heading

_NOTE_PARTS = ("/footnotes", "/endnotes")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_UNREAD = frozenset(
    (*map(w, ("del", "moveFrom", "instrText", "delText", "pPr", "tblPr", "sectPr")), _FALLBACK)
)
_BREAKS = {w("tab"): " ", w("br"): "\n", w("cr"): "\n", w("noBreakHyphen"): "-"}
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


def read(data: bytes, name: str) -> Document:
    """Sections by heading. Deleted text, hidden text and the table of contents are left out."""
    check_package(data)
    package = docx.Document(io.BytesIO(data))
    styles = Styles(package.styles.element)
    body = _Body(styles, Lists(package), _notes(package))
    body.walk(package.element.body)
    body.close()
    title = body.title or body.outline.title or sensible_title(package.core_properties.title)
    return Document(
        title=title,
        language=package.core_properties.language or styles.language,
        sections=body.outline.sections(title),
    )


class _Body:
    """Goes through the body in reading order and fills an outline."""

    def __init__(self, styles: Styles, lists: Lists, notes: dict[str, str]) -> None:
        self.outline = Outline()
        self.title: str | None = None
        self._styles = styles
        self._lists = lists
        self._notes = notes
        self._slugs = Slugs()
        self._items: list[str] = []
        self._later: list[str] = []  # notes, which are read after the paragraph or list

    def walk(self, container: Any) -> None:
        for element in container:
            if element.tag == w("p"):
                self._paragraph(element)
            elif element.tag == w("tbl"):
                self._table(element)
            elif element.tag not in _UNREAD:
                self.walk(element)

    def close(self) -> None:
        """Ends a list and puts what was noted in it behind it."""
        self.outline.block("\n".join(self._items))
        self._items = []
        for note in self._later:
            self.outline.block(note)
        self._later = []

    def _paragraph(self, element: Any) -> None:
        text = normalise.lines("".join(_pieces(element)))
        style = self._styles.of(element)
        if not text or style.is_contents:
            pass
        elif style.is_title and self.title is None:
            self.title = normalise.prose(text)
        elif style.level:
            self.close()
            heading = normalise.prose(text)
            self.outline.heading(style.level, heading, Heading(self._slugs.slug(heading), heading))
        elif style.list_id:
            marker = self._lists.marker(style.list_id, style.depth)
            self._items.append(f"{'  ' * style.depth}{marker} {normalise.flow(text)}")
        else:
            self.close()
            self.outline.block(text)
        self._later.extend(self._notes[key] for key in _note_keys(element) if self._notes.get(key))
        if not self._items:
            self.close()
        for box in _text_boxes(element):
            self.close()
            self.walk(box)

    def _table(self, element: Any) -> None:
        self.close()
        grid = list(_rows(element))
        if all(len(row) < 2 for row in grid):  # a box around text
            for cell in element.iter(w("tc")):
                self.walk(cell)
            self.close()
            return
        self.outline.block(table_rows.render(grid, header=_has_header(element)))


def _pieces(element: Any) -> Iterator[str]:
    """The words of a paragraph, without text boxes, what was deleted and what is hidden."""
    for child in element:
        if child.tag == w("t"):
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]
        elif child.tag == w("r") and _is_hidden(child):
            continue
        elif child.tag not in _UNREAD and child.tag != w("txbxContent"):
            yield from _pieces(child)


def _is_hidden(run: Any) -> bool:
    vanish = run.find(f"{w('rPr')}/{w('vanish')}")
    return vanish is not None and vanish.get(w("val"), "1") not in ("0", "false")


def _text_boxes(element: Any) -> Iterator[Any]:
    for box in element.iter(w("txbxContent")):
        if not any(above.tag == _FALLBACK for above in box.iterancestors()):
            yield box


def _rows(table: Any) -> Iterator[list[str]]:
    """The cells' texts; a cell that reaches over several rows or columns is repeated downwards
    and leaves the columns empty."""
    above: list[str] = []
    for row in table.iter(w("tr")):
        if next(row.iterancestors(w("tbl"))) is not table:
            continue
        cells: list[str] = []
        for cell in row.iter(w("tc")):
            if next(cell.iterancestors(w("tr"))) is not row:
                continue
            text = normalise.flow("\n".join("".join(_pieces(p)) for p in cell.iter(w("p"))))
            merge = cell.find(f"{w('tcPr')}/{w('vMerge')}")
            if merge is not None and merge.get(w("val")) != "restart" and len(cells) < len(above):
                text = above[len(cells)]
            span = child_value(cell.find(w("tcPr")), "gridSpan")
            width = int(span) if span.isdecimal() else 1
            cells.extend([text, *[""] * (min(width, table_rows.MAX_COLUMNS) - 1)])
        above = cells
        yield cells


def _has_header(table: Any) -> bool:
    """Whether the first row is marked as the header, or the table's look draws it as one."""
    first = table.find(w("tr"))
    if first is None:
        return False
    if first.find(f"{w('trPr')}/{w('tblHeader')}") is not None:
        return True
    look = table.find(f"{w('tblPr')}/{w('tblLook')}")
    if look is None:
        return False
    bits = look.get(w("val")) or "0"
    is_flagged = bool(int(bits, 16) & 0x20) if bits.isalnum() else False
    return is_flagged or look.get(w("firstRow")) in ("1", "true")


def _note_keys(element: Any) -> Iterator[str]:
    for kind in ("footnote", "endnote"):
        for reference in element.iter(w(f"{kind}Reference")):
            yield f"{kind}{reference.get(w('id'))}"


def _notes(package: Any) -> dict[str, str]:
    """The texts of footnotes and endnotes by kind and number."""
    notes: dict[str, str] = {}
    for relation in package.part.rels.values():
        if relation.is_external or not relation.reltype.endswith(_NOTE_PARTS):
            continue
        root = etree.fromstring(relation.target_part.blob, _PARSER)
        kind = "footnote" if relation.reltype.endswith("/footnotes") else "endnote"
        for note in root.iter(w(kind)):
            said = "\n".join("".join(_pieces(paragraph)) for paragraph in note.iter(w("p")))
            notes[f"{kind}{note.get(w('id'))}"] = normalise.flow(said)
    return notes
