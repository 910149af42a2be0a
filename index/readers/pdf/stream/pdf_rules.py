"""The straight lines that a PDF page draws: grids of tables, and strokes through words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

Box = tuple[float, float, float, float]  # left, bottom, right, top in points

_THICKEST_RULE_PT = 4.0
_THICKEST_BAR_PT = 2.5
_SHORTEST_BAR_PT = 6.0
_MOST_BARS = 1_000  # more of them are a drawing
_THICKEST_STRIKE_EM = 0.15
_STRIKE_EM = (0.14, 0.45)  # above the baseline
_STRIKE_SLACK_EM = 0.6
_WIDTH_ERROR = 0.1


@dataclass(frozen=True, slots=True)
class ShownRun:
    """Where a text was shown: its beginning and its end on the baseline, its size in points, how
    much had been painted by then, and whether it was shown invisibly, as the text of a scan is."""

    start: tuple[float, float]
    end: tuple[float, float]
    em: float
    painted: int
    is_invisible: bool

    def at(self, share: float, above_em: float) -> tuple[float, float]:
        """A point that far along the text, and that far above its baseline."""
        (x, y), (end_x, end_y) = self.start, self.end
        length = math.hypot(end_x - x, end_y - y) or 1.0
        rise = above_em * self.em / length
        return (
            x + share * (end_x - x) - rise * (end_y - y),
            y + share * (end_y - y) + rise * (end_x - x),
        )


@dataclass(slots=True)
class DrawnRules:
    """Upright and level lines, as boxes."""

    upright: list[Box] = field(default_factory=list)
    level: list[Box] = field(default_factory=list)

    def add(self, box: Box, *, is_line: bool, is_frame: bool) -> None:
        """Takes a line or the lines of a frame out of what was drawn in that box."""
        left, bottom, right, top = box
        if is_line and top - bottom > _SHORTEST_BAR_PT and right - left < _THICKEST_BAR_PT:
            self.upright.append(box)
        elif is_line and top - bottom < _THICKEST_RULE_PT < right - left:
            self.level.append(box)
        elif is_frame and top - bottom > _SHORTEST_BAR_PT:
            self.upright += [(left, bottom, left, top), (right, bottom, right, top)]
            self.level += [(left, bottom, right, bottom), (left, top, right, top)]

    def strike(self, shown: ShownRun, row: Sequence[ShownRun]) -> bool:
        """Whether a line goes through the text from end to end. `row` is what stands on its
        baseline."""
        return any(_strikes(rule, shown, row) for rule in self.level)

    def strikes(self, shown: ShownRun, row: Sequence[ShownRun]) -> list[tuple[float, float]]:
        """Where lines go through a part of the text, from left to right."""
        return [
            (left, right)
            for left, bottom, right, top in self.level
            if _is_through((left, bottom, right, top), shown, row)
        ]

    @property
    def has_bars(self) -> bool:
        return 0 < len(self.upright) <= _MOST_BARS

    def column(self, shown: ShownRun) -> int:
        """How many upright lines of a grid stand to the left of level text."""
        if shown.end[0] < shown.start[0] or abs(shown.end[1] - shown.start[1]) > 1:
            return 0
        x, y = shown.at(0.0, 0.3)
        beside = {
            round(left / _THICKEST_BAR_PT)
            for left, bottom, _, top in self.upright
            if left <= x + 0.2 * shown.em and bottom - 1 <= y <= top + 1
        }
        return len(beside)

    def floor(self, shown: ShownRun) -> float | None:
        """The height of the nearest level line below the beginning of level text."""
        x, y = shown.start
        below = [
            top for left, _, right, top in self.level if left - 1 <= x <= right + 1 and top < y
        ]
        return max(below, default=None)


def _strikes(rule: Box, shown: ShownRun, row: Sequence[ShownRun]) -> bool:
    """Whether a rule goes through the text from end to end."""
    x, end_x = shown.start[0], shown.end[0]
    over = min(rule[2], end_x) - max(rule[0], x)
    return over >= (1 - 2 * _WIDTH_ERROR) * (end_x - x) and _is_through(rule, shown, row)


def _is_through(rule: Box, shown: ShownRun, row: Sequence[ShownRun]) -> bool:
    """Whether a rule crosses level text, and goes no further than the text beside it does."""
    left, bottom, right, top = rule
    (x, y), (end_x, end_y) = shown.start, shown.end
    height = ((top + bottom) / 2 - y) / (shown.em or 1.0)
    is_thin = top - bottom <= _THICKEST_STRIKE_EM * shown.em
    if abs(end_y - y) > 1 or not is_thin or not _STRIKE_EM[0] <= height <= _STRIKE_EM[1]:
        return False
    slack = _STRIKE_SLACK_EM * shown.em
    first, last = min(one.start[0] for one in row), max(one.end[0] for one in row)
    is_within = left >= first - slack and right <= last + slack + _WIDTH_ERROR * (last - first)
    return is_within and min(right, end_x) > max(left, x)
