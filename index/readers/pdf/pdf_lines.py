"""A PDF page as lines of text with their places, sizes and tags.

PDF knows no lines, only runs of characters at positions. pypdf decodes the runs and puts spaces
between words; what belongs on one line, and where a table's next cell begins, is decided here.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from statistics import median

from pypdf import PageObject

from index.readers import normalise
from index.readers.pdf.pdf_tags import Tag
from index.readers.pdf.stream.pdf_fonts import Letters
from index.readers.pdf.stream.pdf_runs import Line as Line
from index.readers.pdf.stream.pdf_runs import Runs
from index.readers.superscripts import RAISED_END, Superscripts, raised

_ONLY_MARKER = re.compile(r"[^\w\s]{1,2}|o|\(?\w{1,3}[.)]")
_SAME_BASELINE_EM = 0.35
_DIGITS = r"\d{1,3}(?:[,–-]\d{1,3})*"
_SUPERSCRIPT = re.compile(
    rf"[-−+]?{_DIGITS}|[(\[]{_DIGITS}[)\]]|[*†‡§¶]{{1,3}}|[a-z]|st|nd|rd|th|er|re|TM|SM|™|®"
)
_SUBSCRIPT = re.compile(r"\d{1,2}")
_LOWEST_EM = 0.55
_SUPERSCRIPT_SIZE = 0.85
_SAME_SIZE_RISE_EM = 0.25
_OBJECTS_TO_COLLECT = 50_000
_SOFT = "\u00ad"
# "S A F E T Y   R U L E S": letters with a space between them, words with more.
_SPREAD = re.compile(r"(?:\S(?: \S){2,}(?:\s{2,}|$)){2,}")
_BETWEEN_LETTERS = re.compile(r"(?<=\S) (?=\S)")
_STOPS = tuple(".,;:!?)]")
_LOWEST_RISE_EM = 0.12
_HIGHEST_RISE_EM = 0.75
_LONGEST_MARK = 3
_FEWEST_GLYPHS = 4
_MOST_GLYPHS = 0.7
_SPACE_EM = 0.15
# In thousandths of an em, of faces that have no space, such as TeX's. Half of it parts two words.
_SPACE_WITHOUT_GLYPH = 300.0
_CELL_GAP_EM = 1.3
_WORD_GAP_EM = 0.4
_WIDTH_ERROR = 0.1

Pages = Sequence[Sequence[Line]]


def page_lines(
    page: PageObject, tags: Mapping[int, Tag], superscripts: Superscripts, letters: Letters
) -> list[Line]:
    """The page's lines in the order in which they are drawn. Artifacts (running heads that say so)
    and what cannot be seen are left out, and slanted text (watermarks) beside other text; `letters`
    counts what fonts do not tell."""
    runs = Runs(page, tags, letters)
    with _few_collections():
        page.extract_text(
            space_width=_SPACE_WITHOUT_GLYPH,
            visitor_operand_before=runs.before,
            visitor_operand_after=runs.after,
            visitor_text=runs.text,
        )
    growing: list[_Growing] = []
    is_spaced: bool | None = True
    seen = runs.seen()
    is_upright = any(run.text.strip() for run in seen)
    for run in seen if is_upright else runs.slanted:
        if not run.text.strip():
            is_spaced = True if " " in run.text else is_spaced or None
            continue
        ends = run.text[-1:]
        gap = True if run.text[:1].isspace() else is_spaced
        is_spaced = None if ends == "\n" and run.text[-2:-1] != " " else ends.isspace()
        if (said := run.text.strip()) != run.text:
            run = replace(run, text=said)
        last = growing[-1] if growing else None
        if last is None or not last.takes(run, gap):
            growing.append(_Growing(run))
    lines = [line.finished() for line in growing]
    texts = [_cleaned(superscripts.settle(line.text)) for line in lines]
    return [
        line if line.text == text else replace(line, text=text)
        for line, text in zip(lines, texts, strict=True)
        if text
    ]


@contextmanager
def _few_collections() -> Iterator[None]:
    """pypdf makes many small objects, none of them in circles, among which Python looks for circles
    for a tenth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS_TO_COLLECT, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _cleaned(text: str) -> str:
    """The text with hyphens where a PDF shows soft ones: those at its end may go with the line."""
    text = text.rstrip()
    is_broken = text.endswith(_SOFT)
    text = normalise.clean(text.removesuffix(_SOFT).replace(_SOFT, "-"))
    spread = _SPREAD.fullmatch(text)
    text = _BETWEEN_LETTERS.sub("", text) if spread else text
    return text + _SOFT if is_broken else text


class _Growing:
    """A line that runs are added to, as long as they stand on it."""

    def __init__(self, run: Line) -> None:
        self._line = run
        self._runs = [run]
        self._gaps: list[bool | None] = []  # before each run but the first; None if nothing tells

    def takes(self, run: Line, gap: bool | None) -> bool:
        """Adds the run if it goes on with the line: on its baseline or raised above it, no further
        off than a space."""
        last = self._line
        if _is_raised(last, run) and _follows(last, run):
            run = replace(run, text=raised(run.text), y=last.y)
            gap = gap or False
        elif _is_raised(run, last) and len(last.text) <= _LONGEST_MARK and _follows(last, run):
            self._line = last = replace(last, y=run.y)
            gap = True
        elif _is_lowered(last, run) and _follows(last, run):
            run = replace(run, y=last.y)
            gap = gap or False
        elif not _continues(last, run, is_close=gap is False):
            return False
        if _is_shadow(last, run):
            return True
        self._line = replace(
            last,
            text=last.text + run.text,
            end_x=max(last.end_x, run.end_x),
            size=last.size if len(last.text) > len(run.text) else run.size,
            is_bold=last.is_bold and run.is_bold,
            tag=last.tag or run.tag,
        )
        self._runs.append(run)
        self._gaps.append(gap)
        return True

    def finished(self) -> Line:
        """The line with its text. If a program drew every glyph alone, words begin where it drew a
        space, else where the gap is wider than the others are."""
        if len(self._runs) == 1:
            return self._line
        offs = [(b.x - a.end_x) / max(a.size, b.size) for a, b in pairwise(self._runs)]
        glyphs = sum(len(run.text) == 1 for run in self._runs)
        is_glyphs = len(self._runs) >= _FEWEST_GLYPHS and glyphs >= _MOST_GLYPHS * len(self._runs)
        drawn = self._gaps.count(True)
        is_spread = is_glyphs and drawn > _MOST_GLYPHS * len(offs)  # every letter far from the next
        usual = median(offs) if is_glyphs else 0.0
        text = self._runs[0].text
        for run, gap, off in zip(self._runs[1:], self._gaps, offs, strict=True):
            if text.endswith(RAISED_END) and run.text.startswith(_STOPS):
                gap = False
            if gap is None or is_spread:
                gap = not is_glyphs or ((is_spread or not drawn) and off > usual + _SPACE_EM)
            text += " " + run.text if gap else run.text
        return replace(self._line, text=text)


def _is_raised(line: Line, run: Line) -> bool:
    """Whether the run is a superscript to the line: small, or figures, a little above it."""
    rise = run.y - line.y
    if not _LOWEST_RISE_EM * line.size < rise < _HIGHEST_RISE_EM * line.size:
        return False
    is_small = run.size <= _SUPERSCRIPT_SIZE * line.size
    if not is_small and (rise < _SAME_SIZE_RISE_EM * line.size or not run.text.isdigit()):
        return False
    is_figure = is_small or (run.size <= 1.02 * line.size and line.text[-1:].isalnum())
    return is_figure and _SUPERSCRIPT.fullmatch(run.text) is not None


def _is_lowered(line: Line, run: Line) -> bool:
    """Whether the run is a figure of a formula, as in CO2."""
    return (
        run.size <= _SUPERSCRIPT_SIZE * line.size
        and _SUBSCRIPT.fullmatch(run.text) is not None
        and line.text[-1:].isalpha()
        and 0 < line.y - run.y < _LOWEST_EM * line.size
    )


def _follows(last: Line, run: Line) -> bool:
    em = max(last.size, run.size)
    return last.x < run.x + 0.1 * em and run.x - last.end_x <= _CELL_GAP_EM * em


def _continues(last: Line, run: Line, *, is_close: bool) -> bool:
    """Whether the run stands on the same line, no further off than a space. If `is_close`, exact
    widths left no space between them; where the line ends is only estimated."""
    em = max(last.size, run.size)
    if abs(last.y - run.y) > _SAME_BASELINE_EM * em or run.x < last.x - 0.1 * em:
        return False
    if last.column != run.column and abs(run.x - last.end_x) > _WORD_GAP_EM * em:
        return False  # of another cell; words that are a space apart only run over its edge
    widest = _CELL_GAP_EM * em + (_WIDTH_ERROR * (last.end_x - last.x) if is_close else 0.0)
    return run.x - last.end_x <= widest or bool(_ONLY_MARKER.fullmatch(last.text))


def _is_shadow(last: Line, run: Line) -> bool:
    """Bold faces are faked by drawing the same text again, a hair further."""
    return run.text.strip() == last.text and abs(run.x - last.x) < 0.1 * run.size
