"""What belongs to a PDF's pages and not to its text: running heads and feet, page numbers, and the
dotted lines of a table of contents.

A line is a running head only if most pages say the very same words at the same place, and a page
number only if it grows with the pages. Whatever else stands at an edge is text: the last row of a
table, a title such as "Day 2", a telephone number.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import replace
from itertools import product

from index.readers.pdf.pdf_lines import Line, Pages

_EDGE_ROWS = 3
_MARGIN = 0.2
_MIN_PAGES = 3
_SAME_PLACE_PT = 4.0
_SAME_ROW_EM = 0.45
_SAME_COLUMN_EM = 0.5
_TABLE_GAP_EM = 3.0
_LARGEST_TIMES_BODY = 1.15
_SMALL_TIMES_BODY = 0.95
_TWO = 2  # pages, which may say the same as text
_ANNOUNCES = (":", "?")
_DETACHED_EM = 2.0
_OUTERMOST = 0.12
_LONGEST = 200
_MOST_BEFORE = 1_000  # pages of other volumes
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_ROMAN = r"(?=[mdclxvi])m{0,3}(?:c[md]|d?c{0,3})(?:x[cl]|l?x{0,3})(?:i[xv]|v?i{0,3})"
_NUMBER = re.compile(rf"(?<![\w.,])(?:\d{{1,4}}|{_ROMAN})(?![.,]?\w)")
# In a frame, "#" stands for the number.
_PAGE = r"\b(?:page|pg|p|seite|s|página|pagina|pág|pag|slide|folie|side|sida)\b\.?\s*#"
_TOTAL = r"\s*(?:of|/|von|de|sur|di|van|av)\s*\d{1,4}"
_SIGNS = r"[-–—|•·()\[\]~.:/\s]*"
_BARE = re.compile(rf"{_SIGNS}(?:\w{{1,3}}[-–.])?#(?:{_TOTAL})?{_SIGNS}")
_SAID = re.compile(rf"{_PAGE}|#{_TOTAL}$|^#\s*[|•·–—]|[|•·–—]\s*#$")
_EXPLICIT = re.compile(
    rf"{_SIGNS}{_PAGE}(?:{_TOTAL})?{_SIGNS}|[-–—]\s*#\s*[-–—]|#\s*of\s*\d{{1,4}}"
)
# A telephone number, unless it is a year, part of a date, or the number of a document; an address.
_CONTACT = re.compile(
    r"(?<![\w.,/§-])(?<!\d )(?!(?:19|20)\d\d(?!\d)|\d+/\d+/)\+?\(?\d[\d ()/-]*\d{3}(?![\w.,/:-])"
    r"|\w@\w"
    r"|(?::|\b(?:call|phone|tel|telephone|ext|extension)\b\.?) *(?!(?:19|20)\d\d\b)\d{3,5}$",
    re.IGNORECASE,
)
_LEADERS = re.compile(r"\s*(?:\.{5,}|(?:\. ){4,}\.?) ?(\d{1,4}|[ivxlc]{1,6})?$")
_LONGEST_CONTENTS = 300
_LETTERS_COMPARED = 12

Row = list[Line]
_Pair = tuple[Row, Row]


def drop_furniture(
    pages: Pages, body: float, heights: Sequence[tuple[float, float]]
) -> list[list[Line]]:
    """The pages without running heads and feet, page numbers and lines of a table of contents.
    `body` is the size of most text; `heights` are each page's lower and upper end, in points."""
    edges = [_edges(page, *height) for page, height in zip(pages, heights, strict=True)]
    words, labels = _Seen(), _Seen()
    for number, sides in enumerate(edges):
        for line, side in (
            (x, side) for side, rows in enumerate(sides) for row, _ in rows for x in row
        ):
            words.add(line.text.casefold(), number, line.y, line.x)
            for frame, value in _frames(line):
                labels.add((frame, side, value - number), number, line.y)
    often = max(_MIN_PAGES, (len(pages) + 1) // 2)
    in_sequence = min(_MIN_PAGES, max(2, len(pages)))

    def is_repeated(line: Line, page: int, inner: Row) -> bool:
        if line.text.endswith(_ANNOUNCES):
            return False
        seen = words.pages(line.text.casefold(), line.y, line.x)
        if len(pages) == len(seen) == _TWO:
            return _is_detached(line, inner, *heights[page])
        same_side = sum(other % 2 == page % 2 for other in seen)
        return len(seen) >= often or (same_side >= max(_MIN_PAGES, len(pages) * 0.4))

    def is_label(line: Line, page: int, side: int, in_table: bool) -> bool:
        if line.size > _LARGEST_TIMES_BODY * body:
            return False
        for frame, value in _frames(line):
            if value - page > _MOST_BEFORE and not _SAID.search(frame):
                continue
            if value == page + 1 and _EXPLICIT.fullmatch(frame):
                return True
            is_said = _SAID.search(frame) is not None
            is_small_foot = side == 1 and line.size < _SMALL_TIMES_BODY * body
            is_known = is_said or (not in_table and (is_small_foot or bool(_BARE.fullmatch(frame))))
            if is_known and len(labels.pages((frame, side, value - page), line.y)) >= in_sequence:
                return True
        return False

    kept: list[list[Line]] = []
    telling: dict[str, tuple[int, Line]] = {}
    for number, (page, sides) in enumerate(zip(pages, edges, strict=True)):
        dropped: set[int] = set()
        for side, rows in enumerate(sides):
            for row, inner in rows:
                in_table = _is_table(row, inner)
                found = {
                    id(line)
                    for line in row
                    if is_label(line, number, side, in_table)
                    or (not in_table and is_repeated(line, number, inner))
                }
                if not found:
                    break  # what stands further in is text
                dropped |= found
                telling |= {x.text: (number, x) for x in row if id(x) in found and _tells(x)}
        kept.append([line for line in page if id(line) not in dropped])
    for number, line in telling.values():
        kept[number].append(line)
    titles = _titles(kept)
    return [_without_contents(page, len(pages), titles) for page in kept]


def _tells(line: Line) -> bool:
    """Whether a running head or foot says whom to call: that is kept where it stands last."""
    return _CONTACT.search(line.text) is not None


class _Seen:
    """Counts on how many pages something stands at the same place."""

    def __init__(self) -> None:
        self._found: dict[Hashable, set[int]] = defaultdict(set)

    def add(self, what: Hashable, page: int, *place: float) -> None:
        self._found[what, *(round(at / _SAME_PLACE_PT) for at in place)].add(page)

    def pages(self, what: Hashable, *place: float) -> set[int]:
        near = product(*(range(-1, 2) for _ in place))
        at = [round(part / _SAME_PLACE_PT) for part in place]
        keys = ((what, *(a + b for a, b in zip(at, by, strict=True))) for by in near)
        return set().union(*(self._found[key] for key in keys if key in self._found))


def _edges(page: Sequence[Line], bottom: float, top: float) -> tuple[list[_Pair], list[_Pair]]:
    """The rows in the upper margin and those in the lower one that may be furniture, outermost
    first, each with its neighbour further in."""
    by_height = sorted(page, key=lambda line: line.y)
    margin = _MARGIN * (top - bottom)
    if page and (by_height[0].y < bottom or by_height[-1].y > top):
        margin = top - bottom  # the text does not run as the page lies
    upper, lower = _pairs(_rows(reversed(by_height))), _pairs(_rows(iter(by_height)))
    return (
        [pair for pair in upper if not pair[0][0].y < top - margin],
        [pair for pair in lower if not pair[0][0].y > bottom + margin],
    )


def _pairs(rows: list[Row]) -> list[_Pair]:
    return list(zip(rows[:_EDGE_ROWS], [*rows[1:], []], strict=False))


def _rows(lines: Iterator[Line]) -> list[Row]:
    rows: list[Row] = []
    for line in lines:
        if rows and abs(rows[-1][0].y - line.y) <= _SAME_ROW_EM * max(line.size, rows[-1][0].size):
            rows[-1].append(line)
        elif len(rows) > _EDGE_ROWS:
            break
        else:
            rows.append([line])
    return rows


def _is_detached(line: Line, inner: Row, bottom: float, top: float) -> bool:
    """Whether a line stands at the very edge of its page, apart from the text."""
    edge = min(top - line.y, line.y - bottom)
    apart = abs(line.y - inner[0].y) if inner else _DETACHED_EM * line.size
    return edge <= _OUTERMOST * (top - bottom) and apart >= _DETACHED_EM * line.size


def _is_table(row: Row, inner: Row) -> bool:
    """Whether two or more cells of the row stand in columns with its neighbour's, or both are
    nothing but a figure."""
    if len(row) == len(inner) == 1 and row[0].text.isdigit() and inner[0].text.isdigit():
        em = max(row[0].size, inner[0].size)
        return _in_column(row[0], inner[0], em) and abs(row[0].y - inner[0].y) <= _TABLE_GAP_EM * em
    if len(row) < 2 or len(inner) < 2:
        return False
    em = max(line.size for line in [*row, *inner])
    shared = sum(any(_in_column(line, other, em) for other in inner) for line in row)
    return shared > 1 and abs(row[0].y - inner[0].y) <= _TABLE_GAP_EM * em


def _in_column(line: Line, other: Line, em: float) -> bool:
    left, right = line.x - other.x, line.end_x - other.end_x
    return min(abs(left), abs(right), abs(left + right) / 2) <= _SAME_COLUMN_EM * em


def _frames(line: Line) -> Iterator[tuple[str, int]]:
    """Each number of a line as (the line with a "#" in its place, its value)."""
    text = line.text.casefold().strip()
    if len(text) <= _LONGEST:
        for match in _NUMBER.finditer(text):
            yield f"{text[: match.start()]}#{text[match.end() :]}", _value(match[0])


def _value(number: str) -> int:
    if number.isdecimal():
        return int(number)
    values = [_ROMAN_VALUES[letter] for letter in number]
    return sum(-value if value < max(values[at:]) else value for at, value in enumerate(values))


def _titles(pages: Pages) -> frozenset[str]:
    """How lines begin that have no dots, as far as a table of contents would say it."""
    return frozenset(
        _letters(line.text)[:_LETTERS_COMPARED]
        for page in pages
        for line in page
        if not _LEADERS.search(line.text.strip())
    )


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text.casefold()))


def _without_contents(page: Sequence[Line], count: int, titles: Collection[str]) -> list[Line]:
    """The page without lines whose dots lead to pages that the document has, in their order, and
    which say what stands elsewhere, too. Other dots lead to prices and numbers, or wait to be
    filled in: those lines stay, without the dots."""
    leaders = {
        id(line): match
        for line in page
        if len(line.text) <= _LONGEST_CONTENTS and (match := _LEADERS.search(line.text.strip()))
    }
    found = [match[1] for match in leaders.values() if match[1]]
    numbers = [int(number) for number in found if number.isdecimal()]
    is_contents = bool(found) and numbers == sorted(numbers) and max(numbers, default=0) <= count
    kept: list[Line] = []
    for line in page:
        match = leaders.get(id(line))
        if match is None:
            kept.append(line)
        elif (
            not is_contents
            or _letters(match.string[: match.start()])[:_LETTERS_COMPARED] not in titles
        ):
            said = [match.string[: match.start()].rstrip(" :"), match[1] or ""]
            kept.append(replace(line, text=": ".join(filter(None, said))))
    return kept
