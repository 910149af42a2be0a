"""Rows of a table within a passage, drawn as a table.

Readers write a row as a line, each cell after the name of its column: "Grade: B2; Days: 28"
(`index/readers/table_rows.py`). Lines that do not read as rows of one table stay lines, and so do
those of many columns, which a phone has no room for, and those with links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from microsoft_teams.cards import ColumnDefinition, RichTextBlock, Table, TableCell, TableRow

from bots.drawing.card_parts import MarkedLine, literal, runs
from showing.plain_text import ELLIPSIS

_MOST_COLUMNS = 4
_NAME = re.compile(r"(?:^|; |(?<=[.!?;]) )([^:;.!?]{1,60}): ")

Cells = dict[str, str]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table: the names of its columns, of each row its cells by name, and whether it
    is marked. `goes_before` and `goes_after` say whether the passage goes on on that side."""

    names: tuple[str, ...]
    rows: tuple[tuple[Cells, bool], ...]
    goes_before: bool = False
    goes_after: bool = False


def with_tables(lines: Sequence[MarkedLine]) -> Iterator[MarkedLine | Rows]:
    """The lines of an excerpt, with those in a row that are rows of one table as such."""
    at = 0
    while at < len(lines):
        count, rows = _longest(lines[at:])
        yield rows or lines[at]
        at += count


def table(found: Rows, *, bold: bool) -> Iterator[RichTextBlock | Table]:
    """The table, its marked rows in bold if `bold` says so. Its first row is its head, which is a
    table's default; the schema and the SDK spell the property that says so differently."""
    head = TableRow(cells=[_cell(name, bold=True) for name in found.names])
    body = [
        TableRow(
            cells=[_cell(cells.get(name, ""), bold=marked and bold) for name in found.names],
            style="accent" if marked and bold else None,
        )
        for cells, marked in found.rows
    ]
    if found.goes_before:
        yield literal(ELLIPSIS, spacing="Small")
    yield Table(
        columns=[ColumnDefinition(width=1) for _ in found.names],
        rows=[head, *body],
        spacing="Small",
    )
    if found.goes_after:
        yield literal(ELLIPSIS, spacing="None")


def _cell(text: str, *, bold: bool) -> TableCell:
    return TableCell(items=[RichTextBlock(inlines=runs(text, weight="Bolder" if bold else None))])


def _longest(lines: Sequence[MarkedLine]) -> tuple[int, Rows | None]:
    """The table that the lines begin with and how many of them it takes; None and 1 if they begin
    with none."""
    rows: list[tuple[Cells, bool]] = []
    names: tuple[str, ...] = ()
    for line in lines:
        cells = _cells(_text(line))
        wider = _wider(names, tuple(cells))
        if len(cells) < 2 or wider is None or any(run.url for run in line):
            break
        names = wider
        rows.append((cells, any(run.marked for run in line)))
    if len(rows) < 2 or len(names) > _MOST_COLUMNS:
        return 1, None
    first, last = _text(lines[0], whole=True), _text(lines[len(rows) - 1], whole=True)
    goes_before, goes_after = first.startswith(ELLIPSIS), last.endswith(ELLIPSIS)
    return len(rows), Rows(names, tuple(rows), goes_before, goes_after)


def _wider(names: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...] | None:
    """The longer of two rows' names if the other has only some of them, in their order, as a row
    with empty cells does, and both begin alike; else None."""
    if not names:
        return others
    long, short = (names, others) if len(names) >= len(others) else (others, names)
    left = iter(long)
    return long if short[:1] == long[:1] and all(name in left for name in short) else None


def _cells(text: str) -> Cells:
    """The row's cells by the names of their columns; none if the line is no row."""
    found = list(_NAME.finditer(text))
    if not found or found[0].start() or len({one[1] for one in found}) < len(found):
        return {}
    ends = [*(one.start() for one in found[1:]), len(text)]
    return {one[1]: text[one.end() : end] for one, end in zip(found, ends, strict=True)}


def _text(line: MarkedLine, *, whole: bool = False) -> str:
    """The line's words; without the ellipses that stand for what it is cut from, if not `whole`."""
    text = "".join(run.text for run in line)
    return text if whole else text.removeprefix(f"{ELLIPSIS} ").removesuffix(f" {ELLIPSIS}")
