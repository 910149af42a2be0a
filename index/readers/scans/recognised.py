"""What text recognition saw on a page, and the lines of text that this becomes."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Annotated

import msgspec

from index.readers import normalise
from index.readers.said_audience import said_in_lines

if TYPE_CHECKING:
    from index.readers.pdf.pdf_lines import Line

# What stands for a line that was read too unsurely to be quoted.
LEFT_OUT = "[…]"
SURE_LINE = 0.9
# The engine sees no narrow space behind a mark: "on Monday.You pay", "of £15,which you get".
_JOINED = re.compile(r"(?<=[a-z]{2}[.!?])(?=[A-Z][a-z]+ )|(?<=\w[,;])(?=[^\W\d_]{2})")
_BODY_TIMES = 1.25
_STEP = math.log(1.3)
_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Length = Annotated[float, msgspec.Meta(gt=-1e6, lt=1e6)]
_Number = Annotated[int, msgspec.Meta(ge=1, lt=10**6)]


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """A run of text on one baseline, in points of the page as it is read: `x` from the left, `y`
    from its lower end. `confidence` is how sure its characters are, 0 to 1."""

    text: str
    x: _Length
    end_x: _Length
    y: _Length
    size: Annotated[float, msgspec.Meta(gt=0, lt=1e6)]
    confidence: _Share


@dataclass(frozen=True, slots=True)
class RecognisedPage:
    """A page (counted from 1) of that height in points, its lines row by row from the top."""

    number: _Number
    height: Annotated[float, msgspec.Meta(gt=0, lt=1e6)]
    lines: tuple[RecognisedLine, ...]
    took_s: Annotated[float, msgspec.Meta(ge=0, lt=1e6)] = 0.0

    @property
    def confidence(self) -> float:
        """The mean over its characters; 1 for a page on which nothing was seen."""
        count = sum(len(line.text) for line in self.lines)
        sure = sum(len(line.text) * line.confidence for line in self.lines)
        return sure / count if count else 1.0

    @property
    def left_out(self) -> int:
        """How many lines are too unsure to be quoted."""
        return sum(map(_is_unsure, self.lines))


def pages_to_json(pages: Sequence[RecognisedPage]) -> bytes:
    """UTF-8 JSON that `pages_from_json` reads back."""
    return msgspec.json.encode(pages)


def pages_from_json(data: bytes) -> tuple[RecognisedPage, ...]:
    """The pages. Raises ValueError for anything that `pages_to_json` does not write."""
    return msgspec.json.decode(data, type=tuple[RecognisedPage, ...])


def page_lines_of(pages: Sequence[RecognisedPage]) -> dict[int, list[Line]]:
    """The lines of each page, by its number. Heights of letters are measured roughly, so sizes
    are those of most text, or a clear step above or below. A line that is too unsure to be quoted
    says so in its place."""
    from index.readers.pdf.pdf_lines import Line  # pypdf, which readers of other formats never need

    body = _body(pages)
    found: dict[int, list[Line]] = {}
    for page in pages:
        lines = found.setdefault(page.number, [])
        for one in page.lines:
            text = _JOINED.sub(" ", normalise.prose(one.text))
            if _is_unsure(one):
                text = LEFT_OUT if not lines or lines[-1].text != LEFT_OUT else ""
            if text:
                size = _stepped(one.size, body)
                lines.append(Line(text, one.x, one.end_x, one.y, size, is_bold=False))
    return found


def said_in_pages(pages: Sequence[RecognisedPage]) -> str:
    """Whom the first page says that it is for, unsure lines included; empty if it does not."""
    return said_in_lines(line.text for page in pages[:1] for line in page.lines)


def _is_unsure(line: RecognisedLine) -> bool:
    return line.confidence < SURE_LINE


def _body(pages: Sequence[RecognisedPage]) -> float:
    sizes = [one.size for page in pages for one in page.lines for _ in range(len(one.text))]
    return median(sizes) if sizes else 10.0


def _stepped(size: float, body: float) -> float:
    if body / _BODY_TIMES < size < body * _BODY_TIMES:
        return round(body, 1)
    return round(body * math.exp(_STEP * round(math.log(size / body) / _STEP)), 1)
