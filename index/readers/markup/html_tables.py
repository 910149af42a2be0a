"""Tables of web pages as rows that name their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import takewhile

from bs4 import Tag

from errors import ReadError
from index.readers import normalise, table_rows

HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
TextOf = Callable[[Tag], str]


def is_layout(table: Tag) -> bool:
    """Whether a table only places things on the page."""
    if table.get("role") in ("presentation", "none") or table.find([*HEADINGS, "pre"]):
        return True
    rows = list(_rows(table))
    if table.find("table") and not any(row.find("th", recursive=False) for row in rows):
        return True
    return all(len(_cells(row)) < 2 for row in rows)


def read(table: Tag, text_of: TextOf) -> str:
    """One line a row, in the order of a browser. Names of columns that stand in several rows are
    joined ("Home / Hotel"). What spans rows or columns is said in each; what spans all columns
    stands on a line of its own."""
    rows = list(_rows(table))
    grid = _grid(rows, text_of)
    width = max(map(len, grid), default=0)
    heads = _heads(rows)
    names = table_rows.joined_head(grid[:heads])
    lines: list[str] = []
    group: list[list[str]] = []

    def close() -> None:
        if group:
            lines.append(table_rows.render([*names, *group], header=bool(names)))
            group.clear()

    for row, line in zip(rows[heads:], grid[heads:], strict=True):
        cells = _cells(row)
        if len(cells) == 1 and width > 1 and _span(cells[0], "colspan") >= width:
            close()
            lines.append(line[0])
        else:
            group.append(line)
    close()
    if not lines and names:
        lines.append(table_rows.render(names, header=False))
    caption = table.find("caption", recursive=False)
    if isinstance(caption, Tag) and any(lines):
        lines.insert(0, normalise.flow(text_of(caption)))
    return "\n".join(filter(None, lines))


def _rows(table: Tag) -> Iterator[Tag]:
    """The table's own rows, those of its head first and of its foot last."""
    for part in (["thead"], ["tbody", "tr"], ["tfoot"]):
        for child in table.find_all(part, recursive=False):
            yield from [child] if child.name == "tr" else child.find_all("tr", recursive=False)


def _cells(row: Tag) -> list[Tag]:
    return row.find_all(["td", "th"], recursive=False)


def _heads(rows: list[Tag]) -> int:
    """In how many rows the names of the columns stand."""
    marked = [row for row in rows if row.parent is not None and row.parent.name == "thead"]
    heads = len(marked) or len(list(takewhile(_is_head, rows)))
    return heads if heads < len(rows) else min(heads, 1)


def _is_head(row: Tag) -> bool:
    """Whether every cell that says something names what is below it."""
    cells = _cells(row)
    said = [cell for cell in cells if cell.name == "th" or cell.get_text(strip=True)]
    is_of_row = len(said) == 1 and str(said[0].get("scope")).startswith("row")
    return bool(said) and all(cell.name == "th" for cell in said) and not is_of_row


def _grid(rows: list[Tag], text_of: TextOf) -> list[list[str]]:
    grid: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}  # column -> (rows still to fill, text), for rowspan
    for row in rows:
        line: list[str] = []
        for cell in _cells(row):
            _fill(line, below)
            text = normalise.flow(_nested(cell, text_of) or text_of(cell))
            for _ in range(_span(cell, "colspan")):
                if (height := _span(cell, "rowspan")) > 1:
                    below[len(line)] = (height - 1, text)
                line.append(text)
            if len(line) > table_rows.MAX_COLUMNS:
                raise ReadError(f"a table of more than {table_rows.MAX_COLUMNS} columns")
        _fill(line, below)
        grid.append(line)
    return grid


def _nested(cell: Tag, text_of: TextOf) -> str:
    """The rows of a table that is all there is in a cell."""
    inner = cell.find("table")
    if inner is None or inner.get_text(strip=True) != cell.get_text(strip=True):
        return ""
    return read(inner, text_of).replace("\n", ". ")


def _fill(line: list[str], below: dict[int, tuple[int, str]]) -> None:
    """Repeats cells that reach down from rows above."""
    while (column := len(line)) in below:
        left, text = below.pop(column)
        if left > 1:
            below[column] = (left - 1, text)
        line.append(text)


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name) or "1")
    span = int(value) if value.isdecimal() and len(value) < 7 else 1
    return max(1, min(span, table_rows.MAX_COLUMNS))
