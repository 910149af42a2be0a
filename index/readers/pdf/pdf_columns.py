"""Columns of running text that a program drew row by row, put back one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import mean, median

from index.readers.pdf.pdf_lines import Line

_FEWEST_LINES = 3
_MOST_LINES = 500  # of a page's columns
_FEWEST_TURNS = 2
_SHORTEST_MEAN = 16
_GOES_ON = 0.45
_FEWEST_ROWS = 2
_SAME_STARTS = 0.6
_SAME_ROW_PT = 3.0
_PARAGRAPH_GAP = 1.35
_COLUMN_EM = 5.0
_OUTDENT_EM = 1.5
_GAP_EM = 2.5
_SURELY = 0.8  # of a width, which is estimated


def unweave(lines: Sequence[Line]) -> list[Line]:
    """The lines with woven columns one after the other. Columns are woven if lines of the left one
    and of those to its right take turns down the page, and each reads on from line to line. Rows of
    a table take turns, too, but begin together."""
    found: list[Line] = []
    at = 0
    while at < len(lines):
        rest = lines[at : at + _MOST_LINES]
        left, right = _columns(rest) if _is_beside(rest[:2]) else ([], [])
        right = unweave(right)
        if _reads_on(left) and _reads_on(right) and not _are_rows(left, right):
            found += [*left, *right]
            at += len(left) + len(right)
        else:
            found.append(lines[at])
            at += 1
    return found


def _is_beside(lines: Sequence[Line]) -> bool:
    """Whether the second of two lines may begin another column, beside the first."""
    if len(lines) < 2:
        return False
    em = max(line.size for line in lines)
    return lines[1].x > lines[0].x + _COLUMN_EM * em and abs(lines[1].y - lines[0].y) <= em


def _columns(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The lines of the left column and those to its right, from the first line on as far as they
    take turns; nothing if they take too few."""
    gutter = lines[1].x - _OUTDENT_EM * lines[1].size
    columns: tuple[list[Line], list[Line]] = ([], [])
    turns = side = 0
    lowest = lines[0].y
    for line in lines:
        before, side = side, int(line.x >= gutter)
        is_over_both = not side and line.x + _SURELY * (line.end_x - line.x) > lines[1].x
        is_above = bool(columns[side]) and line.y > columns[side][-1].y + line.size
        if is_over_both or is_above or lowest - line.y > _GAP_EM * line.size:
            break
        columns[side].append(line)
        turns += side < before
        lowest = min(lowest, line.y)
    return columns if turns >= _FEWEST_TURNS else ([], [])


def _reads_on(column: Sequence[Line]) -> bool:
    if len(column) < _FEWEST_LINES or mean(len(line.text) for line in column) < _SHORTEST_MEAN:
        return False
    return mean(line.text[:1].islower() for line in column[1:]) >= _GOES_ON


def _are_rows(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Whether what begins in one column has a neighbour that begins in the other, as cells do."""
    starts, others = _starts(left), _starts(right)
    shared = sum(any(abs(y - other) <= _SAME_ROW_PT for other in others) for y in starts)
    return shared >= _FEWEST_ROWS and shared >= _SAME_STARTS * min(len(starts), len(others))


def _starts(column: Sequence[Line]) -> list[float]:
    """The heights at which sentences or paragraphs begin below the first line."""
    usual = median([a.y - b.y for a, b in pairwise(column)])
    return [
        line.y
        for last, line in pairwise(column)
        if not line.text[:1].islower() or last.y - line.y > _PARAGRAPH_GAP * usual
    ]
