"""PDF: a section for each page and heading on it.

A line is a heading if the tags say so, else if the bookmarks do, else by the size of its type.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PdfReadError
from pypdf.generic import Destination

from errors import NoText, ReadError
from index.readers import normalise
from index.readers.documents import Document
from index.readers.office.office_package import sensible_title
from index.readers.office.superscripts import Superscripts
from index.readers.outline import Outline, fold
from index.readers.pdf.pdf_blocks import Item, is_item, is_open_label, is_same_heading, page_items
from index.readers.pdf.pdf_fields import with_written
from index.readers.pdf.pdf_furniture import drop_furniture
from index.readers.pdf.pdf_lines import Line, page_lines
from index.readers.pdf.pdf_notes import notes_start
from index.readers.pdf.pdf_paint import page_height
from index.readers.pdf.pdf_tags import entry, read_tags
from snapshot.models import Page

MAX_PAGES = 2_000
_FIRST_SENTENCE = re.compile(r"(.*?[.!?…][\"'”’)\]]*)(?:\s+|$)(.*)", re.DOTALL)
_NUMBERED = re.compile(r"\b(?:\d+|[ivxlc]+|[a-z])\b")
_TITLE_TIMES_BODY = 1.25
_SAME_TITLE = 0.98
_LONGEST_TITLE = 150
_MOST_TITLE_LINES = 5
_TIMES_BODY = 1.15
_LONGEST = 120
_LONGEST_BOLD = 90
_MOST_OF_A_PAGE = 0.35
_DEEPEST = 6
_MOST_NAMED = 5
_OPEN_ENDS = (".", ",", ";", "!")

Pages = Sequence[Sequence[Line]]
Bookmarks = Mapping[int, Mapping[str, int]]  # page from 0 -> folded title -> level


def read(data: bytes, name: str) -> Document:
    """Sections with the page as their place, under the headings that the PDF's tags, bookmarks or
    type show. A sentence that runs over a page's end stands whole where it begins."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # the reason of a refusal says it
    reader = _open(data)
    pages = _lines(reader)
    if not any(pages):
        _refuse_images(reader)
    body = body_size(pages)
    pages = drop_furniture(pages, body, list(map(page_height, reader.pages)))
    notes = _unread(reader, pages)
    large = title_lines(pages, body)
    title = _title(reader, pages, large)
    if title and pages:
        pages[0] = without_title(pages[0], title)
    outline = Outline()
    for number, items in enumerate(_items(pages, body, _bookmarks(reader)), start=1):
        outline.move(Page(number))
        if number == 1 and title and not items:
            outline.block(title)  # a cover: it can be asked for, and says nothing else
        for item in items:
            if item.level:
                outline.heading(item.level, item.text, Page(number))
            else:
                outline.block(item.text)
    language = reader.root_object.get("/Lang")
    return Document(
        title=title,
        language=str(language.get_object()) if language is not None else None,
        sections=outline.sections(title),
        notes=notes,
    )


def _open(data: bytes) -> PdfReader:
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReadError("it is protected by a password: save it without one")
        count = len(reader.pages)
    except PdfReadError as error:
        raise ReadError(f"it is damaged, or no PDF: {error}") from error
    if count > MAX_PAGES:
        raise ReadError(f"{count} pages; at most {MAX_PAGES} are read")
    return reader


def _lines(reader: PdfReader) -> list[list[Line]]:
    tags = read_tags(reader)
    superscripts = Superscripts()
    pages: list[list[Line]] = []
    for number, page in enumerate(reader.pages):
        try:
            lines = page_lines(page, tags.get(number, {}), superscripts)
            pages.append(with_written(page, lines))
        except PdfReadError as error:
            raise ReadError(f"page {number + 1} is damaged: {error}") from error
    return pages


def _refuse_images(reader: PdfReader) -> None:
    """Raises NoText if the pages show pictures of text, as a scanner makes them."""
    count = sum(map(_has_image, reader.pages))
    if count:
        raise NoText(
            f"no text: {count} {'page holds' if count == 1 else 'pages hold'} images only; put it "
            "through text recognition"
        )


def _has_image(page: Any) -> bool:
    return bool(entry(entry(page, "/Resources"), "/XObject"))


def _unread(reader: PdfReader, pages: Pages) -> tuple[str, ...]:
    """A note if some pages show pictures and no text, page numbers aside."""
    empty = [number for number, lines in enumerate(pages) if not lines]
    found = [str(number + 1) for number in empty if _has_image(reader.pages[number])]
    if not found:
        return ()
    named = ", ".join(found[:_MOST_NAMED]) + (" and more" if len(found) > _MOST_NAMED else "")
    is_one = len(found) == 1
    return (
        f"{'page' if is_one else 'pages'} {named} {'holds' if is_one else 'hold'} images only, of "
        "which nothing is read: put the file through text recognition",
    )


def _title(reader: PdfReader, pages: list[list[Line]], large: list[Line]) -> str | None:
    """The title in the file's properties if the first pages show it, else the one set in large
    type: properties are often those of the document that was copied to make this one."""
    named = (
        sensible_title(normalise.prose(reader.metadata.title or "")) if reader.metadata else None
    )
    shown = fold(" ".join(line.text for page in pages[:2] for line in page))
    if named and fold(named) in shown:
        return named
    return (join_title(large) or None) if large else named


def _bookmarks(reader: PdfReader) -> Bookmarks:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    try:
        todo: list[tuple[Any, int]] = [(reader.outline, 0)]
    except PdfReadError:  # damaged bookmarks are no reason to refuse the text
        return {}
    while todo:
        node, level = todo.pop()
        if isinstance(node, list):
            todo.extend((child, level + isinstance(child, list)) for child in reversed(node))
        elif isinstance(node, Destination):
            number = reader.get_destination_page_number(node)
            if number is not None and node.title:
                found[number][fold(normalise.prose(node.title))] = min(level + 1, 6)
    return dict(found) if sum(map(len, found.values())) > 1 else {}


def _items(pages: list[list[Line]], body: float, bookmarks: Bookmarks) -> list[list[Item]]:
    words = normalise.vocabulary(line.text for page in pages for line in page)
    headings = Headings(pages, body, bookmarks)
    headers: dict[int, list[str]] = {}
    found: list[list[Item]] = []
    for number, page in enumerate(pages):
        levels, end = headings.levels(number, page), notes_start(page, body)
        text = page_items(page[:end], levels[:end], words, headers)
        notes = page_items(page[end:], levels[end:], words, headers)
        found.append([*text, *(replace(note, is_note=True) for note in notes)])
    for before, page_ in pairwise(found):
        _mend(before, page_, words)
    return found


def _mend(before: list[Item], page: list[Item], words: frozenset[str]) -> None:
    """Moves the end of a sentence from the beginning of a page to the page before, and a label
    that a page ends with to what it announces. Footnotes may stand between."""
    last = sum(not item.is_note for item in before) - 1
    if last < 0 or not page or not before[last].is_open or page[0].level or page[0].is_note:
        return
    head, tail = before[last].text, page[0].text
    if not tail[:1].islower() or is_item(tail):
        if "\n" not in head and is_open_label(head) and not is_item(head):
            del before[last]
            page[0] = replace(page[0], text=f"{head}\n{tail}")
        return
    first, _, rows = tail.partition("\n")
    match = _FIRST_SENTENCE.fullmatch(first)
    end, rest = (match[1], match[2]) if match else (first, "")
    start, _, line = head.rpartition("\n")
    indent = line[: len(line) - len(line.lstrip())]
    mended = indent + normalise.join_lines([line, end], words)
    before[last] = Item("\n".join(filter(None, (start, mended))))
    left = Item("\n".join(filter(None, (rest, rows))), is_open=page[0].is_open)
    page[:1] = [left] if left.text else []


def body_size(pages: Pages) -> float:
    """The size in which most of the text is set, in points; 0 for a PDF without text."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def title_lines(pages: Pages, body: float) -> list[Line]:
    """The lines on the first page that are set as its title: all of a cover, else the largest."""
    first = list(pages[0]) if pages else []
    large = [line for line in first if line.size >= _TITLE_TIMES_BODY * body]
    if not large:
        return []
    if len(large) < len(first):
        largest = max(line.size for line in large)
        large = _first_heading([line for line in large if line.size >= _SAME_TITLE * largest])
    if _in_series(join_title(large), pages):
        return []
    said = sum(len(line.text) for line in large)
    return large if len(large) <= _MOST_TITLE_LINES and said <= _LONGEST_TITLE else []


def _first_heading(lines: Sequence[Line]) -> list[Line]:
    """The lines up to the first that begins a heading of its own."""
    ends = (at for at, (a, b) in enumerate(pairwise(lines), 1) if not is_same_heading(a, b))
    return list(lines[: next(ends, len(lines))])


def _in_series(title: str, pages: Pages) -> bool:
    """Whether later pages are headed the same, by other numbers or letters: "Day 1" and "Appendix
    A" are no document's title."""
    numbered = _NUMBERED.sub("#", fold(title))
    return "#" in numbered and any(
        numbered == _NUMBERED.sub("#", fold(line.text)) for page in pages[1:] for line in page[:1]
    )


def join_title(lines: Sequence[Line]) -> str:
    return normalise.join_lines([line.text for line in lines])


def without_title(page: Sequence[Line], title: str) -> list[Line]:
    """The page without the lines that only say the title, which stands above every passage."""
    for start in range(len(page)):
        for end in range(start + 1, min(start + _MOST_TITLE_LINES, len(page)) + 1):
            if fold(join_title(page[start:end])) == fold(title):
                return [*page[:start], *page[end:]]
    return list(page)


class Headings:
    """Knows the levels, 1 to 6, of a document's headings."""

    def __init__(self, pages: Pages, body: float, bookmarks: Bookmarks) -> None:
        self._body = body
        self._bookmarks = bookmarks
        lines = [line for page in pages for line in page]
        tagged = Counter((_size(line), level) for line in lines if (level := _tagged(line)))
        self._is_tagged = bool(tagged)
        self._sizes = {size: level for (size, level), _ in reversed(tagged.most_common())}
        if not self._sizes:
            large = {_size(line) for line in lines if self._is_large(line)}
            self._sizes = {
                size: min(rank, _DEEPEST)
                for rank, size in enumerate(sorted(large, reverse=True), 1)
            }
        bold = sum(len(line.text) for line in lines if line.is_bold)
        # Where much is bold, bold says nothing.
        self._use_bold = not tagged and not bookmarks and 5 * bold < sum(len(x.text) for x in lines)

    def levels(self, number: int, lines: Sequence[Line]) -> list[int]:
        """The level of each line of a page (counted from 0); 0 for text."""
        levels = [
            self._level(number, line, lines[at + 1] if at + 1 < len(lines) else None)
            for at, line in enumerate(lines)
        ]
        said = sum(len(line.text) for line in lines)
        headed = sum(len(x.text) for x, level in zip(lines, levels, strict=True) if level)
        if not self._is_tagged and len(lines) > 1 and headed > _MOST_OF_A_PAGE * said:
            # A slide or a poster: everything is large, and only the largest is its heading.
            largest = max(_size(line) for line in lines)
            return [
                level if _size(line) == largest else 0
                for line, level in zip(lines, levels, strict=True)
            ]
        return levels

    def _level(self, number: int, line: Line, following: Line | None) -> int:
        if level := _tagged(line):
            return level
        if level := self._bookmarks.get(number, {}).get(fold(line.text), 0):
            return level
        if self._bookmarks and not self._is_tagged:
            return 0
        if self._is_large(line):
            return self._sizes.get(_size(line)) or min(len(self._sizes) + 1, _DEEPEST)
        if self._use_bold and _is_label(line) and following and not following.is_bold:
            return min(len(self._sizes) + 1, _DEEPEST)
        return 0

    def _is_large(self, line: Line) -> bool:
        return (
            line.size >= _TIMES_BODY * self._body
            and len(line.text) <= _LONGEST
            and sum(character.isalpha() for character in line.text) > 2
            and not line.text.endswith(_OPEN_ENDS)
        )


def _is_label(line: Line) -> bool:
    return (
        line.is_bold
        and len(line.text) <= _LONGEST_BOLD
        and not line.text[:1].islower()
        and not line.text.endswith(_OPEN_ENDS)
    )


def _tagged(line: Line) -> int:
    """Some programs tag whole paragraphs as headings: those are not believed."""
    return line.tag.level if line.tag and len(line.text) <= 2 * _LONGEST else 0


def _size(line: Line) -> float:
    return round(line.size, 1)
