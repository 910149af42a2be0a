"""Tables among a PDF page's lines: as its tags say, else of what stands side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from index.readers import normalise, table_rows
from index.readers.pdf.pdf_columns import unweave
from index.readers.pdf.pdf_lines import Line

_SAME_ROW_EM = 0.45
_SAME_COLUMN_PT = 4.0
_NEXT_LINE_EM = 1.6
_TABLE_GAP = 1.8
_ROWS_COMPARED = 50

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
        if names := _joined_head(self.rows):
            rows, has_header = [names, *rows[2:]], True
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
            or not -_SAME_COLUMN_PT <= lower.x - line.x <= _hanging(line, em)
            or line.end_x > beside.x
            or not 0 < line.y - lower.y <= _NEXT_LINE_EM * em
        ):
            break
        taken += 1
    goes_on = taken < len(rows) and len(rows[-taken - 1]) > 1
    while not goes_on and taken > 1 and rows[-taken][0][0].y > beside.y + _SAME_ROW_EM * em:
        taken -= 1
    rows[-taken:] = [[[line for row in rows[-taken:] for cell in row for line in cell]]]


def _hanging(line: Line, em: float) -> float:
    """How much further in the next line of an item may begin."""
    return _SAME_COLUMN_PT if line.text[0].isalnum() else 1.5 * em


def _same_table(group: Sequence[Row], row: Row) -> bool:
    """Whether the row goes on with the table. It does not if other columns begin, further to the
    side, under a header of their own or after a gap."""
    group = group[-_ROWS_COMPARED:]
    lines = [line for cell in row for line in cell]
    is_header = all(line.is_bold for line in lines)
    if is_header and _is_header(group) and not any(_has_figure(line) for line in lines):
        return False
    widest = max([_gap(a, b) for a, b in pairwise(group)] + [_NEXT_LINE_EM * row[0][0].size])
    if len(group) > 1 and _gap(group[-1], row) > _TABLE_GAP * widest:
        return False
    above = [cell for other in group for cell in other]
    if (
        len(group) > 1
        and len(row) < max(map(len, group))
        and not all(any(_shares_column(cell, other) for other in above) for cell in row)
    ):
        return False
    is_aligned = abs(group[-1][0][0].x - row[0][0].x) <= _SAME_COLUMN_PT
    if len(row) == max(map(len, group)) or (is_aligned and not is_header):
        return True
    if len(group) < 3 and len(row) > max(map(len, group)):  # names of columns, some without
        last = group[-1]
        is_near = _gap(last, row) <= _TABLE_GAP * _NEXT_LINE_EM * row[0][0].size
        is_named = all(any(_shares_column(cell, other) for other in row) for cell in last)
        return is_near and (is_named or (len(group) == 1 and _is_head_of(last, row)))
    # a cell that holds for several rows stands in the first of them
    return 1 < len(row) < max(map(len, group)) and not is_header


def _is_head_of(upper: Row, row: Row) -> bool:
    """Whether the row names columns twice, and what stands above it tells them apart."""
    names = [_said(cell) for cell in row]
    lines = [line for cell in [*upper, *row] for line in cell]
    return len(set(names)) < len(names) and not any(map(_has_figure, lines))


def _joined_head(rows: Sequence[Row]) -> list[str]:
    """The names of columns that stand in two rows, as one ("Home / Hotel"); empty if they stand in
    one, or nothing tells them apart."""
    if len(rows) < 3 or not _is_head_of(*rows[:2]):
        return []
    spans = [cell for above, cell in zip(rows[1], rows[0], strict=True) if cell and above]
    heads = [
        [*_over(below, spans), _said(below)] if below else [_said(above)]
        for above, below in zip(rows[0], rows[1], strict=True)
    ]
    names = [" / ".join(filter(None, head)) for head in heads]
    return names if len(set(names)) == len(names) else []


def _over(cell: Sequence[Line], spans: Sequence[Sequence[Line]]) -> list[str]:
    """The name that spans the cell's column: the last to begin left of it if names begin where
    columns do, else the nearest, unless that is further off than half the way to the next."""
    left = [span for span in spans if span[0].x <= cell[0].x + _SAME_COLUMN_PT]
    if any(abs(span[0].x - cell[0].x) <= _SAME_COLUMN_PT for span in spans):
        return [_said(left[-1])]
    middles = sorted(map(_middle, spans))
    most = min((b - a for a, b in pairwise(middles)), default=0.0) / 2
    nearest = min(spans, key=lambda span: abs(_middle(span) - _middle(cell)), default=())
    is_over = nearest and abs(_middle(nearest) - _middle(cell)) <= most
    return [_said(nearest)] if is_over else [_said(left[-1])] if left else []


def _is_below(cell: Sequence[Line], name: Sequence[Line]) -> bool:
    left, right = min(line.x for line in cell), max(line.end_x for line in cell)
    starts, ends = min(line.x for line in name), max(line.end_x for line in name)
    return (left < ends and starts < right) or _shares_column(cell, name)


def _middle(cell: Sequence[Line]) -> float:
    return (min(line.x for line in cell) + max(line.end_x for line in cell)) / 2


def _shares_column(cell: Sequence[Line], other: Sequence[Line]) -> bool:
    """Whether two cells share an edge or the middle, as those of one column do, or stand between
    the same lines of a grid."""
    if cell[0].column and cell[0].column == other[0].column:
        return True
    left = min(line.x for line in cell) - min(line.x for line in other)
    right = max(line.end_x for line in cell) - max(line.end_x for line in other)
    return min(abs(left), abs(right), abs(left + right) / 2) <= 2 * _SAME_COLUMN_PT


def _gap(row: Row, below: Row) -> float:
    """The distance in points from the last line of a row to the first one of that below it."""
    return min(x.y for cell in row for x in cell) - max(x.y for cell in below for x in cell)


def _has_figure(line: Line) -> bool:
    return any(character.isdigit() for character in line.text)


def _aligned(rows: Sequence[Row]) -> list[Row]:
    """Rows with fewer cells than others get empty ones where their columns are empty."""
    starts = [cell[0].x for cell in max(rows, key=len)]
    aligned: list[Row] = []
    for row in rows:
        cells: Row = [[] for _ in starts]
        column = 0
        for left, cell in enumerate(row):
            choices = range(column, len(starts) - (len(row) - left) + 1)
            offsets = {at: abs(starts[at] - cell[0].x) for at in choices}
            column = min(offsets, key=offsets.__getitem__)
            cells[column] = cell
            column += 1
        if aligned:
            _hold_on(aligned[-1], cells)
        aligned.append(cells)
    return aligned


def _hold_on(above: Row, row: Row) -> None:
    """Repeats what stands above in empty cells of a row that a grid's cell reaches down to."""
    y = min((line.y for cell in row for line in cell), default=0.0)
    for at, (cell, over) in enumerate(zip(row, above, strict=True)):
        floor = over[-1].floor if over else None
        if not cell and floor is not None and floor < y - 1:
            row[at] = over


def _is_header(rows: Sequence[Row]) -> bool:
    """Whether the first row names the columns: tagged so, or the only bold one."""
    if len(rows) < 2:
        return False
    first = [line for cell in rows[0] for line in cell]
    others = [line for row in rows[1:] for cell in row for line in cell]
    is_tagged = all(line.tag is not None and line.tag.is_header for line in first)
    is_bold = all(line.is_bold for line in first) and not all(line.is_bold for line in others)
    has_no_figures = (
        len(rows[0]) > 2
        and not any(map(_has_figure, first))
        and all(
            _is_below(cell, name)
            for row in rows[1:_ROWS_COMPARED]
            for name, cell in zip(rows[0], row, strict=False)
            if name and cell
        )
    )
    return is_tagged or is_bold or has_no_figures


def _said(cell: Sequence[Line]) -> str:
    return normalise.join_lines([line.text for line in cell])
