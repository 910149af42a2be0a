"""Footnotes at the end of PDF pages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.readers.pdf.pdf_lines import Line

_TIMES_BODY = 0.92
_NOTE = re.compile(r"[(\[]?(?:\d{1,3}|[a-h](?=[.)\]]|\s+[A-Z]))[.)\]]*\s+\S|[*†‡§]{1,3}\s*\w")


def notes_start(lines: Sequence[Line], body: float) -> int:
    """From which line on a page has nothing but footnotes: lines in small type, the first of which
    begins with a mark. The number of lines if it has none. `body` is the size of most text."""
    start = end = len(lines)
    while start and lines[start - 1].size <= _TIMES_BODY * body:
        start -= 1
        if _NOTE.match(lines[start].text):
            end = start
    return end
