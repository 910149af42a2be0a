"""What is true of a PDF's pages together: running heads, the size of the text, the title."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

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

Pages = Sequence[Sequence[Line]]


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
