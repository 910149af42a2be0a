"""Whether the two icons are what Teams takes."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

COLOR_SIZE = 192
OUTLINE_SIZE = 32


def icon_problems(color: bytes, outline: bytes) -> list[str]:
    """What is wrong with the two icons' files. The colour icon is 192 by 192 pixels without
    transparency, the outline icon 32 by 32, white on transparent."""
    from PIL import Image as Pillow

    problems: list[str] = []
    with Pillow.open(BytesIO(color)) as image:
        problems += _format_problems("color.png", image, COLOR_SIZE)
        if any(alpha != 255 for *_, alpha in _pixels(image)):
            problems.append("color.png is transparent in places: give it a full background")
    with Pillow.open(BytesIO(outline)) as image:
        problems += _format_problems("outline.png", image, OUTLINE_SIZE)
        pixels = _pixels(image)
        if any(alpha and colour != [255, 255, 255] for *colour, alpha in pixels):
            problems.append("outline.png has another colour than white")
        if {0, 255} - {alpha for *_, alpha in pixels}:
            problems.append("outline.png must be white in places and transparent in others")
    return problems


def _pixels(image: Image) -> list[tuple[int, ...]]:
    data = iter(image.convert("RGBA").tobytes())
    return list(zip(data, data, data, data, strict=True))


def _format_problems(name: str, image: Image, size: int) -> list[str]:
    problems = [] if image.format == "PNG" else [f"{name} is no PNG, but {image.format}"]
    if image.size != (size, size):
        problems.append(f"{name} is {image.width} by {image.height} pixels, not {size} by {size}")
    return problems
