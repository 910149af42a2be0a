"""Footnotes of PDF pages, and the raised figures that point to them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.readers.pdf.pdf_lines import Line

_TIMES_BODY = 0.92
_NOTE = re.compile(r"\(?(\d{1,3}|[⁰¹²³⁴-⁹]{1,3}|[*†‡§]{1,3})[.)]?\s+\S")
_MARK = re.compile(r"(?<=\S)[⁰¹²³⁴-⁹][⁰¹²³⁴-⁹,–-]*")
_UNIT = re.compile(r"(?:(?<![^\W\d_])[^\W\d_]{1,2}|[)\]])$")
_TEN = re.compile(r"(?<!\d)10$")
_FIGURES = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def notes_start(lines: Sequence[Line], body: float) -> int:
    """From which line on a page has nothing but footnotes: lines in small type, the first of which
    begins with a mark. The number of lines if it has none."""
    start = end = len(lines)
    while start and lines[start - 1].size <= _TIMES_BODY * body:
        start -= 1
        if _NOTE.match(lines[start].text):
            end = start
    return end


def settle_marks(lines: Sequence[Line], body: float) -> list[Line]:
    """The lines without the raised figures that point to a note on the page. Those of a power or a
    unit stay ("10³", "m²"); others are parted from the word or number before them."""
    notes = lines[notes_start(lines, body) :]
    marks = {match[1].translate(_FIGURES) for line in notes if (match := _NOTE.match(line.text))}

    def settled(match: re.Match[str]) -> str:
        before = match.string[: match.start()]
        if _UNIT.search(before):
            return match[0]
        if set(re.split(r"[,–-]", match[0].translate(_FIGURES))) <= marks:
            return ""
        return match[0] if _TEN.search(before) else f" {match[0]}"

    return [replace(line, text=_MARK.sub(settled, line.text)) for line in lines]
