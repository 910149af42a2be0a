"""A PDF page's lines as headings, paragraphs, lists and tables."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from index.readers import normalise, table_rows
from index.readers.pdf.pdf_columns import unweave
from index.readers.pdf.pdf_lines import Line

_BULLET = re.compile(r"(?:[•▪●◦○■□∙·➢✓]\s*|[-–‣*]\s+|o\s+(?=[A-Z]))(?=\S)")
_NUMBER = re.compile(r"(?:\(?(?:\d{1,2}|[a-z])[.)])\s+(?=\S)")
_CLAUSE = re.compile(r"\d{1,2}(?:\.\d{1,2})+\.?\s")
_ENDS = re.compile(r"[.!?:;…][\"'”’)\]]*$")
_SAME_SIZE = 0.1
_PARAGRAPH_GAP = 1.3
_WIDEST_SINGLE_SPACING = 1.7
_HEADING_GAP_EM = 1.4
_SHORT_LINE = 0.8
_LONGEST_LABEL = 80
_INDENT_PT = 6.0
_SAME_ROW_EM = 0.45
_SAME_COLUMN_PT = 4.0
_NEXT_LINE_EM = 1.6

Row = list[list[Line]]


@dataclass(slots=True)
class Grid:
    """Rows of cells, each cell the lines that stand in it."""

    rows: list[Row] = field(default_factory=list)
    table: int = 0

    def render(self, headers: dict[int, list[str]]) -> str:
        """The table as text. `headers` remembers the header rows of tagged tables, for those that
        go on over the page."""
        rows = [[_said(cell) for cell in row] for row in self.rows]
        has_header = _is_header(self.rows)
        if self.table and has_header:
            headers[self.table] = rows[0]
        elif self.table in headers:
            rows, has_header = [headers[self.table], *rows], True
        return table_rows.render(rows, header=has_header)


def split_tables(lines: Sequence[Line]) -> list[Line | Grid]:
    """A page's lines with the tables among them gathered."""
    found: list[Line | Grid] = []
    plain: list[Line] = []
    for line in lines:
        if line.tag is None or line.tag.cell is None:
            plain.append(line)
            continue
        found.extend(_untagged(plain))
        plain = []
        table, row = line.tag.cell
        last = found[-1] if found else None
        if not isinstance(last, Grid) or last.table != table:
            last = Grid(table=table)
            found.append(last)
        _place(last, row, line)
    return [*found, *_untagged(plain)]


def _place(grid: Grid, row: int, line: Line) -> None:
    tag = line.tag
    before = grid.rows[-1][-1][-1].tag if grid.rows else None
    if before is None or tag is None or before.cell is None or before.cell[1] != row:
        grid.rows.append([[line]])
    elif before.element == tag.element:
        grid.rows[-1][-1].append(line)
    else:
        grid.rows[-1].append([line])


def _untagged(lines: Sequence[Line]) -> Iterator[Line | Grid]:
    """Two or more rows of two or more cells are a table; a row alone is not."""
    rows: list[Row] = []
    for line in unweave(lines):
        if not rows or not _extend(rows, line):
            rows.append([[line]])
    group: list[Row] = []
    for row in [*rows, []]:
        if len(row) > 1 and (not group or _same_table(group, row)):
            group.append(row)
            continue
        if len(group) > 1:
            yield Grid(_aligned(group))
        else:
            yield from (line for one in group for cell in one for line in cell)
        group = [row] if len(row) > 1 else []
        if not group:
            yield from (line for cell in row for line in cell)


def _extend(rows: list[Row], line: Line) -> bool:
    """Adds the line to the last row, as a further cell or as the next line of its last cell."""
    row = rows[-1]
    last = row[-1][-1]
    em = max(line.size, last.size)
    bottom = min(part.y for cell in row for part in cell)
    is_right = line.x > row[-1][0].x + em and line.x > max(x.end_x for x in row[-1]) - em
    if is_right and line.y >= bottom - _SAME_ROW_EM * em:
        if len(row) == 1:
            _gather_cell(rows, line, em)
        rows[-1].append([line])
        return True
    is_below = 0 < last.y - line.y <= _NEXT_LINE_EM * em
    is_own_column = len(row) > 1 and line.x > row[0][0].x + em
    if is_own_column and is_below and abs(line.x - row[-1][0].x) <= _SAME_COLUMN_PT:
        row[-1].append(line)
        return True
    return False


def _gather_cell(rows: list[Row], beside: Line, em: float) -> None:
    """Joins lines into the first cell of a row. Each was taken for a row of its own until `beside`
    began another cell next to them. The lines at its height and below are joined; if the table has
    rows already, so are all lines since the last of them."""
    taken = 1
    for row, below in zip(reversed(rows[:-1]), reversed(rows), strict=False):
        line, lower = row[0][0], below[0][0]
        if (
            len(row) > 1
            or abs(line.x - lower.x) > _SAME_COLUMN_PT
            or line.end_x > beside.x
            or not 0 < line.y - lower.y <= _NEXT_LINE_EM * em
        ):
            break
        taken += 1
    goes_on = taken < len(rows) and len(rows[-taken - 1]) > 1
    while not goes_on and taken > 1 and rows[-taken][0][0].y > beside.y + _SAME_ROW_EM * em:
        taken -= 1
    rows[-taken:] = [[[line for row in rows[-taken:] for cell in row for line in cell]]]


def _same_table(group: Sequence[Row], row: Row) -> bool:
    """Whether the row goes on with the table. It does not if other columns begin, further to the
    side or under a header of their own."""
    is_header = all(line.is_bold for cell in row for line in cell)
    is_aligned = abs(group[-1][0][0].x - row[0][0].x) <= _SAME_COLUMN_PT
    return len(row) == max(map(len, group)) or (is_aligned and not is_header)


def _aligned(rows: Sequence[Row]) -> list[Row]:
    """Rows with fewer cells than others get empty ones where their columns are empty."""
    starts = [cell[0].x for cell in max(rows, key=len)]
    aligned: list[Row] = []
    for row in rows:
        cells: Row = [[] for _ in starts]
        column = 0
        for left, cell in enumerate(row):
            choices = range(column, len(starts) - (len(row) - left) + 1)
            column = min(choices, key=lambda at, x=cell[0].x: abs(starts[at] - x))  # type: ignore[misc]
            cells[column] = cell
            column += 1
        aligned.append(cells)
    return aligned


def _is_header(rows: Sequence[Row]) -> bool:
    """Whether the first row names the columns: tagged so, or the only bold one."""
    if len(rows) < 2:
        return False
    first = [line for cell in rows[0] for line in cell]
    others = [line for row in rows[1:] for cell in row for line in cell]
    is_tagged = all(line.tag is not None and line.tag.is_header for line in first)
    is_bold = all(line.is_bold for line in first) and not all(line.is_bold for line in others)
    has_no_figures = len(rows[0]) > 2 and not any(
        character.isdigit() for line in first for character in line.text
    )
    return is_tagged or is_bold or has_no_figures


def _said(cell: Sequence[Line]) -> str:
    return normalise.join_lines([line.text for line in cell])


@dataclass(frozen=True, slots=True)
class Item:
    """A heading (`level` 1 to 6), or a block of text or table (0). `is_open` marks prose that the
    next page may go on with, `is_note` a footnote."""

    text: str
    level: int = 0
    is_open: bool = False
    is_note: bool = False


def page_items(
    lines: Sequence[Line],
    levels: Sequence[int],
    words: Collection[str],
    headers: dict[int, list[str]],
) -> list[Item]:
    """What stands on a page, in order. `words` are the document's (see `normalise.vocabulary`),
    `headers` the header rows of its tables, kept for pages to come."""
    level_of = {id(line): level for line, level in zip(lines, levels, strict=True)}
    items: list[Item] = []
    group: list[Line] = []  # lines of text, or of one heading
    level = 0

    def close() -> None:
        if level:
            items.append(Item(normalise.join_lines([x.text for x in group], words), level))
        else:
            items.extend(
                Item(text, is_open=not _ENDS.search(text)) for text in _blocks(group, words)
            )
        group.clear()

    for part in split_tables(lines):
        if isinstance(part, Grid):
            close()
            level = 0
            items.append(Item(part.render(headers)))
            continue
        own = level_of[id(part)]
        if own != level or (level and group and not is_same_heading(group[-1], part)):
            close()
            level = own
        group.append(part)
    close()
    return [item for item in items if item.text]


def is_same_heading(last: Line, line: Line) -> bool:
    """Whether a line goes on with the heading that `last` is part of."""
    if last.tag and line.tag:
        return last.tag.element == line.tag.element
    is_next = 0 < last.y - line.y <= _HEADING_GAP_EM * last.size
    if _NUMBER.match(line.text) or _CLAUSE.match(line.text):
        return False
    return is_next and abs(last.size - line.size) <= _SAME_SIZE * last.size


def _blocks(lines: Sequence[Line], words: Collection[str]) -> list[str]:
    """A block for each paragraph, and one for all items of a list. A short line without a full stop
    ("Tips for employees") is in one block with what it announces."""
    blocks: list[str] = []
    depths: list[float] = []  # where the markers of the open list stand, outermost first
    is_label = False
    for paragraph in _paragraphs(lines):
        text = normalise.join_lines([line.text for line in paragraph], words)
        goes_on = is_label
        if marker := _BULLET.match(text) or _NUMBER.match(text):
            goes_on = goes_on or bool(depths)
            depths = [x for x in depths if x < paragraph[0].x - _INDENT_PT]
            sign = "-" if _BULLET.match(text) else marker[0].strip()
            text = f"{'  ' * len(depths)}{sign} {text[marker.end() :]}"
            depths.append(paragraph[0].x)
        else:
            depths = []
        if goes_on and blocks:
            blocks[-1] += f"\n{text}"
        else:
            blocks.append(text)
        is_label = not depths and len(paragraph) == 1 and is_open_label(text)
    return blocks


def is_item(text: str) -> bool:
    """Whether a line begins as the item of a list."""
    return bool(_BULLET.match(text) or _NUMBER.match(text))


def is_open_label(text: str) -> bool:
    """Whether a line announces what follows, as a heading does that is not marked as one."""
    return len(text) <= _LONGEST_LABEL and not text.endswith((".", "!", "…", ";", ","))


def _paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    if not lines:
        return
    leading = _leading(lines)
    left, right = min(line.x for line in lines), max(line.end_x for line in lines)
    full = left + _SHORT_LINE * (right - left)
    paragraph = [lines[0]]
    for last, line in pairwise(lines):
        if _begins(last, line, leading, full):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    yield paragraph


def _leading(lines: Sequence[Line]) -> float:
    """The usual distance of two lines of a paragraph, in points. If any lines are single-spaced,
    only they count: on some pages most lines are paragraphs of their own."""
    gaps = [(a.y - b.y) / a.size for a, b in pairwise(lines) if 0 < a.y - b.y < 3 * a.size]
    single = [gap for gap in gaps if gap < _WIDEST_SINGLE_SPACING]
    size = median(line.size for line in lines)
    return median(single or gaps or [1.2]) * size


def _begins(last: Line, line: Line, leading: float, full: float) -> bool:
    """Whether a line begins a paragraph. `full` is how far a line reaches that was broken because
    it was full."""
    is_end = bool(_ENDS.search(last.text))
    gap = last.y - line.y
    if last.tag and line.tag and last.tag.element != line.tag.element:
        return True
    if gap > _PARAGRAPH_GAP * max(leading, line.size) or _BULLET.match(line.text):
        return True
    if _NUMBER.match(line.text) and (is_end or is_item(last.text)):
        return True
    if gap < 0:  # the next column
        return is_end or not line.text[:1].islower()
    if last.tag and line.tag:
        return False
    if abs(last.size - line.size) > _SAME_SIZE * last.size or last.is_bold != line.is_bold:
        return True
    return is_end and (last.end_x < full or line.x > last.x + _INDENT_PT)
