"""Draws the part of a PDF's page on which a sentence stands, with the sentence marked.

A program of its own, because a library that reads files from anywhere may crash or hang: it imports
nothing of the product, takes its memory and its time from `_LIMITS`, and what kills it leaves the
server alone. It is given the path and the page's number, counted from 1, and the sentence on
standard input, and writes a PNG to standard output. It exits with 1 if there is no such page.
"""

from __future__ import annotations

import contextlib
import resource
import sys

import pypdfium2
from PIL import Image, ImageChops, ImageDraw

WIDTH = 900  # pixels; Teams draws cards up to some 600 points wide
HEIGHT = 450
_LIMITS = ((resource.RLIMIT_AS, 2 << 30), (resource.RLIMIT_CPU, 10))
_TALLEST = 8  # times as high as wide
_FEWEST = 8  # letters: of fewer, nothing tells which of several places is meant
_MARK = (255, 231, 160)
_AROUND = 1.5  # points


def draw(path: str, number: int, sentence: str) -> Image.Image:
    """The picture, `WIDTH` pixels wide and `HEIGHT` at most. The sentence is in the middle, or it
    is the top of the page if the sentence is not found there exactly once: a wrong mark would be
    worse than none. Raises ValueError for a page that is none, or of no sensible shape."""
    document = pypdfium2.PdfDocument(path)
    if not 1 <= number <= len(document):
        raise ValueError(f"there is no page {number}")
    page = document[number - 1]
    width, height = page.get_size()
    if not (width > 0 and 0 < height <= _TALLEST * width):
        raise ValueError(f"a page of {width:g} by {height:g} points cannot be drawn")
    scale = WIDTH / width
    whole = page.render(scale=scale).to_pil().convert("RGB")
    boxes = [
        (
            (left - _AROUND) * scale,
            (height - top - _AROUND) * scale,
            (right + _AROUND) * scale,
            (height - bottom + _AROUND) * scale,
        )
        for left, bottom, right, top in _found(page, sentence)
    ]
    if boxes:
        marks = Image.new("RGB", whole.size, "white")
        for box in boxes:
            ImageDraw.Draw(marks).rounded_rectangle(box, 4, fill=_MARK)
        whole = ImageChops.multiply(whole, marks)
    middle = (boxes[0][1] + boxes[-1][3]) / 2 if boxes else 0.0
    top = round(min(max(middle - HEIGHT / 2, 0), max(whole.height - HEIGHT, 0)))
    cropped: Image.Image = whole.crop((0, top, whole.width, min(top + HEIGHT, whole.height)))
    return cropped


def _found(page: pypdfium2.PdfPage, sentence: str) -> list[tuple[float, float, float, float]]:
    """The boxes (left, bottom, right, top) of the sentence's lines, in points; none if it stands
    there not at all or more than once. Letters and digits are compared alone: where lines and words
    break is drawn, not said."""
    text = page.get_textpage()
    said = text.get_text_range()
    if len(said) != text.count_chars():  # letters of two code units: places cannot be told
        return []
    letters = [(one, place) for place, char in enumerate(said) for one in _letters(char)]
    wanted = "".join(map(_letters, sentence))
    written = "".join(one for one, _ in letters)
    if len(wanted) < _FEWEST or written.count(wanted) != 1:
        return []
    start = written.index(wanted)
    first, last = letters[start][1], letters[start + len(wanted) - 1][1]
    count = text.count_rects(first, last - first + 1)
    return [text.get_rect(one) for one in range(count)]


def _letters(char: str) -> str:
    return char.casefold() if char.isalnum() else ""


def main() -> None:
    """Draws the page that the arguments name."""
    for kind, limit in _LIMITS:
        with contextlib.suppress(ValueError, OSError):  # a lower one holds already
            resource.setrlimit(kind, (limit, limit))
    path, number = sys.argv[1:]
    try:
        picture = draw(path, int(number), sys.stdin.buffer.read().decode())
    except (ValueError, pypdfium2.PdfiumError, MemoryError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    picture.quantize(64).save(sys.stdout.buffer, "PNG", optimize=True)


if __name__ == "__main__":
    main()
