"""A page of a file as text recognition reads it: drawn, recognised and straightened."""

from __future__ import annotations

import time

from errors import ReadError
from index.readers.scans.recognised import RecognisedPage
from index.readers.scans.recogniser import Recogniser
from index.readers.scans.rendering import render
from index.readers.scans.straightening import straighten


def scan(data: bytes, name: str, number: int) -> RecognisedPage:
    """The page of that number, counted from 1. Raises ReadError and MemoryError."""
    started = time.monotonic()
    try:
        page = render(data, name, number)
        seen, shape = Recogniser().read(page.pixels)
        lines = straighten(seen, shape, page.points)
    except (ReadError, MemoryError):
        raise
    except Exception as error:  # three libraries in C++ may raise anything on a hostile file
        said = " ".join(str(error).split())[:200]
        raise ReadError(
            f"text recognition cannot read it: {said or type(error).__name__}"
        ) from error
    height = shape[0] * page.points
    return RecognisedPage(number, height, tuple(lines), round(time.monotonic() - started, 2))
