"""Tables of web pages as rows that name their columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import takewhile

from bs4 import Tag

from errors import ReadError
from index.readers import normalise, table_rows

HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
_AS_ABOVE = "^^"  # of MultiMarkdown
_BOLD = ["b", "strong"]
TextOf = Callable[[Tag], str]


def is_layout(table: Tag) -> bool:
    """Whether a table only places things on the page."""
    if table.get("role") in ("presentation", "none"):
        return True
    rows = list(_rows(table))
    has_names = any(row.find("th", recursive=False) for row in rows)
    if not has_names and table.find(["pre", "table"]):
        return True
    said = [[cell for cell in _cells(row) if cell.find("img") or _says(cell)] for row in rows]
    return all(len(cells) < 2 for cells in said) or any(
        _is_headed(one) for row in said for one in row
    )


def _is_headed(cell: Tag) -> bool:
    """Whether a cell has a heading with text below it, or is one and names no column."""
    headings = [
        one
        for one in cell.find_all(HEADINGS)
        if one.find_parent("table") is cell.find_parent("table")
    ]
    return bool(headings) and (cell.name == "td" or _says(cell) != "".join(map(_says, headings)))


def _says(tag: Tag) -> str:
    return tag.get_text(strip=True)


def read(table: Tag, text_of: TextOf) -> str:
    """One line a row, in the order of a browser. Names of columns that stand in several rows are
    joined ("Home / Hotel"). What spans rows or columns is said in each; what spans all columns
    stands on a line of its own. Names may be said again, or be others, further down."""
    rows = list(_rows(table))
    grid = _grid(rows, text_of)
    width = max(map(len, grid), default=0)
    alone = [
        width > 1 and len(cells) == 1 and _span(cells[0], "colspan") >= width
        for cells in map(_cells, rows)
    ]
    titles = alone.index(False) if False in alone else 0
    lines = [line[0] for line in grid[:titles]]
    rows, grid, alone = rows[titles:], grid[titles:], alone[titles:]
    heads = _heads(rows, alone)
    names = table_rows.joined_head(grid[:heads])
    group: list[list[str]] = []

    def close() -> None:
        if group:
            lines.append(table_rows.render([*names, *group], header=bool(names)))
            group.clear()

    for at in range(heads, len(rows)):
        if alone[at]:
            close()
            lines.append(grid[at][0])
        elif names and _names_others(rows, grid, at):
            close()
            names = table_rows.joined_head([grid[at]])
        elif grid[at] not in grid[:heads]:
            group.append(grid[at])
    close()
    if len(rows) <= heads and names:
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


def _heads(rows: list[Tag], alone: list[bool]) -> int:
    """In how many rows the names of the columns stand."""
    marked = sum(row.parent is not None and row.parent.name == "thead" for row in rows)
    more = zip(rows[marked:], alone[marked:], strict=True)
    heads = marked + len(list(takewhile(lambda one: _is_head(one[0]) and not one[1], more)))
    if heads:
        return heads if heads < len(rows) else 1
    return int(len(rows) > 1 and not alone[0] and _is_bold(rows[0]) and not _is_bold(rows[1]))


def _is_head(row: Tag) -> bool:
    """Whether every cell that says something names what is below it."""
    cells = _cells(row)
    said = [cell for cell in cells if cell.name == "th" or _says(cell)]
    is_of_row = len(said) == 1 and str(said[0].get("scope")).startswith("row")
    return bool(said) and all(cell.name == "th" for cell in said) and not is_of_row


def _is_bold(row: Tag) -> bool:
    """Whether all that a row says is words in bold, in two cells at least."""
    said = [cell for cell in _cells(row) if _says(cell)]
    has_words = all(any(map(str.isalpha, _says(cell))) for cell in said)
    return (
        has_words
        and len(said) > 1
        and all(
            _says(cell)
            == "".join(_says(one) for one in cell.find_all(_BOLD) if not one.find_parent(_BOLD))
            for cell in said
        )
    )


def _names_others(rows: list[Tag], grid: list[list[str]], at: int) -> bool:
    """Whether a row below the head names columns anew: words in all of its cells, and rows of
    another kind below."""
    if at + 1 >= len(rows) or not _is_head(rows[at]) or _is_head(rows[at + 1]):
        return False
    said = [text for text in grid[at] if text]
    return len(said) > 1 and not any(any(map(str.isdigit, text)) for text in said)


def _grid(rows: list[Tag], text_of: TextOf) -> list[list[str]]:
    grid: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}  # column -> (rows still to fill, text), for rowspan
    for row in rows:
        line: list[str] = []
        for cell in _cells(row):
            _fill(line, below)
            text = normalise.flow(text_of(cell))
            if text == _AS_ABOVE and grid and len(line) < len(grid[-1]):
                text = grid[-1][len(line)]
            for _ in range(_span(cell, "colspan")):
                if (height := _span(cell, "rowspan")) > 1:
                    below[len(line)] = (height - 1, text)
                line.append(text)
            if len(line) > table_rows.MAX_COLUMNS:
                raise ReadError(f"a table of more than {table_rows.MAX_COLUMNS} columns")
        _fill(line, below)
        grid.append(line)
    return grid


def _fill(line: list[str], below: dict[int, tuple[int, str]]) -> None:
    """Repeats cells that reach down from rows above."""
    while (column := len(line)) in below:
        left, text = below.pop(column)
        if left > 1:
            below[column] = (left - 1, text)
        line.append(text)


def whole(value: object, default: int) -> int:
    """An attribute as a whole number of at most six digits, else `default`."""
    said = str(value or "")
    return int(said) if said.isdecimal() and len(said) < 7 else default


def _span(cell: Tag, name: str) -> int:
    span = whole(cell.get(name), 1)
    if name == "rowspan" and not span:  # to the end
        span = table_rows.MAX_COLUMNS
    return max(1, min(span, table_rows.MAX_COLUMNS))
