"""Word documents: headings, clauses, lists, tables, text boxes, drawings, equations, notes.

python-docx opens the package; the body is walked here, because its `Paragraph.text` leaves out
what stands in content controls and in accepted changes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import docx
from lxml import etree  # type: ignore[import-untyped]  # the library ships no types

from errors import ReadError
from index.readers import normalise
from index.readers.documents import Document, Tally
from index.readers.office import grid
from index.readers.office.graphics.drawings import drawn
from index.readers.office.graphics.paragraphs import r
from index.readers.office.graphics.pictures import pictures
from index.readers.office.office_package import check_package, sensible_title
from index.readers.office.package_mending import PARSER, Program, mended
from index.readers.office.word import chunks, pseudo, withdrawn, word_tables
from index.readers.office.word.meeting import as_spoken
from index.readers.office.word.names import w
from index.readers.office.word.numbering import BULLET, Numbering
from index.readers.office.word.runs import Words
from index.readers.office.word.styles import Style, Styles
from index.readers.outline import Outline, Slugs
from index.readers.web import html_blocks
from snapshot.models import Heading

_NOTES = {"footnote": "/footnotes", "endnote": "/endnotes"}
_NO_BLOCKS = frozenset(map(w, ("pPr", "tblPr", "sectPr", "sdtPr", "tcPr", "trPr", "rPr")))
_DEEPEST_CHUNK = 3


def read(data: bytes, name: str) -> Document:
    """Sections by heading, with the numbers that Word shows. What was deleted, struck through or
    hidden is left out, and so are the table of contents and prompts of empty controls."""
    return as_spoken(_read(data, Outline(), Slugs(), 0))


def _read(data: bytes, outline: Outline, slugs: Slugs, depth: int) -> Document:
    check_package(data)
    package = docx.Document(io.BytesIO(mended(data, Program.WORD)))
    withdrawn.take_out(package.element)
    styles = Styles(_related(package.part, "/styles"))
    body = _Body(package.part, styles, outline, slugs, depth)
    body.walk(package.element.body)
    body.close()
    title = body.title or outline.title or sensible_title(package.core_properties.title)
    return Document(
        title=title,
        language=package.core_properties.language or styles.language,
        sections=outline.sections(title),
        tally=body.tally(package.element.body),
    )


class _Body:
    """Goes through a document in reading order and fills an outline."""

    def __init__(
        self, part: Any, styles: Styles, outline: Outline, slugs: Slugs, depth: int
    ) -> None:
        self.title: str | None = None
        self._tables = 0
        self._level = 0  # of the last heading
        self._outline = outline
        self._part = part
        self._styles = styles
        self._numbering = Numbering(_related(part, "/numbering"))
        self._words = Words(styles)
        self._notes = _notes(part)
        self._slugs = slugs
        self._depth = depth
        self._items: list[str] = []
        self._item_links: list[tuple[str, str]] = []

    def walk(self, container: Any) -> None:
        """Adds what stands in the body, a text box or a cell of a layout."""
        for element in container:
            if element.tag == w("p"):
                self._paragraph(element)
            elif element.tag == w("tbl"):
                self._table(element)
            elif element.tag == w("altChunk"):
                self._chunk(element)
            elif element.tag not in _NO_BLOCKS:
                self.walk(element)

    def tally(self, root: Any) -> Tally:
        """What was met besides words."""
        named = list(pictures(root))
        return Tally(tables=self._tables, images=len(named), images_unnamed=named.count(False))

    def close(self) -> None:
        """Ends a list and puts what was noted in it behind it."""
        self._outline.block("\n".join(self._items), self._item_links)
        self._items, self._item_links = [], []
        noted, self._words.notes = self._words.notes, []
        for key in noted:
            if (note := self._notes.pop(key, None)) is not None:
                self._outline.block(self._flow(note))
                self.close()  # a note may have one of its own

    def _paragraph(self, element: Any) -> None:
        style = self._styles.of(element)
        noted, self._words.notes = self._words.notes, []
        text = normalise.lines(self._words.of(element, style))
        own, self._words.notes = self._words.notes, noted
        depth, marker = self._marker(element, style, text)
        if not text or style.is_contents:
            pass
        elif style.is_title and self.title is None and not self._depth:
            self.title = normalise.prose(text)
        elif style.level:
            self.close()
            self._level = style.level
            heading = normalise.prose(f"{marker.removeprefix(BULLET)} {text}")
            anchor = self._slugs.slug(normalise.prose(text))  # which outlives another numbering
            self._outline.heading(style.level, heading, Heading(anchor, heading))
        elif pseudo.is_heading(element, style, text, marker, self._styles):
            self.close()
            heading = normalise.prose(f"{marker} {text}")
            anchor = self._slugs.slug(normalise.prose(text))
            self._outline.heading(self._level + 1, heading, Heading(anchor, heading))
        elif style.list_id:
            line = f"{'  ' * depth}{marker} {normalise.flow(text)}"
            self._items.append(line if marker else line.rstrip())
            self._item_links.extend(self._links(element, style))
        else:
            self.close()
            self._outline.block(text, self._links(element, style))
        self._words.notes += own
        if not self._items:
            self.close()
        for anchored in self._words.anchored(element, style):
            self.close()
            if anchored.tag == w("txbxContent"):
                self.walk(anchored)
            else:
                for said in drawn(anchored, self._part):
                    self._outline.block(said)

    def _marker(self, paragraph: Any, style: Style, text: str) -> tuple[int, str]:
        """The depth and the number of a paragraph. Word counts an empty one, if not hidden."""
        if not style.list_id:
            return 0, ""
        mark = paragraph.find(f"{w('pPr')}/{w('rPr')}")
        if not text and self._styles.look(mark, style).is_gone:
            return 0, ""
        return self._numbering.marker(style)

    def _flow(self, container: Any) -> str:
        """What stands in a cell or a note, on one line."""
        return normalise.flow("\n".join(self._lines(container)))

    def _lines(self, container: Any) -> Iterator[str]:
        for element in container:
            if element.tag == w("p"):
                style = self._styles.of(element)
                text = normalise.flow(self._words.of(element, style))
                _, marker = self._marker(element, style, text)
                number = "" if marker == BULLET else marker
                is_alone = sum(1 for _ in container.iterchildren(w("p"))) == 1
                if (text or is_alone) and not style.is_contents:  # a column of numbers has no text
                    yield f"{number} {text}"
                for anchored in self._words.anchored(element, style):
                    if anchored.tag == w("txbxContent"):
                        yield from self._lines(anchored)
                    else:
                        yield from drawn(anchored, self._part)
            elif element.tag == w("tbl"):
                yield self._grid(element, word_tables.rows_of(element)).replace("\n", ". ")
            elif element.tag == w("altChunk"):
                yield from self._chunk_lines(element)
            elif element.tag not in _NO_BLOCKS:
                yield from self._lines(element)

    def _table(self, element: Any) -> None:
        self.close()
        rows = word_tables.rows_of(element)
        if word_tables.is_layout(rows, self._styles):
            for _, cells in rows:
                for cell in cells:
                    self.walk(cell)
                    self.close()
            return
        self._tables += 1
        part: list[word_tables.Row] = []
        names: list[word_tables.Row] = []
        for row in rows:
            if word_tables.heading_in(row[1], self._styles):
                self._rows(element, [*names, *part])
                names, part = names or part[: word_tables.head(element, part)], []
                for cell in row[1]:
                    self.walk(cell)
            else:
                part.append(row)
        self._rows(element, [*names, *part])

    def _rows(self, table: Any, rows: list[word_tables.Row]) -> None:
        links = [link for row, _ in rows for link in self._links(row, Style())]
        self._outline.block(self._grid(table, rows), links)
        self.close()

    def _grid(self, table: Any, rows: list[word_tables.Row]) -> str:
        cells = []
        for row, found in rows:
            own = [
                grid.Cell(self._flow(one), width, word_tables.goes_on(one))
                for one, width in word_tables.widths(found)
            ]
            cells.append([*_skipped(row, "gridBefore"), *own, *_skipped(row, "gridAfter")])
        return grid.render(cells, head=word_tables.head(table, rows, cells))

    def _chunk(self, element: Any) -> None:
        """A part in another format, as Word takes it over."""
        relation = self._part.rels.get(element.get(r("id")))
        if relation is None or relation.is_external:
            return
        self.close()
        data, content_type = relation.target_part.blob, relation.target_part.content_type
        if chunks.is_word(data):
            if self._depth >= _DEEPEST_CHUNK:
                raise ReadError("documents are nested too deep in it")
            _read(data, self._outline, self._slugs, self._depth + 1)
        elif (page := chunks.page(data, content_type)) is not None:
            html_blocks.read_blocks(page, self._outline, lambda _, words: self._slugs.slug(words))
        else:
            for paragraph in chunks.paragraphs(data):
                self._outline.block(paragraph)

    def _chunk_lines(self, element: Any) -> Iterator[str]:
        outline, self._outline = self._outline, Outline()
        self._chunk(element)
        inner, self._outline = self._outline, outline
        for section in inner.sections(None):
            yield from (*section.heading_path[-1:], *section.blocks)

    def _links(self, element: Any, style: Style) -> Iterator[tuple[str, str]]:
        """Words and address of its links; those within the document have none."""
        for link in element.iter(w("hyperlink")):
            relation = self._part.rels.get(link.get(r("id")))
            is_outside = relation is not None and relation.is_external
            words = normalise.prose(self._words.of_link(link, style))
            yield words, relation.target_ref if is_outside else ""


def _skipped(row: Any, name: str) -> list[grid.Cell]:
    count = word_tables.skipped(row, name)
    return [grid.Cell("", count)] if count else []


def _related(part: Any, ending: str) -> Any:
    """The root of the part that a relationship of such a type leads to; None without one."""
    for relation in part.rels.values():
        if not relation.is_external and relation.reltype.endswith(ending):
            target = relation.target_part
            if (parsed := getattr(target, "element", None)) is not None:
                return parsed
            return etree.fromstring(target.blob, PARSER)
    return None


def _notes(part: Any) -> dict[str, Any]:
    """Footnotes and endnotes by kind and number."""
    notes: dict[str, Any] = {}
    for kind, ending in _NOTES.items():
        if (root := _related(part, ending)) is not None:
            withdrawn.take_out(root)
            notes.update({f"{kind}{note.get(w('id'))}": note for note in root.iter(w(kind))})
    return notes
