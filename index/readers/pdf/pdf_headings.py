"""Which lines of a PDF are its title and its headings.

A line is a heading if the tags say so, else if the bookmarks do, else by the size of its type.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from index.readers import normalise
from index.readers.outline import fold
from index.readers.pdf.pdf_blocks import is_same_heading
from index.readers.pdf.pdf_lines import Line, Pages

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
_OPEN_ENDS = (".", ",", ";", "!")

Bookmarks = Mapping[int, Mapping[str, int]]  # page from 0 -> folded title -> level


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
