"""A crooked page becomes upright rows, and the lines of one cell follow one another."""

from __future__ import annotations

import math

import numpy as np
import pytest

from index.readers.scans.straightening import SeenText, straighten, tilt

SHAPE = (2000, 1400)  # height, width in pixels


def _seen(
    text: str, x: float, y: float, *, width: float | None = None, angle: float = 0.0
) -> SeenText:
    """A text whose box has its upper left corner there, on a page turned by so many degrees."""
    wide = 14.0 * len(text) if width is None else width
    corners = np.array([[x, y], [x + wide, y], [x + wide, y + 36], [x, y + 36]], np.float32)
    turn, centre = math.radians(angle), np.array([700, 1000], np.float32)
    cos, sin = math.cos(turn), math.sin(turn)
    turned = (corners - centre) @ np.array([[cos, sin], [-sin, cos]], np.float32) + centre
    return SeenText(text, 0.99, turned)


@pytest.mark.parametrize("angle", [-7.0, -1.0, 0.0, 2.0, 12.0])
def test_a_tilt_is_taken_back(angle: float) -> None:
    rows = [("The first line of it", 100, 100), ("the second one", 100, 150)]
    seen = [_seen(*row, angle=angle) for row in [*rows, ("a cell beside", 900, 100)]]
    assert math.degrees(tilt(seen)) == pytest.approx(angle, abs=0.01)
    lines = straighten(seen, SHAPE, 0.36)
    assert [line.text for line in lines] == ["The first line of it", "a cell beside",
                                             "the second one"]  # fmt: skip
    assert [round(line.x) for line in lines] == [36, 324, 36]
    assert lines[0].y == lines[1].y
    assert lines[0].y - lines[2].y == pytest.approx(18, abs=0.1)


def test_lines_of_a_cell_follow_one_another_and_a_new_row_begins_with_its_first_cell() -> None:
    seen = [
        _seen("Pay day", 100, 100), _seen("last working day", 400, 100), _seen("28th", 900, 100),
        _seen("of the month", 402, 138),
        _seen("Changes", 100, 200), _seen("the 12th", 400, 200), _seen("the 5th", 900, 200),
    ]  # fmt: skip
    assert [line.text for line in straighten(seen, SHAPE, 0.36)] == [
        "Pay day", "last working day", "of the month", "28th", "Changes", "the 12th", "the 5th"
    ]  # fmt: skip


def test_what_fills_little_of_its_box_is_unsure() -> None:
    """Of a script that it does not know the engine drops the letters and keeps the figures."""
    seen = [
        _seen("28", 100, 100, width=480), _seen("28 days of leave", 100, 200),
        _seen("员工每年有二十八天年假", 100, 300, width=11 * 27), _seen("28", 100, 400, width=28),
    ]  # fmt: skip
    assert [line.confidence > 0.9 for line in straighten(seen, SHAPE, 0.36)] == [
        False, True, True, True
    ]  # fmt: skip


def test_nothing_seen_is_no_line() -> None:
    assert straighten([], SHAPE, 0.36) == []
