"""Tables as lines that still make sense alone, on a card or cut from the rest."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from index.readers.normalise import prose

MAX_COLUMNS = 200
_MOST_NAMED_COLUMNS = 16
_LONGEST_KEY = 60


def render(rows: Sequence[Sequence[str]], *, header: bool) -> str:
    """One line a row. With a header every cell carries its column's name ("Grade: B2; Days: 28"),
    so that a row is understood without the others; above 16 columns the names would drown the
    values. Two columns without a header are a key and its value. Empty rows and columns go."""
    cells = _tidy(rows)
    if not cells:
        return ""
    if header and len(cells) > 1 and 1 < len(cells[0]) <= _MOST_NAMED_COLUMNS:
        return "\n".join(_named(cells[0], row) for row in cells[1:])
    if not header and len(cells[0]) == 2 and all(len(key) <= _LONGEST_KEY for key, _ in cells):
        return "\n".join(_pair(key, value) for key, value in cells)
    return "\n".join(" | ".join(cell for cell in row if cell) for row in cells)


def joined_head(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The rows that name columns as one row, or none if they say nothing. A name in several rows is
    joined ("Home / Hotel"), and what they repeat is said once."""
    columns = (dict.fromkeys(map(prose, column)) for column in zip_longest(*rows, fillvalue=""))
    names = [" / ".join(filter(None, parts)) for parts in columns]
    return [names] if any(names) else []


def _tidy(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    cells = [[prose(cell) for cell in row] for row in rows]
    width = max((len(row) for row in cells), default=0)
    padded = [row + [""] * (width - len(row)) for row in cells if any(row)]
    used = [column for column in range(width) if any(row[column] for row in padded)]
    return [[row[column] for column in used] for row in padded]


def _named(names: Sequence[str], row: Sequence[str]) -> str:
    line = ""
    for name, value in zip(names, row, strict=True):
        if value:
            line += _separator(line) + _pair(name, value)
    return line


def _separator(line: str) -> str:
    if not line:
        return ""
    return " " if line.endswith((".", "!", "?", ";")) else "; "


def _pair(key: str, value: str) -> str:
    if not key or not value:
        return key or value
    return f"{key} {value}" if key.endswith((":", "?", ".")) else f"{key}: {value}"
