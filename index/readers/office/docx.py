"""Word documents: headings by style, lists, tables, text boxes, footnotes, content controls.

python-docx opens the package; the body is walked here, because its `Paragraph.text` leaves out
what stands in content controls and in accepted changes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import docx
from lxml import etree  # type: ignore[import-untyped]  # the library ships no types

from index.readers import normalise, table_rows
from index.readers.documents import Document
from index.readers.office.office_package import check_package, sensible_title
from index.readers.office.package_mending import Kind, mended
from index.readers.outline import Outline, Slugs
from snapshot.models import Heading

_NAMESPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def w(name: str) -> str:
    """A name of WordprocessingML as lxml writes it."""
    return f"{_NAMESPACE}{name}"


_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_NOTE_PARTS = ("/footnotes", "/endnotes")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_UNREAD = frozenset(
    (*map(w, ("del", "moveFrom", "instrText", "delText", "pPr", "tblPr", "sectPr")), _FALLBACK)
)
_BREAKS = {w("tab"): " ", w("br"): "\n", w("cr"): "\n", w("noBreakHyphen"): "-"}
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
_HEADING = re.compile(r"heading ([1-9])")
_BODY_LEVEL = 9  # Word's outline level of text that is no heading
_MAX_DEPTH = 8
_LONGEST_CHAIN = 20


def child_value(element: Any, name: str) -> str:
    """`w:val` of a child, empty if there is none."""
    child = element.find(w(name)) if element is not None else None
    return str(child.get(w("val"), "")) if child is not None else ""


@dataclass(frozen=True, slots=True)
class Style:
    """`level` is 1 to 9 for a heading, else 0; `list_id` is empty outside of lists."""

    level: int = 0
    list_id: str = ""
    depth: int = 0
    is_title: bool = False
    is_contents: bool = False


class Styles:
    """The document's styles. A style inherits from the one that it is based on."""

    def __init__(self, root: Any) -> None:
        self._elements = {
            str(style.get(w("styleId"))): style
            for style in root.findall(w("style"))
            if style.get(w("type"), "paragraph") == "paragraph"
        }
        self._default = next(
            (key for key, style in self._elements.items() if style.get(w("default")) == "1"), ""
        )
        self._known: dict[str, Style] = {}
        language = root.find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}/{w('lang')}")
        self.language: str | None = language.get(w("val")) if language is not None else None

    def of(self, paragraph: Any) -> Style:
        """The paragraph's own settings, else its style's."""
        properties = paragraph.find(w("pPr"))
        style = self._named(child_value(properties, "pStyle") or self._default)
        if properties is None:
            return style
        level = _level(properties)
        list_id, depth = _list(properties)
        return Style(
            level=style.level if level is None else level,
            list_id={"": style.list_id, "0": ""}.get(list_id, list_id),
            depth=style.depth if depth is None else depth,
            is_title=style.is_title,
            is_contents=style.is_contents,
        )

    def _named(self, key: str) -> Style:
        if key not in self._known:
            self._known[key] = self._resolve(key)
        return self._known[key]

    def _resolve(self, key: str) -> Style:
        chain: list[Any] = []
        while key in self._elements and len(chain) < _LONGEST_CHAIN:
            chain.append(self._elements[key])
            key = child_value(self._elements[key], "basedOn")
        names = [child_value(style, "name").lower() for style in chain]
        numbers = [int(match[1]) for match in map(_HEADING.fullmatch, names) if match]
        levels = [level for style in chain if (level := _level(style.find(w("pPr")))) is not None]
        lists = [_list(style.find(w("pPr"))) for style in chain]
        list_id, depth = next((found for found in lists if found[0]), ("", None))
        return Style(
            level=next(iter([*numbers, *levels]), 0),
            list_id="" if list_id == "0" else list_id,
            depth=depth or 0,
            is_title="title" in names,
            is_contents=any(name.startswith("toc ") for name in names),
        )


def _level(properties: Any) -> int | None:
    """The outline level as a heading's level: 0 for text, None if nothing is said."""
    value = child_value(properties, "outlineLvl")
    if not value.isdecimal():
        return None
    return int(value) + 1 if int(value) < _BODY_LEVEL else 0


def _list(properties: Any) -> tuple[str, int | None]:
    numbering = properties.find(w("numPr")) if properties is not None else None
    depth = child_value(numbering, "ilvl")
    return child_value(numbering, "numId"), (
        min(int(depth), _MAX_DEPTH) if depth.isdecimal() else None
    )


class Lists:
    """Counts the items of numbered lists."""

    def __init__(self, package: Any) -> None:
        self._formats: dict[str, dict[int, tuple[str, int]]] = {}
        self._counts: dict[tuple[str, int], int] = {}
        try:
            root = package.part.numbering_part.element
        except (KeyError, NotImplementedError):  # the document has no lists
            return
        shared = {
            str(entry.get(w("abstractNumId"))): _levels(entry)
            for entry in root.findall(w("abstractNum"))
        }
        for number in root.findall(w("num")):
            key = child_value(number, "abstractNumId")
            self._formats[str(number.get(w("numId")))] = shared.get(key, {})

    def marker(self, list_id: str, depth: int) -> str:
        """ "-" or the number of the next item; deeper levels begin anew below it."""
        form, start = self._formats.get(list_id, {}).get(depth, ("bullet", 1))
        count = self._counts.get((list_id, depth), start - 1) + 1
        self._counts[list_id, depth] = count
        for deeper in range(depth + 1, _MAX_DEPTH + 1):
            self._counts.pop((list_id, deeper), None)
        if form in ("bullet", "none", ""):
            return "-"
        if form in ("lowerLetter", "upperLetter") and 1 <= count <= 26:
            return f"{chr((96 if form == 'lowerLetter' else 64) + count)}."
        return f"{count}."


def _levels(entry: Any) -> dict[int, tuple[str, int]]:
    """Depth -> (number format, first number)."""
    levels: dict[int, tuple[str, int]] = {}
    for level in entry.findall(w("lvl")):
        depth, start = str(level.get(w("ilvl"), "")), child_value(level, "start")
        if depth.isdecimal():
            first = int(start) if start.isdecimal() else 1
            levels[int(depth)] = (child_value(level, "numFmt"), first)
    return levels


def read(data: bytes, name: str) -> Document:
    """Sections by heading. Deleted text, hidden text and the table of contents are left out."""
    check_package(data)
    package = docx.Document(io.BytesIO(mended(data, Kind.WORD)))
    styles = Styles(package.styles.element)
    addresses = {key: one.target_ref for key, one in package.part.rels.items() if one.is_external}
    body = _Body(styles, Lists(package), _notes(package), addresses)
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

    def __init__(
        self, styles: Styles, lists: Lists, notes: dict[str, str], addresses: dict[str, str]
    ) -> None:
        self.outline = Outline()
        self.title: str | None = None
        self._styles = styles
        self._lists = lists
        self._notes = notes
        self._addresses = addresses
        self._slugs = Slugs()
        self._items: list[str] = []
        self._item_links: list[tuple[str, str]] = []
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
        self.outline.block("\n".join(self._items), self._item_links)
        self._items, self._item_links = [], []
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
            self._item_links.extend(self._links(element))
        else:
            self.close()
            self.outline.block(text, self._links(element))
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
        rows = table_rows.render(grid, header=_has_header(element))
        self.outline.block(rows, self._links(element))

    def _links(self, element: Any) -> Iterator[tuple[str, str]]:
        """Words and address of its links; those within the document have none."""
        for link in element.iter(w("hyperlink")):
            words = normalise.prose("".join(_pieces(link)))
            yield words, self._addresses.get(str(link.get(_RELATION_ID)), "")


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
