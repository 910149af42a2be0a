"""Tables of Office as lines: cells that reach over rows and columns hold in each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.readers import normalise, table_rows

_MOST_HEADS = 3
_FIGURES = re.compile(r"\W*\d|.*\d{3}", re.S)
_PERIOD = re.compile(r"\D*(?:19|20)\d\d\D*")  # "2026", "Fee in 2026"


@dataclass(frozen=True, slots=True)
class Cell:
    """`width` is in columns. What `goes_on` belongs to the cell above it and says nothing."""

    text: str
    width: int = 1
    goes_on: bool = False


def render(rows: Sequence[Sequence[Cell]], *, head: int) -> str:
    """One line a row; the first `head` rows name the columns, and so does what divides a name of
    the first. A row of one cell over all columns stands alone; before the head it is a title."""
    width = max((sum(cell.width for cell in row) for row in rows), default=0)
    alone = [width > 1 and len(row) == 1 and row[0].width >= width for row in rows]
    titles = alone.index(False) if False in alone else len(rows)
    lines = [normalise.prose(row[0].text) for row in rows[:titles]]
    rows, alone = rows[titles:], alone[titles:]
    if head:
        head = _reach(rows, max(1, head - titles))
    filled = list(_fill(rows))
    names = table_rows.joined_head(filled[:head])
    part: list[list[str]] = []
    for is_alone, texts in zip(alone[head:], filled[head:], strict=True):
        if is_alone:
            lines += [_lines(names, part), normalise.prose(texts[0])]
            part = []
        elif texts not in filled[:head]:  # names that stand again on the next page
            part.append(texts)
    if names and len(rows) <= head:
        lines.append(table_rows.render(names, header=False))
    return "\n".join(filter(None, (*lines, _lines(names, part))))


def are_pairs(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the rows are names with what holds for each, and the first is one of them: its second
    cell has figures or a sentence, which name no column, or names end in colons."""
    if len(rows) < 2 or any(len(row) != 2 or row[1].goes_on for row in rows):
        return False
    said = rows[0][1].text
    if all(row[0].text.endswith(":") for row in rows):
        return True
    return (bool(_FIGURES.match(said)) and not _PERIOD.fullmatch(said)) or said.endswith(".")


def _reach(rows: Sequence[Sequence[Cell]], head: int) -> int:
    """How many rows the head has, if it has `head` at least: below a name over several columns
    stand their own, while the first column goes on or says nothing."""
    while head < min(len(rows) - 1, _MOST_HEADS):
        above, below = rows[head - 1], rows[head]
        is_divided = any(cell.width > 1 for cell in above)
        if not is_divided or not below or not (below[0].goes_on or not below[0].text):
            break
        if not any(cell.text for cell in below):
            break
        head += 1
    return min(head, len(rows))


def _lines(names: list[list[str]], part: list[list[str]]) -> str:
    return table_rows.render([*names, *part], header=bool(names)) if part else ""


def _fill(rows: Sequence[Sequence[Cell]]) -> Iterator[list[str]]:
    """The text of every column of each row."""
    above: list[str] = []
    for row in rows:
        texts: list[str] = []
        for cell in row:
            at = len(texts)
            text = above[at] if cell.goes_on and at < len(above) else cell.text
            texts.extend([text] * min(cell.width, table_rows.MAX_COLUMNS - at))
        above = texts
        yield texts
