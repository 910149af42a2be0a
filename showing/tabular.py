"""Rows of a table within a passage, told from running text.

Readers write a row as a line, each cell after the name of its column: "Grade: B2; Days: 28"
(`index/readers/table_rows.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.answer import Span

_NAME = re.compile(r"(?:^|; |(?<=[.!?;]) )([^:;.!?]{1,60}): ")
_CELL = re.compile(r"[^:;.!?]{1,60}")
_FEWEST, _AROUND = 2, 4

Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table: the names of its columns, of each row its cells by name, and whether it
    is marked. `goes_before` and `goes_after` say whether the table goes on on that side."""

    names: tuple[str, ...]
    rows: tuple[tuple[Cells, bool], ...]
    goes_before: bool = False
    goes_after: bool = False


def rows_of(lines: Sequence[tuple[str, bool]]) -> Rows | None:
    """The table that the lines begin with, as far as they are rows of it; None if they begin with
    none. Each line comes with whether it is marked."""
    rows: list[tuple[Cells, bool]] = []
    names: tuple[str, ...] = ()
    for text, marked in lines:
        cells = _cells(text)
        wider = _wider(names, tuple(cells))
        if len(cells) < _FEWEST or wider is None:
            break
        names = wider
        rows.append((cells, marked))
    return Rows(names, tuple(rows)) if len(rows) >= _FEWEST else None


def table_around(text: str, sentence: Span, closed: Sequence[Span] = ()) -> Rows | None:
    """The table in which a passage's sentence is a row, with four rows on either side; None if it
    is in none, or something in `closed` (what must stay text, such as a link) is among them."""
    spans = []
    at = 0
    for line in text.split("\n"):
        spans.append(Span(at, at + len(line)))
        at += len(line) + 1
    lines = [(text[one.start : one.end], _meet(one, sentence)) for one in spans]
    first = 0
    while first < len(lines):
        found = rows_of(lines[first:])
        if found is None:
            first += 1
            continue
        marked = [number for number, (_, is_marked) in enumerate(found.rows) if is_marked]
        if marked:
            start, end = max(marked[0] - _AROUND, 0), marked[-1] + _AROUND + 1
            shown = spans[first + start : first + min(end, len(found.rows))]
            if any(_meet(one, other) for one in shown for other in closed):
                return None
            rows = found.rows[start:end]
            return Rows(found.names, rows, start > 0, end < len(found.rows))
        first += len(found.rows)
    return None


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _wider(names: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...] | None:
    """The longer of two rows' names if the other has only some of them, in their order, as a row
    with empty cells does, and both begin alike; else None."""
    if not names:
        return others
    long, short = (names, others) if len(names) >= len(others) else (others, names)
    left = iter(long)
    return long if short[:1] == long[:1] and all(name in left for name in short) else None


def _cells(text: str) -> Cells:
    """The row's cells by the names of their columns; none if the line is no row. The first may have
    a column without a name: "Opens; Harbour: 6; Airport: 8"."""
    found = list(_NAME.finditer(text))
    if not found or len({one[1] for one in found}) < len(found):
        return {}
    ends = [*(one.start() for one in found[1:]), len(text)]
    cells = {one[1]: text[one.end() : end] for one, end in zip(found, ends, strict=True)}
    if not (start := found[0].start()):
        return cells
    is_cell = text.startswith(";", start) and _CELL.fullmatch(text[:start])
    return {"": text[:start], **cells} if is_cell and len(cells) >= _FEWEST else {}
