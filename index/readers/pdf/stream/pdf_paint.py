"""Whether a text on a PDF page can be seen and holds: it may lie off the page or of what is cut out
of it, be white on white, transparent, covered by what is painted later, or struck through.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from pypdf import PageObject

from index.readers.pdf.pdf_tags import entry
from index.readers.pdf.stream.pdf_rules import Box, DrawnRules, ShownRun

_WHITE = 0.97
_SMALLEST_PAGE_PT = 20.0
_ABOVE_BASELINE_PT = 2.0
_FILLS = (b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*")
_RECTANGLE = 8  # numbers, as `_corners` gives them
_MOST_BOXES = 2_000
_STROKED = (1, 2, 5, 6)
_INVISIBLE = (3, 7)
_SEEN_ALPHA = 0.05
_CLIP_SLACK_PT = 3.0
_THINNEST_COVER_PT = 4.0
_SMALLEST_EM_PT = 1.0
_TALL_PAGE_PT = 200.0

_EVERYWHERE: Box = (-math.inf, -math.inf, math.inf, math.inf)


class _State(NamedTuple):
    """What q saves and Q restores. `is_cut_straight` is whether the clip is a rectangle."""

    is_white: bool = False
    mode: int = 0
    alpha: float = 1.0
    is_blended: bool = False
    clip: Box = _EVERYWHERE
    is_cut_straight: bool = True


class Paint:
    """Follows what a page paints. Inside of forms, whose places pypdf does not tell, everything
    counts as seen."""

    def __init__(self, page: PageObject) -> None:
        self._page = visible_box(page)
        self._objects = entry(entry(page, "/Resources"), "/XObject")
        self._graphics = entry(entry(page, "/Resources"), "/ExtGState")
        self._forms = 0
        self.has_picture = False
        self._state = _State()
        self._saved: list[_State] = []
        self._is_clip = False
        self._covers: list[Box] = []
        self.rules = DrawnRules()
        self._path: list[tuple[Any, Sequence[float]]] = []  # numbers, and the matrix for them
        self._painted: list[Box] = []
        self._handlers: dict[bytes, Callable[[Any, Sequence[float]], None]] = {
            b"q": lambda _, __: self._saved.append(self._state),
            b"Q": self._restore,
            b"g": lambda colour, _: self._fill(colour),
            b"rg": lambda colour, _: self._fill(colour),
            b"k": lambda colour, _: self._fill(colour),
            b"scn": lambda colour, _: self._fill(colour if len(colour) > 1 else ()),
            b"sc": lambda colour, _: self._fill(colour if len(colour) > 1 else ()),
            b"cs": lambda _, __: self._fill(()),
            b"Tr": lambda mode, _: self._change(mode=int(mode[0])),
            b"gs": self._look,
            b"W": self._cut,
            b"W*": self._cut,
            b"BI": self._picture,
            **dict.fromkeys((b"m", b"l", b"c", b"v", b"y"), self._draw),
            b"re": lambda corner, cm: self._path.append((_corners(*corner), cm)),
            **dict.fromkeys(_FILLS, lambda _, __: self._end(is_filled=True)),
            **dict.fromkeys((b"S", b"s"), lambda _, __: self._end(is_filled=False)),
            b"n": lambda _, __: self._end(is_filled=False, is_drawn=False),
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
                self._change(is_white=False)
                self._path.clear()

    def left(self) -> None:
        """A form or picture is done."""
        self._forms -= 1

    @property
    def painted(self) -> int:
        """How much has been painted that covers what was there."""
        return len(self._covers)

    @property
    def is_invisible(self) -> bool:
        return self._state.mode in _INVISIBLE and not self._forms

    def shows(self, x: float, y: float, *, is_level: bool) -> bool:
        """Whether text that is painted there now, level or turned, stands out: it lies in what is
        cut out of the page, and is not white, or something other than white lies under it."""
        state = self._state
        if self._forms:
            return True
        if state.alpha < _SEEN_ALPHA and state.mode not in _INVISIBLE:
            return False
        _, bottom, right, top = state.clip
        slack = _CLIP_SLACK_PT
        if is_level and not (bottom - slack <= y <= top + slack and x <= right + slack):
            return False
        if not state.is_white or state.mode in _STROKED:
            return True
        return any(_holds(box, x, y + _ABOVE_BASELINE_PT) for box in self._painted)

    @property
    def hides(self) -> bool:
        """Whether anything may cover text or strike it through."""
        return bool(self._covers or self.rules.level)

    def is_hidden(self, shown: ShownRun, row: Sequence[ShownRun]) -> bool:
        """Whether what is painted later covers the text or strikes it through, or it is too small
        for anybody to see. `row` is what stands on its baseline."""
        if shown.em < _SMALLEST_EM_PT and self._page[3] - self._page[1] > _TALL_PAGE_PT:
            return True
        if len(self._covers) > shown.painted:
            ends = [shown.at(0.1, 0.3), shown.at(0.9, 0.3)]
            later = self._covers[shown.painted :]
            if any(all(_holds(box, *end) for end in ends) for box in later):
                return True
        return self.rules.strike(shown, row)

    def is_on_page(self, *corners: tuple[float, float]) -> bool:
        """Whether any of a text between these corners lies on the page."""
        left, bottom, right, top = self._page
        xs, ys = zip(*corners, strict=True)
        is_off = max(xs) < left or min(xs) > right or max(ys) < bottom or min(ys) > top
        return bool(self._forms) or not is_off

    def _restore(self, _: Any, __: Sequence[float]) -> None:
        if self._saved:
            self._state = self._saved.pop()

    def _change(self, **values: Any) -> None:
        self._state = self._state._replace(**values)

    def _look(self, operands: Any, _: Sequence[float]) -> None:
        """A graphics state by its name: how transparent it is, and how it blends."""
        look = entry(self._graphics, operands[0])
        if "/ca" in look:
            self._change(alpha=float(look["/ca"]))
        if "/BM" in look:
            self._change(is_blended=look["/BM"] not in ("/Normal", "/Compatible"))

    def _cut(self, _: Any, __: Sequence[float]) -> None:
        self._is_clip = True

    def _picture(self, _: Any, __: Sequence[float]) -> None:
        self.has_picture = True

    def _fill(self, colour: Sequence[Any]) -> None:
        parts = [float(part) for part in colour]
        if len(parts) == 4:
            is_white = max(parts) <= 1 - _WHITE
        else:
            is_white = bool(parts) and min(parts) >= _WHITE
        if is_white != self._state.is_white:
            self._change(is_white=is_white)

    def _draw(self, operands: Any, cm: Sequence[float]) -> None:
        self._path.append((operands, cm))

    def _end(self, *, is_filled: bool, is_drawn: bool = True) -> None:
        if self._path and (is_drawn or self._is_clip):
            is_straight = len(self._path) == 1 and len(self._path[0][0]) == _RECTANGLE
            box = _box(self._path)
            if is_drawn:
                self._draw_box(box, is_filled=is_filled, is_straight=is_straight)
            if self._is_clip:
                clip = _common(self._state.clip, box)
                straight = is_straight and self._state.is_cut_straight
                self._change(clip=clip, is_cut_straight=straight)
        self._is_clip = False
        self._path.clear()

    def _draw_box(self, box: Box, *, is_filled: bool, is_straight: bool) -> None:
        state = self._state
        if is_filled and not state.is_white:
            self._paint(box)
        is_opaque = state.alpha == 1.0 and not state.is_blended
        if is_filled and is_straight and is_opaque and state.is_cut_straight:
            cover = _common(box, state.clip)
            if min(cover[2] - cover[0], cover[3] - cover[1]) > _THINNEST_COVER_PT:
                self._covers.append(cover)
        is_line = len(self._path) == 2 or (is_filled and is_straight)
        if not (is_filled and state.is_white):
            self.rules.add(box, is_line=is_line, is_frame=is_straight and not is_filled)

    def _paint(self, box: Box) -> None:
        """Remembers what is painted; very many parts of a drawing as if they covered the page."""
        self._painted.append(box if len(self._painted) < _MOST_BOXES else _EVERYWHERE)
        del self._painted[_MOST_BOXES + 1 :]

    def _enter(self, operands: Any, cm: Sequence[float]) -> None:
        found = self._objects.get(operands[0]) if operands and not self._forms else None
        self._forms += 1
        if found is not None and found.get_object().get("/Subtype") == "/Image":
            self.has_picture = True
            xs, ys = zip(*_points(_corners(0, 0, 1, 1), cm), strict=True)
            self._paint((min(xs), min(ys), max(xs), max(ys)))
        else:
            self.has_picture = True  # a form may hold one
            self._paint(_EVERYWHERE)


def _box(path: Sequence[tuple[Any, Sequence[float]]]) -> Box:
    """What a path fits into."""
    corners, cm = path[0]
    if len(path) == 1 and len(corners) == _RECTANGLE and not cm[1] and not cm[2]:
        left, right = sorted((corners[0] * cm[0] + cm[4], corners[2] * cm[0] + cm[4]))
        bottom, top = sorted((corners[1] * cm[3] + cm[5], corners[5] * cm[3] + cm[5]))
        return float(left), float(bottom), float(right), float(top)
    xs, ys = zip(*(point for part in path for point in _points(*part)), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _common(box: Box, other: Box) -> Box:
    return (
        max(box[0], other[0]), max(box[1], other[1]), min(box[2], other[2]), min(box[3], other[3]),
    )  # fmt: skip


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
    return ends.get(turned_by(page), ends[0])


def turned_by(page: PageObject) -> int:
    """By how many degrees a viewer turns the page to the right, 0 to 359; 0 if it says nonsense."""
    turn: Any = page.rotation
    return int(turn) % 360 if isinstance(turn, int) else 0


def _holds(box: Box, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
