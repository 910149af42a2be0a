"""What the type and the places of a PDF's lines say: running heads, the title, the headings.

A line is a heading if the tags say so, else if the bookmarks do, else by the size of its type.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from index.readers import normalise
from index.readers.outline import fold
from index.readers.pdf.pdf_lines import Line

_EDGE_LINES = 3
_MIN_PAGES = 3
_SAME_PLACE_PT = 4.0
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.|seite|página|pagina)?\s*[-–|]?\s*(?:\d{1,4}|[ivxlc]{1,6})\s*[-–|]?"
    r"(?:\s*(?:of|/|von|de|van)\s*\d{1,4})?",
    re.IGNORECASE,
)
_LEADERS = re.compile(r"(?:\.{5,}|(?:\. ){4,}\.?) ?(?:\d{1,4}|[ivxlc]{1,6})?$")
_LONGEST_CONTENTS = 300
_TITLE_TIMES_BODY = 1.25
_LONGEST_TITLE = 150
_MOST_TITLE_LINES = 5
_TIMES_BODY = 1.15
_LONGEST = 120
_LONGEST_BOLD = 90
_MOST_OF_A_PAGE = 0.35
_DEEPEST = 6
_OPEN_ENDS = (".", ",", ";", "!")

Pages = Sequence[Sequence[Line]]
Bookmarks = Mapping[int, Mapping[str, int]]  # page from 0 -> folded title -> level


def drop_running(pages: Pages) -> list[list[Line]]:
    """The pages without what stands at the same place of most of them (numbers may differ),
    without page numbers, and without the dotted lines of a table of contents."""
    edges = [_edges(page) for page in pages]
    seen = Counter(key for page in edges for key in {_key(line) for line in page})
    often = max(_MIN_PAGES, (len(pages) + 1) // 2)
    return [
        [
            line
            for line in page
            if not _is_contents(line)
            and not (line in edge and (seen[_key(line)] >= often or _is_page_number(line)))
        ]
        for page, edge in zip(pages, edges, strict=True)
    ]


def _edges(page: Sequence[Line]) -> list[Line]:
    """The lines next to the upper and the lower edge."""
    by_height = sorted(page, key=lambda line: line.y)
    return [*by_height[:_EDGE_LINES], *by_height[-_EDGE_LINES:]]


def _key(line: Line) -> tuple[str, int]:
    return _DIGITS.sub("#", line.text.casefold()), round(line.y / _SAME_PLACE_PT)


def _is_page_number(line: Line) -> bool:
    return _PAGE_NUMBER.fullmatch(line.text) is not None


def _is_contents(line: Line) -> bool:
    """A line of a table of contents: dots that lead to a page number."""
    return len(line.text) <= _LONGEST_CONTENTS and _LEADERS.search(line.text.strip()) is not None


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
    largest = max(line.size for line in large)
    if len(large) < len(first):
        large = [line for line in large if line.size >= 0.95 * largest]
    said = sum(len(line.text) for line in large)
    return large if len(large) <= _MOST_TITLE_LINES and said <= _LONGEST_TITLE else []


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
