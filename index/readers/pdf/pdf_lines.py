"""A PDF page as lines of text with their places, sizes and tags.

PDF knows no lines, only runs of characters at positions. pypdf decodes the runs and puts spaces
between words; what belongs on one line, and where a table's next cell begins, is decided here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pypdf import PageObject
from pypdf.generic import DictionaryObject

from index.readers import normalise
from index.readers.pdf.pdf_tags import ARTIFACT, Tag, entry

_SHOW = (b"Tj", b"TJ", b"'", b'"')
_BOLD = re.compile(r"bold|black|heavy|demi|semib", re.IGNORECASE)
_ONLY_MARKER = re.compile(r"[^\w\s]{1,2}|o|\(?\w{1,3}[.)]")
_SAME_BASELINE_EM = 0.35
_CELL_GAP_EM = 1.3
# Widths in em of what text faces agree on within a few percent; exact ones lie in private parts
# of pypdf. Good enough to tell the gap between two cells from that between two words.
_NARROW = frozenset("iljtfrI.,;:'!|()[] ’‘")
_WIDE = frozenset("mwMW@%—…")


@dataclass(frozen=True, slots=True)
class Line:
    """A run of text on one baseline: a line of a paragraph, or of one cell of a table.

    `x` and `end_x` are where it begins and (estimated) ends, `y` its baseline, counted upwards,
    all in points along the direction of writing.
    """

    text: str
    x: float
    end_x: float
    y: float
    size: float
    is_bold: bool
    tag: Tag | None = None


def page_lines(page: PageObject, tags: Mapping[int, Tag]) -> list[Line]:
    """The page's lines in the order in which they are drawn. Slanted text (watermarks) and
    artifacts (running heads that say so) are left out."""
    runs = _Runs(page, tags)
    page.extract_text(
        visitor_operand_before=runs.before,
        visitor_operand_after=runs.after,
        visitor_text=runs.text,
    )
    lines: list[Line] = []
    spaced = True
    for run in runs.found:
        if not run.text.strip():
            spaced = True
            continue
        last = lines[-1] if lines else None
        if last is None or not _continues(last, run):
            lines.append(replace(run, text=run.text.strip()))
        elif not _is_shadow(last, run):
            gap = " " if spaced or run.text[:1].isspace() else ""
            lines[-1] = _joined(last, run, gap)
        spaced = run.text[-1:].isspace()
    return [replace(line, text=text) for line in lines if (text := normalise.clean(line.text))]


class _Runs:
    """Collects the runs that pypdf reports, each with the tag under which it was shown."""

    def __init__(self, page: PageObject, tags: Mapping[int, Tag]) -> None:
        self.found: list[Line] = []
        self._tags = tags
        self._properties = _properties(page)
        self._open: list[Tag | None] = []
        self._shown: Tag | None = None
        self._is_shown = False

    def before(self, operator: bytes, operands: Any, cm: Any, tm: Any) -> None:
        if operator in (b"BDC", b"BMC"):
            self._open.append(self._tag(operands) or (self._open[-1] if self._open else None))
        elif operator == b"EMC" and self._open:
            self._open.pop()

    def after(self, operator: bytes, operands: Any, cm: Any, tm: Any) -> None:
        if operator in _SHOW and not self._is_shown:
            self._shown = self._open[-1] if self._open else None
            self._is_shown = True

    def text(self, text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        tag, self._is_shown = self._shown, False
        if not text or tag is ARTIFACT:
            return
        a, b, x, y = _place(cm, tm)
        scale = math.hypot(a, b)
        if not scale or min(abs(a), abs(b)) > 0.01 * scale:
            return
        along, across = (x * a + y * b) / scale, (y * a - x * b) / scale
        em = abs(size) * scale
        # Codes to which WinAnsiEncoding gives no character show a bullet (ISO 32000-1, D.2).
        text = text.replace("\x7f", "•")
        name = str(font.get("/BaseFont", "")) if font else ""
        end = along + estimated_width(text.strip()) * em
        self.found.append(Line(text, along, end, across, em, bool(_BOLD.search(name)), tag))

    def _tag(self, operands: Any) -> Tag | None:
        if operands and operands[0] == "/Artifact":
            return ARTIFACT
        properties = operands[1] if len(operands) > 1 else None
        if isinstance(properties, str):
            properties = self._properties.get(properties)
        number = properties.get("/MCID") if isinstance(properties, DictionaryObject) else None
        return self._tags.get(int(number)) if isinstance(number, int) else None


def _properties(page: PageObject) -> dict[str, Any]:
    found = entry(entry(page, "/Resources"), "/Properties")
    return {str(key): value.get_object() for key, value in found.items()}


def _place(cm: list[float], tm: list[float]) -> tuple[float, float, float, float]:
    """(direction of writing x, y; position x, y) of text matrix times page matrix."""
    return (
        tm[0] * cm[0] + tm[1] * cm[2],
        tm[0] * cm[1] + tm[1] * cm[3],
        tm[4] * cm[0] + tm[5] * cm[2] + cm[4],
        tm[4] * cm[1] + tm[5] * cm[3] + cm[5],
    )


def estimated_width(text: str) -> float:
    """The width of a text in em, within a tenth for common faces."""
    return sum(
        0.28 if c in _NARROW else 0.85 if c in _WIDE else 0.64 if c.isupper() else 0.5 for c in text
    )


def _continues(last: Line, run: Line) -> bool:
    """Whether the run stands on the same line, no further off than a space."""
    em = max(last.size, run.size)
    if abs(last.y - run.y) > _SAME_BASELINE_EM * em or run.x < last.x - 0.1 * em:
        return False
    return run.x - last.end_x <= _CELL_GAP_EM * em or bool(_ONLY_MARKER.fullmatch(last.text))


def _is_shadow(last: Line, run: Line) -> bool:
    """Bold faces are faked by drawing the same text again, a hair further."""
    return run.text.strip() == last.text and abs(run.x - last.x) < 0.1 * run.size


def _joined(last: Line, run: Line, gap: str) -> Line:
    return replace(
        last,
        text=f"{last.text}{gap}{run.text.strip()}",
        end_x=max(last.end_x, run.end_x),
        size=last.size if len(last.text) > len(run.text) else run.size,
        is_bold=last.is_bold and run.is_bold,
        tag=last.tag or run.tag,
    )
