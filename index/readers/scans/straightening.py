"""What was seen on a page that lies crooked becomes lines of an upright one, row by row."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np
from numpy.typing import NDArray

from index.readers.pdf.stream.pdf_runs import estimated_width
from index.readers.scans.recognised import RecognisedLine

_FLAT = 3.0
_OF_BOX = 0.72  # of a box's height, the size of the type in it
_FEW = 8
_FEWEST = 0.45  # of its box, which a text fills; all of 2,000 lines filled more than half
_SAME_ROW = 0.5
_BASELINE_EM = 0.35
_NEXT_LINE_EM = 1.5
_SAME_COLUMN_EM = 0.6


@dataclass(frozen=True, slots=True)
class SeenText:
    """A run of text with how sure its characters are, and its corners (4, 2) in pixels: upper
    left, upper right, lower right, lower left."""

    text: str
    confidence: float
    corners: NDArray[np.float32]

    @property
    def width(self) -> float:
        return float(np.linalg.norm(self.corners[1] - self.corners[0]))

    @property
    def height(self) -> float:
        return float(np.linalg.norm(self.corners[3] - self.corners[0]))


def straighten(
    seen: Sequence[SeenText], shape: tuple[int, int], points: float
) -> list[RecognisedLine]:
    """The lines in points, from texts on a page of that (height, width) in pixels, each `points`
    wide. A tilt of the whole page is taken back."""
    height, width = shape
    angle = tilt(seen)
    cos, sin = math.cos(-angle), math.sin(-angle)
    turn = np.array([[cos, -sin], [sin, cos]], np.float32)
    centre = np.array([width / 2, height / 2], np.float32)
    lines: list[RecognisedLine] = []
    for one in seen:
        corners = (one.corners - centre) @ turn.T + centre
        left, right = corners[[0, 3], 0].mean(), corners[[1, 2], 0].mean()
        size = _size(one, float(right - left)) * points
        middle = (height - float(corners[:, 1].mean())) * points
        lines.append(
            RecognisedLine(
                one.text.strip(),
                float(left) * points,
                float(right) * points,
                middle - _BASELINE_EM * size,
                size,
                _surely(one),
            )
        )
    return _by_rows(lines)


def tilt(seen: Sequence[SeenText]) -> float:
    """The angle in radians at which most text runs, clockwise."""
    angles = [
        math.atan2(*(one.corners[1] - one.corners[0])[::-1].tolist())
        for one in seen
        if one.width > _FLAT * one.height
        for _ in range(len(one.text))
    ]
    return median(angles) if angles else 0.0


def _surely(one: SeenText) -> float:
    """How sure its characters are, 0 to 1. In a script that the engine does not know it drops the
    letters and keeps the figures, surely ("Отпуск 28 дней" is "28"): a text that fills little of
    its box is as sure as it fills it."""
    text = one.text.strip()
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    fills = (estimated_width(text) + 0.5 * wide) * _OF_BOX * one.height / max(one.width, 1.0)
    is_sparse = fills < _FEWEST and one.width > _FLAT * one.height
    return min(1.0, max(0.0, one.confidence), fills if is_sparse else 1.0)


def _size(one: SeenText, width: float) -> float:
    """The size of its type in pixels: the box's height tells it for short texts, the width that
    the letters take for long ones."""
    by_height = _OF_BOX * one.height
    text = one.text.strip()
    return by_height if len(text) < _FEW else min(by_height, width / estimated_width(text))


def _by_rows(lines: Sequence[RecognisedLine]) -> list[RecognisedLine]:
    """The lines row by row from the top, each row from the left and on one baseline. The lines of
    one cell of a table follow one another."""
    rows: list[list[RecognisedLine]] = []
    for line in sorted(lines, key=lambda one: -one.y):
        near = rows[-1] if rows else []
        if near and abs(near[0].y - line.y) <= _SAME_ROW * min(near[0].size, line.size):
            near.append(line)
        else:
            rows.append([line])
    cells: list[list[list[RecognisedLine]]] = []
    for row in rows:
        y = median(line.y for line in row)
        level = [replace(line, y=y) for line in sorted(row, key=lambda one: one.x)]
        if cells and (below := _goes_on(cells[-1], level)):
            for cell, line in zip(below, level, strict=True):
                cell.append(line)
        else:
            cells.append([[line] for line in level])
    return [line for row in cells for cell in row for line in cell]


def _goes_on(
    row: Sequence[list[RecognisedLine]], level: Sequence[RecognisedLine]
) -> list[list[RecognisedLine]]:
    """The cells of a table's row to which the lines below it belong, one for each; none if they
    begin another row, as those below the first cell do."""
    last = min(line.y for cell in row for line in cell)
    is_close = last - level[0].y <= _NEXT_LINE_EM * max(line.size for line in level)
    found = [
        cell
        for line in level
        for cell in row[1:]
        if abs(cell[0].x - line.x) <= _SAME_COLUMN_EM * line.size
    ]
    return found if is_close and len(found) == len(level) else []
