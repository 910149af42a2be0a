"""Draws what a card shows of a recording: its still, or hills as the library has them, with a sign
that it plays and how long it takes."""

from __future__ import annotations

from io import BytesIO
from math import pi, sin
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from snapshot.media import STILL_SIZE

_TWICE = (STILL_SIZE[0] * 2, STILL_SIZE[1] * 2)  # drawn twice as large: edges come out smooth
_SKY, _FAR, _NEAR = "#eef7f5", "#cfe6e4", "#8fc4c4"
_ACCENT, _DARK, _WHITE = "#0b5f67", "#17252b", "#ffffff"
_QUALITY = 82


def draw_still(still: Path | None, minutes: int | None) -> bytes:
    """The picture as a JPEG. Raises OSError if the still cannot be read."""
    picture = _hills() if still is None else Image.open(still).convert("RGB").resize(_TWICE)
    pen = ImageDraw.Draw(picture)
    x, y = _TWICE[0] // 2, _TWICE[1] // 2 - (0 if still else 40)
    pen.ellipse((x - 100, y - 100, x + 100, y + 100), fill=_WHITE)
    pen.polygon(((x - 30, y - 52), (x - 30, y + 52), (x + 58, y)), fill=_ACCENT)
    if minutes:
        font = ImageFont.load_default(size=56)
        said = f"{minutes} min"
        left, top, right, bottom = font.getbbox(said)
        wide, high = right - left + 48, bottom - top + 40
        corner = _TWICE[0] - wide - 32, _TWICE[1] - high - 32
        pen.rounded_rectangle((*corner, corner[0] + wide, corner[1] + high), 16, fill=_DARK)
        pen.text((corner[0] + 24 - left, corner[1] + 20 - top), said, font=font, fill=_WHITE)
    made = BytesIO()
    picture.resize(STILL_SIZE, Image.Resampling.LANCZOS).save(made, "JPEG", quality=_QUALITY)
    return made.getvalue()


def _hills() -> Image.Image:
    picture = Image.new("RGB", _TWICE, _SKY)
    pen = ImageDraw.Draw(picture)
    width, height = _TWICE
    for colour, top, swing, shift in ((_FAR, 0.56, 0.08, 0.2), (_NEAR, 0.82, 0.05, 0.7)):
        ridge = [
            (x, height * (top + swing * sin(2 * pi * (x / width + shift))))
            for x in range(0, width + 1, 8)
        ]
        pen.polygon([(0, height), *ridge, (width, height)], fill=colour)
    return picture
