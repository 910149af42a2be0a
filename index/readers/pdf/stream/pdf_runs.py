"""The runs of characters that a PDF page shows, as pypdf reports them."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from index.readers.pdf.pdf_tags import ARTIFACT, Tag, entry
from index.readers.pdf.stream.pdf_fonts import Letters
from index.readers.pdf.stream.pdf_paint import Paint
from index.readers.pdf.stream.pdf_rules import ShownRun

_SHOW = (b"Tj", b"TJ", b"'", b'"')
_BOLD = re.compile(r"bold|black|heavy|demi|semib", re.IGNORECASE)
_LEVEL = 0.01
_STEEPEST = 0.14  # the sine of the angle at which the lines of a scan may run, 8 degrees
# Widths in em of what text faces agree on within a few percent; exact ones lie in private parts
# of pypdf. Good enough to tell the gap between two cells from that between two words.
_WIDTHS = {
    letter: width
    for letters, width in (
        ("ijl'|‘’", 0.24),
        ("tfrI.,;:!()[] ", 0.29),
        ("wGOQCDHNRU", 0.73),
        ("mM%", 0.84),
        ("W@—…", 0.95),
    )
    for letter in letters
}
_FIXED_PITCH = re.compile(r"courier|mono|consol", re.IGNORECASE)
_FIXED_WIDTH = 0.6
_WIDTH_ERROR = 0.05


@dataclass(frozen=True, slots=True)
class Line:
    """A run of text on one baseline: a line of a paragraph, or of one cell of a table.

    `x` and `end_x` are where it begins and (estimated) ends, `y` its baseline, counted upwards,
    all in points along the direction of writing. `is_filled` marks a form's line that is filled in,
    `column` counts the lines of a grid that are drawn to the left of it, `floor` is the height of
    the next line of the grid below it.
    """

    text: str
    x: float
    end_x: float
    y: float
    size: float
    is_bold: bool
    tag: Tag | None = None
    is_filled: bool = False
    column: int = 0
    floor: float | None = None


class Runs:
    """Collects the runs that pypdf reports, each with the tag under which it was shown."""

    def __init__(self, page: PageObject, tags: Mapping[int, Tag], letters: Letters) -> None:
        self._letters = letters
        self.found: list[Line] = []
        self.slanted: list[Line] = []
        self._places: list[ShownRun] = []  # of what is found
        self._parts: list[Any] = []  # what was shown since the last run
        self._shown_in: dict[int, list[Any]] = {}  # the parts of a run, by its id
        self._painted = 0
        self._is_invisible = False
        self._tags = tags
        self._properties = _properties(page)
        self._open: list[Tag | None] = []
        self._shown: Tag | None = None
        self._is_shown = False
        self._paint = Paint(page)
        self._hidden = _hidden_layers(page)
        self._shows = self._is_seen = False  # what is shown last; any since the last run
        self._rise = self._next_rise = 0.0  # of what was shown; of what is to come

    def before(self, operator: bytes, operands: Any, cm: Any, tm: Any) -> None:
        self._paint.before(operator, operands, cm)
        if operator in (b"BDC", b"BMC"):
            self._open.append(self._tag(operands) or (self._open[-1] if self._open else None))
        elif operator == b"EMC" and self._open:
            self._open.pop()
        elif operator == b"Ts" and operands and isinstance(operands[0], int | float):
            self._next_rise = float(operands[0])
        elif operator in _SHOW:
            self._parts.append(operands[-1] if operands else b"")
            a, b, x, y = _place(cm, tm)
            self._shows = self._paint.shows(x, y, is_level=abs(b) < abs(a) * _LEVEL and a > 0)
            self._is_seen = self._is_seen or self._shows

    def after(self, operator: bytes, operands: Any, cm: Any, tm: Any) -> None:
        if operator == b"Do":
            self._paint.left()
        elif operator in _SHOW and not self._is_shown:
            self._shown = self._open[-1] if self._open else None
            self._is_shown = True
            self._rise = self._next_rise
            self._painted, self._is_invisible = self._paint.painted, self._paint.is_invisible

    def text(self, text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        tag, self._is_shown = self._shown, False
        parts, self._parts = self._parts, []
        is_seen, self._is_seen = self._is_seen or self._shows, False
        text = self._letters.told(text, font)
        if not text or tag is ARTIFACT or not (is_seen or text.isspace()):
            return
        a, b, x, y = _place(cm, tm)
        scale = math.hypot(a, b)
        if not scale:
            return
        along, across = (x * a + y * b) / scale, (y * a - x * b) / scale + self._rise * scale
        em = abs(size) * scale
        # Codes to which WinAnsiEncoding gives no character show a bullet (ISO 32000-1, D.2).
        text = text.replace("\x7f", "•")
        name = str(font.get("/BaseFont", "")) if font else ""
        width = estimated_width(text.strip(), name) * em
        if not self._paint.is_on_page((x, y), (x + width * a / scale, y + width * b / scale)):
            return
        line = Line(text, along, along + width, across, em, _is_bold(name), tag)
        if min(abs(a), abs(b)) > _STEEPEST * scale:
            self.slanted.append(line)
            return
        self.found.append(line)
        if len(parts) > 1:
            self._shown_in[id(line)] = parts
        end = (x + width * a / scale, y + width * b / scale)
        self._places.append(ShownRun((x, y), end, em, self._painted, self._is_invisible))

    def seen(self) -> list[Line]:
        """What was found, without what nobody sees. What is invisible is read where a picture may
        show it, and where there is nothing else."""
        found = list(zip(self.found, self._places, strict=True))
        said = [place.is_invisible for run, place in found if run.text.strip()]
        if any(said) and not all(said) and not self._paint.has_picture:
            found = [(run, place) for run, place in found if not place.is_invisible]
        rows: dict[int, list[ShownRun]] = defaultdict(list)
        for run, place in found if self._paint.hides else ():
            if run.text.strip():
                rows[round(run.y)].append(place)
        seen: list[Line] = []
        for run, place in found:
            row = rows[round(run.y)]
            if not self._paint.is_hidden(place, row):
                whole = self._without_struck(run, place, row)
                if self._paint.rules.has_bars and (column := self._paint.rules.column(place)):
                    whole = replace(whole, column=column, floor=self._paint.rules.floor(place))
                seen.append(whole)
        return seen

    def _without_struck(self, run: Line, place: ShownRun, row: Sequence[ShownRun]) -> Line:
        """The run without those of its pieces through which a line goes from end to end."""
        parts = self._shown_in.get(id(run))
        if not parts or not (rules := self._paint.rules.strikes(place, row)):
            return run
        pieces = _pieces(run.text.removesuffix("\n"), list(map(_bytes, parts)))
        if len(pieces) < 2:
            return run
        width = sum(map(estimated_width, pieces)) or 1.0
        ends = [place.start[0]]
        for piece in pieces:
            ends.append(ends[-1] + estimated_width(piece) / width * (run.end_x - run.x))
        off = 0.5 * run.size + _WIDTH_ERROR * (run.end_x - run.x)
        for left, right in rules:
            within = [
                (abs(ends[first] - left) + abs(ends[last] - right), first, last)
                for first in range(len(pieces))
                for last in range(first + 1, len(pieces) + 1)
            ]
            distance, first, last = min(within)
            if distance <= off and abs(ends[last] - ends[first] - (right - left)) <= run.size:
                pieces = [p if not first <= n < last else "" for n, p in enumerate(pieces)]
        return replace(run, text="".join(pieces))

    def _tag(self, operands: Any) -> Tag | None:
        if operands and operands[0] == "/Artifact":
            return ARTIFACT
        properties = operands[1] if len(operands) > 1 else None
        if isinstance(properties, str):
            properties = self._properties.get(properties)
        if operands and operands[0] == "/OC" and _number(properties) in self._hidden:
            return ARTIFACT
        number = properties.get("/MCID") if isinstance(properties, DictionaryObject) else None
        return self._tags.get(int(number)) if isinstance(number, int) else None


def _bytes(shown: Any) -> int:
    """How many bytes an operator shows."""
    parts = shown if isinstance(shown, list) else [shown]
    return sum(len(part) for part in parts if isinstance(part, bytes | str))


def _pieces(text: str, sizes: Sequence[int]) -> list[str]:
    """The text in pieces of these sizes, if each of its letters took one byte, or two."""
    each, rest = divmod(sum(sizes), len(text) or 1)
    if rest or each not in (1, 2):
        return []
    ends = [end // each for end in accumulate(sizes, initial=0)]
    return [text[start:end] for start, end in pairwise(ends)]


def _properties(page: PageObject) -> dict[str, Any]:
    found = entry(entry(page, "/Resources"), "/Properties")
    return {str(key): value.get_object() for key, value in found.items()}


def _hidden_layers(page: PageObject) -> set[int]:
    """The numbers of the layers that are not shown (ISO 32000-1, 8.11)."""
    root = page.pdf.root_object if isinstance(page.pdf, PdfReader) else {}
    off = entry(entry(root, "/OCProperties"), "/D").get("/OFF")
    layers = off.get_object() if off is not None else []
    listed = layers if isinstance(layers, list) else []
    return {layer.idnum for layer in listed if isinstance(layer, IndirectObject)}


def _number(value: Any) -> int:
    reference = getattr(value, "indirect_reference", None)
    return reference.idnum if reference is not None else -1


def _place(cm: list[float], tm: list[float]) -> tuple[float, float, float, float]:
    """(direction of writing x, y; position x, y) of text matrix times page matrix."""
    return (
        tm[0] * cm[0] + tm[1] * cm[2],
        tm[0] * cm[1] + tm[1] * cm[3],
        tm[4] * cm[0] + tm[5] * cm[2] + cm[4],
        tm[4] * cm[1] + tm[5] * cm[3] + cm[5],
    )


def estimated_width(text: str, font: str = "") -> float:
    """The width of a text in em, within a tenth for common faces. `font` is the face's name."""
    return _FIXED_WIDTH * len(text) if _is_fixed_pitch(font) else sum(map(_width, text))


@lru_cache(4096)
def _width(character: str) -> float:
    return _WIDTHS.get(character, 0.64 if character.isupper() else 0.5)


@lru_cache(4096)
def _is_fixed_pitch(font: str) -> bool:
    return _FIXED_PITCH.search(font) is not None


@lru_cache(4096)
def _is_bold(font: str) -> bool:
    return _BOLD.search(font) is not None
