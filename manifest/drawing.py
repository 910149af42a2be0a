"""The product's mark, drawn once: a signpost whose upper board is the answer.

Coordinates are those of a square of 32 by 32, y downwards; edges lie on whole units, so that the
smallest icon (32 pixels) is sharp.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

GRID = 32
TEAL = "#0b5f67"
WHITE = "#ffffff"
AMBER = "#ffd166"
CLEAR = "#ffffff00"

_OVERSAMPLING = 16
_ARC_STEPS = 8

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """A filled polygon with corners rounded by `radius`."""

    corners: tuple[Point, ...]
    radius: float
    colour: str


def _board(x: float, y: float, length: float, height: float, tip: float) -> tuple[Point, ...]:
    """A board from its straight end at (x, y); a negative length points to the left."""
    end = x + length
    neck = end - math.copysign(tip, length)
    return ((x, y), (neck, y), (end, y + height / 2), (neck, y + height), (x, y + height))


def _bar(left: float, top: float, right: float, bottom: float) -> tuple[Point, ...]:
    return ((left, top), (right, top), (right, bottom), (left, bottom))


_UPPER = _board(6, 5, 21, 8, 4)
_LOWER = _board(25, 15, -18, 8, 4)
_LOWER_INSIDE = _board(23, 17, -12.8, 4, 2)
_POST_TOP = _bar(15, 2, 17, 6)
_POST_GAP = _bar(15, 12, 17, 16)
_POST_FOOT = _bar(15, 22, 17, 30)
_GROUND = _bar(11, 28, 21, 30)


def outline_mark() -> list[Shape]:
    """White only: the upper board full, the lower one an outline."""
    return [
        *(Shape(bar, 0, WHITE) for bar in (_POST_TOP, _POST_GAP, _POST_FOOT)),
        Shape(_GROUND, 1, WHITE),
        Shape(_UPPER, 1, WHITE),
        Shape(_LOWER, 1, WHITE),
        Shape(_LOWER_INSIDE, 0.4, CLEAR),
    ]


def colour_mark(scale: float = 0.72) -> list[Shape]:
    """In colour, on a ground of teal that fills the square; the mark stays in the middle, where
    no client's rounding cuts it."""
    shapes = [
        Shape(_bar(15, 2, 17, 30), 1, WHITE),
        Shape(_GROUND, 1, WHITE),
        Shape(_UPPER, 1, AMBER),
        Shape(_LOWER, 1, WHITE),
    ]
    ground = Shape(_bar(0, 0, GRID, GRID), 0, TEAL)
    return [ground, *(_scaled(shape, scale) for shape in shapes)]


def _scaled(shape: Shape, scale: float) -> Shape:
    middle = GRID / 2
    corners = tuple(
        (middle + (x - middle) * scale, middle + (y - middle) * scale) for x, y in shape.corners
    )
    return Shape(corners, shape.radius * scale, shape.colour)


def to_image(shapes: Sequence[Shape], size: int) -> Image:
    """The shapes as a picture of `size` by `size` pixels, RGBA; a later shape replaces what lies
    below it, so that a clear one cuts a hole."""
    from PIL import Image, ImageDraw

    factor = size / GRID * _OVERSAMPLING
    image = Image.new("RGBA", (size * _OVERSAMPLING,) * 2, CLEAR)
    draw = ImageDraw.Draw(image)
    for shape in shapes:
        draw.polygon(_to_pixels(_rounded(shape), factor), fill=shape.colour)
    return image.resize((size, size), Image.Resampling.BOX)


def _to_pixels(outline: Sequence[Point], factor: float) -> list[Point]:
    """The outline in pixels. Pillow fills the pixel of the last coordinate too, so the right and
    the lower edge end one pixel earlier."""
    middle_x = sum(x for x, _ in outline) / len(outline)
    middle_y = sum(y for _, y in outline) / len(outline)
    return [(x * factor - (x > middle_x), y * factor - (y > middle_y)) for x, y in outline]


def to_svg(shapes: Sequence[Shape]) -> str:
    """The shapes as an SVG document in a tile with rounded corners. A clear shape is not drawn."""
    paths = "".join(
        f'<path fill="{shape.colour}" d="M{_svg_points(shape)}Z"/>'
        for shape in shapes
        if shape.colour != CLEAR
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {GRID} {GRID}">'
        f'<clipPath id="tile"><rect width="{GRID}" height="{GRID}" rx="7"/></clipPath>'
        f'<g clip-path="url(#tile)">{paths}</g></svg>\n'
    )


def _svg_points(shape: Shape) -> str:
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in _rounded(shape))


def _rounded(shape: Shape) -> list[Point]:
    """The outline with each corner replaced by a quadratic curve that starts and ends `radius`
    away from it."""
    if not shape.radius:
        return list(shape.corners)
    points: list[Point] = []
    for index, corner in enumerate(shape.corners):
        start = _towards(corner, shape.corners[index - 1], shape.radius)
        end = _towards(corner, shape.corners[(index + 1) % len(shape.corners)], shape.radius)
        for step in range(_ARC_STEPS + 1):
            t = step / _ARC_STEPS
            a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
            points.append(
                (
                    a * start[0] + b * corner[0] + c * end[0],
                    a * start[1] + b * corner[1] + c * end[1],
                )
            )
    return points


def _towards(start: Point, end: Point, distance: float) -> Point:
    share = min(0.5, distance / math.dist(start, end))
    return (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
