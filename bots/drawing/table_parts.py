"""Rows of a table within a passage, drawn as a table.

Those of many columns stay lines, as a phone has no room for them, and so do those with links.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import takewhile

from microsoft_teams.cards import ColumnDefinition, RichTextBlock, Table, TableCell, TableRow

from bots.drawing.card_parts import MarkedLine, literal, runs
from showing.plain_text import ELLIPSIS
from showing.tabular import Rows, rows_of

_MOST_COLUMNS = 4


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
    return TableCell(items=[RichTextBlock(inlines=runs(text, bold=bold))])


def _longest(lines: Sequence[MarkedLine]) -> tuple[int, Rows | None]:
    """The table that the lines begin with and how many of them it takes; None and 1 if they begin
    with none."""
    plain = takewhile(lambda line: not any(run.url for run in line), lines)
    found = rows_of([(_text(line), any(run.marked for run in line)) for line in plain])
    if found is None or len(found.names) > _MOST_COLUMNS:
        return 1, None
    count = len(found.rows)
    first, last = _text(lines[0], whole=True), _text(lines[count - 1], whole=True)
    goes_before, goes_after = first.startswith(ELLIPSIS), last.endswith(ELLIPSIS)
    return count, replace(found, goes_before=goes_before, goes_after=goes_after)


def _text(line: MarkedLine, *, whole: bool = False) -> str:
    """The line's words; without the ellipses that stand for what it is cut from, if not `whole`."""
    text = "".join(run.text for run in line)
    return text if whole else text.removeprefix(f"{ELLIPSIS} ").removesuffix(f" {ELLIPSIS}")
