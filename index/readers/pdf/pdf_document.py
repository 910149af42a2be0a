"""PDF: a section for each page and heading on it."""

from __future__ import annotations

import io
import logging
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PdfReadError
from pypdf.generic import Destination

from errors import ReadError
from index.readers import normalise
from index.readers.documents import Document, Tally
from index.readers.office.office_package import sensible_title
from index.readers.outline import Outline, fold
from index.readers.pdf.pdf_blocks import Item, is_item, is_open_label, page_items
from index.readers.pdf.pdf_fields import with_written
from index.readers.pdf.pdf_furniture import drop_furniture
from index.readers.pdf.pdf_headings import (
    Bookmarks,
    Headings,
    body_size,
    join_title,
    title_lines,
    without_title,
)
from index.readers.pdf.pdf_lines import Line, Pages, page_lines
from index.readers.pdf.pdf_notes import notes_start
from index.readers.pdf.pdf_tags import entry, read_tags
from index.readers.pdf.stream.pdf_fonts import Letters
from index.readers.pdf.stream.pdf_paint import page_height
from index.readers.said_audience import said_in_lines, said_in_properties
from index.readers.scans.recognised import RecognisedPage, page_lines_of, said_in_pages
from index.readers.superscripts import Superscripts
from snapshot.models import Locator, Page

MAX_PAGES = 2_000
_FARTHEST = 1e6
_FIRST_SENTENCE = re.compile(r"(.*?[.!?…][\"'”’)\]]*)(?:\s+|$)(.*)", re.DOTALL)
_MOST_NAMED = 5
_UNTOLD = "with fonts that do not tell all their letters, which are not read"


def read(data: bytes, name: str, recognised: Sequence[RecognisedPage] = ()) -> Document:
    """Sections with the page as their place, under the headings that the PDF's tags, bookmarks or
    type show. A sentence that runs over a page's end stands whole where it begins. What text
    recognition saw on a page stands for the text that it has not."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # the reason of a refusal says it
    reader = _open(data)
    pages, untold = _lines(reader)
    heights = list(map(page_height, reader.pages))
    for number, lines in page_lines_of(recognised).items():
        if number <= len(pages):
            lowest = max(heights[number - 1][0], -_FARTHEST)  # a page may have no box
            pages[number - 1] = [replace(line, y=line.y + lowest) for line in lines]
    named = normalise.prose(reader.metadata.title or "") if reader.metadata else ""
    language = reader.root_object.get("/Lang")
    document = document_of(
        pages,
        heights,
        tally=lambda kept: _tally(reader, kept, untold),
        named=named,
        bookmarks=_bookmarks(reader),
    )
    return replace(
        document,
        language=str(language.get_object()) if language is not None else None,
        said_audience=_said_audience(reader, pages) or said_in_pages(recognised),
        notes=_partly_told(pages, {*untold} - {page.number for page in recognised}),
    )


def document_of(
    pages: list[list[Line]],
    heights: Sequence[tuple[float, float]],
    *,
    tally: Callable[[Pages], Tally],
    named: str = "",
    bookmarks: Bookmarks | None = None,
    place: Callable[[int], Locator] = Page,
) -> Document:
    """The document that lines on pages make. `heights` are each page's lower and upper end, `tally`
    gets the pages without their furniture, `named` is the title in the file's properties, `place`
    tells how a link opens the page of a number."""
    body = body_size(pages)
    pages = drop_furniture(pages, body, heights)
    counted = tally(pages)
    large = title_lines(pages, body)
    title = _title(named, pages, large) if any(pages) else None
    if title:
        pages[0] = without_title(pages[0], title)
    outline = Outline()
    found = _items(pages, body, bookmarks or {})
    for number, items in enumerate(found, start=1):
        outline.move(place(number))
        if number == 1 and title and not items:
            outline.block(title)  # a cover: it can be asked for, and says nothing else
        for item in items:
            if item.level:
                outline.heading(item.level, item.text, place(number))
            else:
                outline.block(item.text)
    return Document(
        title=title,
        sections=outline.sections(title),
        tally=replace(counted, tables=sum(one.is_table for items in found for one in items)),
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


def _lines(reader: PdfReader) -> tuple[list[list[Line]], tuple[int, ...]]:
    """Each page's lines, and the numbers of pages with letters that their fonts do not tell."""
    tags = read_tags(reader)
    superscripts = Superscripts()
    pages: list[list[Line]] = []
    untold: list[int] = []
    for number, page in enumerate(reader.pages):
        letters = Letters()
        try:
            lines = page_lines(page, tags.get(number, {}), superscripts, letters)
            pages.append(with_written(page, lines))
        except PdfReadError as error:
            raise ReadError(f"page {number + 1} is damaged: {error}") from error
        if letters.are_missing:
            untold.append(number + 1)
    return pages, tuple(untold)


def _has_image(page: Any) -> bool:
    return bool(entry(entry(page, "/Resources"), "/XObject"))


def _tally(reader: PdfReader, pages: Pages, untold: Sequence[int]) -> Tally:
    """The pages, and those that hold nothing but their number."""
    blank = tuple(number for number, lines in enumerate(pages, start=1) if not lines)
    pictured = tuple(x for x in blank if x in untold or _has_image(reader.pages[x - 1]))
    return Tally(pages=len(pages), blank=blank, pictured=pictured)


def _partly_told(pages: Pages, untold: Collection[int]) -> tuple[str, ...]:
    """A note if pages have text of which letters are missing."""
    found = [number for number in sorted(untold) if pages[number - 1]]
    return (f"{_of_pages(found)} {_UNTOLD}",) if found else ()


def _of_pages(numbers: Sequence[int]) -> str:
    named = ", ".join(map(str, numbers[:_MOST_NAMED]))
    more = " and more" if len(numbers) > _MOST_NAMED else ""
    return f"{'page' if len(numbers) == 1 else 'pages'} {named}{more}"


def _said_audience(reader: PdfReader, pages: Pages) -> str:
    """Whom its properties, or the first lines of its first page with text, say that it is for. Its
    running heads are among those: they are no part of its text."""
    named = {key.strip("/"): str(value) for key, value in (reader.metadata or {}).items()}
    first = next(filter(None, pages), ())
    rows = sorted(first, key=lambda line: -line.y)
    edges = [*rows[:_MOST_NAMED], *rows[-_MOST_NAMED:]]
    return said_in_properties(named) or said_in_lines(line.text for line in edges)


def _title(named: str, pages: list[list[Line]], large: list[Line]) -> str | None:
    """The title in the file's properties if the first pages show it, else the one set in large
    type: properties are often those of the document that was copied to make this one."""
    sensible = sensible_title(named)
    shown = fold(" ".join(line.text for page in pages[:2] for line in page))
    if sensible and fold(sensible) in shown:
        return sensible
    return (join_title(large) or None) if large else sensible


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
