"""Pages that are pictures, as scanners and telephones make them, drawn in Pillow's own type."""

from __future__ import annotations

import io
from collections.abc import Sequence
from importlib.util import find_spec

import pytest
from PIL import Image, ImageDraw, ImageFont

needs_recognition = pytest.mark.skipif(
    find_spec("rapidocr") is None, reason="text recognition is not installed: make install-ocr"
)
VISITORS = (
    "Visitors",
    "Every visitor signs in at the desk on the ground floor.",
    "A badge is valid for one day and is given back in the evening.",
    "Parking is free for visitors in the yard behind the house.",
)
_SIZE = (1240, 1754)  # A4 at 150 dots an inch
_BESIDE = 560


def page(
    rows: Sequence[str], *, tilt: float = 0.0, beside: Sequence[str] = (), size: int = 26
) -> Image.Image:
    """A page with these lines, the first in large type, and with others beside them."""
    picture = Image.new("L", _SIZE, 255)
    draw = ImageDraw.Draw(picture)
    for number, row in enumerate(rows):
        font = ImageFont.load_default(size if number else 2 * size)
        draw.text((120, 160 + 3 * size * min(number, 1) + 1.5 * size * number), row, 0, font)
    for number, row in enumerate(beside, start=1):
        at = (120 + _BESIDE, 160 + 3 * size + 1.5 * size * number)
        draw.text(at, row, 0, ImageFont.load_default(size))
    return picture.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=255)


def pdf(*pages: Image.Image) -> bytes:
    """A PDF of these pictures."""
    return _saved(pages, "PDF", resolution=150)


def tiff(*pages: Image.Image) -> bytes:
    return _saved(pages, "TIFF")


def picture(pixels: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    data = io.BytesIO()
    pixels.save(data, kind, **options)
    return data.getvalue()


def _saved(pages: Sequence[Image.Image], kind: str, **options: object) -> bytes:
    data = io.BytesIO()
    copies = [one.copy() for one in pages]  # saving leaves settings of its format in a picture
    copies[0].save(data, kind, save_all=True, append_images=copies[1:], **options)
    return data.getvalue()
