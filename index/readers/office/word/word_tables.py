"""Tables of Word: their rows and cells, which rows are their head, and which are only a layout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from index.readers import table_rows
from index.readers.office import grid
from index.readers.office.word.names import child_number, has_text, switch, w
from index.readers.office.word.styles import Styles

_LONGEST_CELL = 300  # characters of a cell in a table of one row, if that is one
_UNREAD = frozenset(map(w, ("tblPr", "tblGrid", "trPr", "tblPrEx", "tc")))

Row = tuple[Any, list[Any]]  # w:tr and its w:tc


def rows_of(table: Any) -> list[Row]:
    """The rows with their cells, also those in content controls."""
    return [(row, list(_inner(row, w("tc")))) for row in _inner(table, w("tr"))]


def _inner(element: Any, tag: str) -> Iterator[Any]:
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag not in _UNREAD and child.tag != w("tr"):
            yield from _inner(child, tag)


def is_layout(rows: Sequence[Row], styles: Styles) -> bool:
    """Whether the table only puts text side by side: it is one column, or some cell has a heading
    with text below it, or its only row has texts of several paragraphs."""
    if all(len(cells) < 2 for _, cells in rows):
        return True
    for _, cells in rows:
        for cell in cells:
            paragraphs = [one for one in cell.iter(w("p")) if has_text(one)]
            if len(paragraphs) > 1 and any(styles.of(one).level for one in paragraphs):
                return True
    return len(rows) == 1 and any(_is_long(cell, styles) for cell in rows[0][1])


def heading_in(cells: Sequence[Any], styles: Styles) -> bool:
    """Whether all that a row says is one heading."""
    said = [one for cell in cells for one in cell.iter(w("p")) if has_text(one)]
    return len(said) == 1 and styles.of(said[0]).level > 0


def widths(cells: Sequence[Any]) -> list[tuple[Any, int]]:
    """Each cell and how many columns it reaches over. Old files mark the cells that it took in."""
    found: list[tuple[Any, int]] = []
    for cell in cells:
        properties = cell.find(w("tcPr"))
        span = max(1, min(child_number(properties, "gridSpan", 1), table_rows.MAX_COLUMNS))
        merge = properties.find(w("hMerge")) if properties is not None else None
        if found and merge is not None and merge.get(w("val")) != "restart":
            found[-1] = found[-1][0], found[-1][1] + span
        else:
            found.append((cell, span))
    return found


def goes_on(cell: Any) -> bool:
    """Whether the cell belongs to the one above it."""
    merge = cell.find(f"{w('tcPr')}/{w('vMerge')}")
    return merge is not None and merge.get(w("val")) != "restart"


def skipped(row: Any, name: str) -> int:
    """How many columns the row leaves out: `gridBefore` or `gridAfter`."""
    return min(child_number(row.find(w("trPr")), name, 0), table_rows.MAX_COLUMNS)


def head(table: Any, rows: Sequence[Row], cells: Sequence[Sequence[grid.Cell]] = ()) -> int:
    """How many of the first rows name the columns: those marked as a header, else one if the
    table's look draws the first row as such, or if it is bold and the next is not. Word gives
    every new table that look, so rows of pairs have no head for it."""
    marked = 0
    while marked < len(rows) and switch(rows[marked][0].find(w("trPr")), "tblHeader"):
        marked += 1
    if marked and marked == len(rows):
        return 1
    is_bold = len(rows) > 1 and _is_bold(rows[0][0]) and not _is_bold(rows[1][0])
    looks = _looks_headed(table) and not (grid.are_pairs(cells) or _are_named(rows))
    return marked or int(looks or is_bold)


def _are_named(rows: Sequence[Row]) -> bool:
    """Whether the first cell of every row is bold, of the first row alone."""
    if len(rows) < 2 or any(len(cells) != 2 for _, cells in rows):
        return False
    return all(_is_bold(cells[0]) for _, cells in rows) and not _is_bold(rows[0][1][1])


def _is_bold(row: Any) -> bool:
    runs = list(filter(has_text, row.iter(w("r"))))
    return bool(runs) and all(switch(run.find(w("rPr")), "b") for run in runs)


def _looks_headed(table: Any) -> bool:
    look = table.find(f"{w('tblPr')}/{w('tblLook')}")
    if look is None:
        return False
    bits = look.get(w("val")) or "0"
    try:
        is_flagged = bool(int(bits, 16) & 0x20)
    except ValueError:
        is_flagged = False
    return is_flagged or look.get(w("firstRow")) in ("1", "true", "on")


def _is_long(cell: Any, styles: Styles) -> bool:
    said = [one for one in cell.iter(w("p")) if has_text(one)]
    lists = [one for one in said if styles.of(one).list_id]
    size = sum(len(text.text or "") for text in cell.iter(w("t")))
    return len(said) - len(lists) > 1 or size > _LONGEST_CELL or cell.find(w("tbl")) is not None
