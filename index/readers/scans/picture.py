"""Pictures of pages as files. Without text recognition they hold no text."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from PIL import Image

from errors import ReadError
from index.readers.documents import Document, Tally
from index.readers.pdf.pdf_document import MAX_PAGES, document_of
from index.readers.scans.recognised import RecognisedPage, page_lines_of, said_in_pages
from snapshot import formats
from snapshot.models import Locator, Page, Whole

_MAX_PIXELS = 100_000_000
_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
_BODY_PT = 10.0


def read(data: bytes, name: str, recognised: Sequence[RecognisedPage] = ()) -> Document:
    """Sections with the page of a TIFF as their place, without one in other pictures. What was
    recognised stands for the text that the file has not."""
    with open_picture(data) as picture:
        count = int(getattr(picture, "n_frames", 1)) if formats.of(name) is formats.TIFF else 1
    if count > MAX_PAGES:
        raise ReadError(f"{count} pages; at most {MAX_PAGES} are read")
    numbers = range(1, count + 1)
    sizes = [line.size for page in recognised for line in page.lines]
    times = _BODY_PT / median(sizes) if sizes else 1.0  # nothing says how large its paper is
    pages = [_scaled(page, times) for page in recognised]
    lines = page_lines_of(pages)
    heights = {page.number: page.height for page in pages}
    place = Page if formats.of(name) is formats.TIFF else _whole
    blank = tuple(number for number in numbers if not lines.get(number))
    document = document_of(
        [lines.get(number, []) for number in numbers],
        [(0.0, heights.get(number, 0.0)) for number in numbers],
        place=place,
        tally=lambda _: Tally(pages=count, blank=blank, pictured=blank),
    )
    return replace(document, said_audience=said_in_pages(recognised))


def _scaled(page: RecognisedPage, times: float) -> RecognisedPage:
    lines = (
        replace(x, x=x.x * times, end_x=x.end_x * times, y=x.y * times, size=x.size * times)
        for x in page.lines
    )
    return replace(page, height=page.height * times, lines=tuple(lines))


def open_picture(data: bytes) -> Image.Image:
    """The picture, not decoded yet. Raises ReadError if it is none or too large."""
    try:
        picture = Image.open(io.BytesIO(data), formats=_FORMATS)
    except (OSError, Image.DecompressionBombError) as error:
        raise ReadError(f"it is damaged, or no picture that is read here: {error}") from error
    width, height = picture.size
    if width * height > _MAX_PIXELS:
        raise ReadError(f"{width} x {height} pixels; at most {_MAX_PIXELS} in all are read")
    return picture


def _whole(number: int) -> Locator:
    return Whole()
