"""Whether a text on a PDF page can be seen: it may lie off the page, or be white on white."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from pypdf import PageObject

from index.readers.pdf.pdf_tags import entry

_WHITE = 0.97
_SMALLEST_PAGE_PT = 20.0
_ABOVE_BASELINE_PT = 2.0
_FILLS = (b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*")
_ENDS = (b"S", b"s", b"n")
_MOST_BOXES = 2_000
_STROKED = (1, 2, 5, 6)

Box = tuple[float, float, float, float]  # left, bottom, right, top in points
_EVERYWHERE: Box = (-math.inf, -math.inf, math.inf, math.inf)


class Paint:
    """Follows what a page paints. Inside of forms, whose places pypdf does not tell, everything
    counts as seen."""

    def __init__(self, page: PageObject) -> None:
        self._page = visible_box(page)
        self._objects = entry(entry(page, "/Resources"), "/XObject")
        self._forms = 0
        self._is_white = self._is_stroked = False
        self._saved: list[tuple[bool, bool]] = []
        self._path: list[tuple[Any, Sequence[float]]] = []  # numbers, and the matrix for them
        self._painted: list[Box] = []
        self._handlers: dict[bytes, Callable[[Any, Sequence[float]], None]] = {
            b"q": lambda _, __: self._saved.append((self._is_white, self._is_stroked)),
            b"Q": self._restore,
            b"g": lambda colour, _: self._fill(colour),
            b"rg": lambda colour, _: self._fill(colour),
            b"k": lambda colour, _: self._fill(colour),
            b"scn": lambda colour, _: self._fill(colour if len(colour) > 1 else ()),
            b"sc": lambda colour, _: self._fill(colour if len(colour) > 1 else ()),
            b"cs": lambda _, __: self._fill(()),
            b"Tr": self._render,
            **dict.fromkeys((b"m", b"l", b"c", b"v", b"y"), self._draw),
            b"re": lambda corner, cm: self._path.append((_corners(*corner), cm)),
            **dict.fromkeys(_FILLS, lambda _, __: self._end(is_filled=True)),
            **dict.fromkeys(_ENDS, lambda _, __: self._end(is_filled=False)),
            b"sh": lambda _, __: self._paint(_EVERYWHERE),
            b"Do": self._enter,
        }

    def before(self, operator: bytes, operands: Any, cm: Sequence[float]) -> None:
        """What the page does next; `cm` is its matrix."""
        handler = self._handlers.get(operator)
        if handler and (not self._forms or operator == b"Do"):
            try:
                handler(operands, cm)
            except (TypeError, ValueError, IndexError):  # a pattern, or numbers that are none
                self._is_white = False
                self._path.clear()

    def left(self) -> None:
        """A form or picture is done."""
        self._forms -= 1

    def shows(self, x: float, y: float) -> bool:
        """Whether text that is painted there now stands out: it is not white, or something other
        than white lies under it."""
        if not self._is_white or self._is_stroked or self._forms:
            return True
        return any(_holds(box, x, y + _ABOVE_BASELINE_PT) for box in self._painted)

    def is_on_page(self, *corners: tuple[float, float]) -> bool:
        """Whether any of a text between these corners lies on the page."""
        left, bottom, right, top = self._page
        xs, ys = zip(*corners, strict=True)
        is_off = max(xs) < left or min(xs) > right or max(ys) < bottom or min(ys) > top
        return bool(self._forms) or not is_off

    def _restore(self, _: Any, __: Sequence[float]) -> None:
        if self._saved:
            self._is_white, self._is_stroked = self._saved.pop()

    def _fill(self, colour: Sequence[Any]) -> None:
        parts = [float(part) for part in colour]
        if len(parts) == 4:
            self._is_white = max(parts) <= 1 - _WHITE
        else:
            self._is_white = bool(parts) and min(parts) >= _WHITE

    def _render(self, operands: Any, _: Sequence[float]) -> None:
        self._is_stroked = int(operands[0]) in _STROKED

    def _draw(self, operands: Any, cm: Sequence[float]) -> None:
        self._path.append((operands, cm))

    def _end(self, *, is_filled: bool) -> None:
        if is_filled and self._path and not self._is_white:
            xs, ys = zip(*(point for part in self._path for point in _points(*part)), strict=True)
            self._paint((min(xs), min(ys), max(xs), max(ys)))
        self._path.clear()

    def _paint(self, box: Box) -> None:
        """Remembers what is painted; very many parts of a drawing as if they covered the page."""
        self._painted.append(box if len(self._painted) < _MOST_BOXES else _EVERYWHERE)
        del self._painted[_MOST_BOXES + 1 :]

    def _enter(self, operands: Any, cm: Sequence[float]) -> None:
        found = self._objects.get(operands[0]) if operands and not self._forms else None
        self._forms += 1
        if found is not None and found.get_object().get("/Subtype") == "/Image":
            xs, ys = zip(*_points(_corners(0, 0, 1, 1), cm), strict=True)
            self._paint((min(xs), min(ys), max(xs), max(ys)))
        else:
            self._paint(_EVERYWHERE)


def _corners(x: float, y: float, width: float, height: float) -> tuple[float, ...]:
    return x, y, x + width, y, x, y + height, x + width, y + height


def _points(numbers: Sequence[Any], cm: Sequence[float]) -> list[tuple[float, float]]:
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return [
        (x * cm[0] + y * cm[2] + cm[4], x * cm[1] + y * cm[3] + cm[5])
        for x, y in ((float(x), float(y)) for x, y in pairs)
    ]


def visible_box(page: PageObject) -> Box:
    """What is shown of the page, in its own coordinates, whichever way it is turned; everything,
    if the page does not say how large it is."""
    try:
        crop, media = page.cropbox, page.mediabox
    except ValueError:  # what pypdf raises for no box, and for one of other than four numbers
        return _EVERYWHERE
    boxes = [sorted((float(box.left), float(box.right))) for box in (crop, media)]
    heights = [sorted((float(box.bottom), float(box.top))) for box in (crop, media)]
    left, right = max(a for a, _ in boxes), min(b for _, b in boxes)
    bottom, top = max(a for a, _ in heights), min(b for _, b in heights)
    if min(right - left, top - bottom) < _SMALLEST_PAGE_PT:
        return _EVERYWHERE
    return left, bottom, right, top


def page_height(page: PageObject) -> tuple[float, float]:
    """The page's lower and upper end as it is seen, in the coordinates of `Line.y`."""
    left, bottom, right, top = visible_box(page)
    ends = {0: (bottom, top), 90: (-right, -left), 180: (-top, -bottom), 270: (left, right)}
    return ends.get(page.rotation % 360, ends[0])


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
