"""Tables of Word: their rows and cells, which rows are their head, and which are only a layout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from index.readers import table_rows
from index.readers.office.word.names import child_number, switch, w
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
            paragraphs = [one for one in cell.iter(w("p")) if _has_text(one)]
            if len(paragraphs) > 1 and any(styles.of(one).level for one in paragraphs):
                return True
    return len(rows) == 1 and any(_is_long(cell, styles) for cell in rows[0][1])


def heading_in(cells: Sequence[Any], styles: Styles) -> bool:
    """Whether all that a row says is one heading."""
    said = [one for cell in cells for one in cell.iter(w("p")) if _has_text(one)]
    return len(said) == 1 and styles.of(said[0]).level > 0


def width(cell: Any) -> int:
    """How many columns the cell reaches over."""
    span = child_number(cell.find(w("tcPr")), "gridSpan", 1)
    return max(1, min(span, table_rows.MAX_COLUMNS))


def goes_on(cell: Any) -> bool:
    """Whether the cell belongs to the one above it."""
    merge = cell.find(f"{w('tcPr')}/{w('vMerge')}")
    return merge is not None and merge.get(w("val")) != "restart"


def skipped(row: Any, name: str) -> int:
    """How many columns the row leaves out: `gridBefore` or `gridAfter`."""
    return min(child_number(row.find(w("trPr")), name, 0), table_rows.MAX_COLUMNS)


def head(table: Any, rows: Sequence[Row]) -> int:
    """How many of the first rows name the columns: those marked as a header, else one where the
    table's look draws the first row as such."""
    marked = 0
    while marked < len(rows) and switch(rows[marked][0].find(w("trPr")), "tblHeader"):
        marked += 1
    if marked and marked == len(rows):
        return 1
    return marked or int(_looks_headed(table))


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
    said = [one for one in cell.iter(w("p")) if _has_text(one)]
    lists = [one for one in said if styles.of(one).list_id]
    size = sum(len(text.text or "") for text in cell.iter(w("t")))
    return len(said) - len(lists) > 1 or size > _LONGEST_CELL or cell.find(w("tbl")) is not None


def _has_text(paragraph: Any) -> bool:
    return any((text.text or "").strip() for text in paragraph.iter(w("t")))
