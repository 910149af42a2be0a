"""A page of a PDF, or a picture, as pixels."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, ImageOps

from index.readers.scans.picture import open_picture
from snapshot import formats

_DPI = 200
_LONGEST_SIDE = 3_600
_SHORTEST_SIDE = 1_600  # below it letters are too small: a picture is enlarged, to twice its size
_POINTS = 72


@dataclass(frozen=True, slots=True)
class Rendered:
    """Pixels (height, width, 3) uint8, and how many points wide each is. A picture says nothing
    of its size on paper and is taken for one of 200 dots an inch."""

    pixels: NDArray[np.uint8]
    points: float


def render(data: bytes, name: str, number: int) -> Rendered:
    """The page of that number, counted from 1, as a person sees it."""
    if formats.of(name) is formats.PDF:
        return _pdf_page(data, number)
    with open_picture(data) as picture:
        picture.seek(number - 1)
        return _picture(picture)


def _pdf_page(data: bytes, number: int) -> Rendered:
    document = pypdfium2.PdfDocument(io.BytesIO(data))
    page = document[number - 1]
    scale = min(_DPI / _POINTS, _LONGEST_SIDE / max(page.get_size()))
    return Rendered(page.render(scale=scale).to_numpy(), 1 / scale)


def _picture(picture: Image.Image) -> Rendered:
    if picture.mode.startswith(("I", "F")):  # 16 bits a pixel: `convert` would cut them off
        values = np.asarray(picture, dtype=np.float64)
        low, high = float(values.min()), float(values.max())
        picture = Image.fromarray(((values - low) / max(high - low, 1) * 255).astype(np.uint8))
    upright = ImageOps.exif_transpose(picture)
    if upright.has_transparency_data:
        seen = upright.convert("RGBA")
        upright = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
    upright = upright.convert("RGB")
    longest = max(upright.size)
    times = min(_LONGEST_SIDE / longest, max(1.0, min(2.0, _SHORTEST_SIDE / longest)))
    if times != 1:
        size = (max(1, round(upright.width * times)), max(1, round(upright.height * times)))
        upright = upright.resize(size, Image.Resampling.LANCZOS)
    return Rendered(np.asarray(upright), _POINTS / _DPI)
