"""Sheets as cells in rows, whichever program wrote them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from errors import ReadError

MAX_CELLS = 1_000_000


@dataclass(frozen=True, slots=True)
class SheetCell:
    """What a cell shows, and the address that it opens."""

    text: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's rows of cells, and what is drawn beside them. Its name is empty if the file has but
    one sheet, which nobody named."""

    name: str
    rows: Sequence[Sequence[SheetCell]]
    drawn: Sequence[str] = ()


def check_size(name: str | None, rows: int, columns: int) -> None:
    """Raises ReadError for a sheet of more than a million cells."""
    if rows * columns > MAX_CELLS:
        raise ReadError(
            f"sheet {name!r} has {rows} rows and {columns} columns; at most {MAX_CELLS} cells are "
            "read"
        )


def links(rows: Iterable[Sequence[SheetCell]]) -> list[tuple[str, str]]:
    """The words and addresses of the cells that open something, in their order."""
    return [(cell.text, cell.url) for row in rows for cell in row if cell.url]
