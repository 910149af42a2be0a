"""Samples of code in Markdown, which are left as they are."""

from __future__ import annotations

import re

# "```npm install```" is a span on a line of its own and opens no block.
TICKS = r"(?P<ticks>`{3,}(?![^\n]*`)|~{3,})"
# Every alternative is bounded or ends at its own mark, so that a file full of openings without an
# end costs no more than its length times the bound.
FENCE = (
    rf"(?P<fence>^[ \t]*(?:>[ \t]?)*(?:(?:[-*+]|\d+[.)])[ \t]+)?{TICKS}[^\n]*\n"
    r"(?s:.*?)(?:^[ \t>]*(?P=ticks)[`~]*[ \t]*$|\Z))"
)
SPAN = r"(?P<span>(?P<tick>`+)(?!`)(?:(?!\n[ \t]*\n)[\s\S]){1,1000}?(?<!`)(?P=tick)(?!`))"
_ROW = re.compile(rf"[ \t]*(?:>[ \t]?)*{TICKS}(?P<info>.*)")


def open_fence(row: str, fence: str) -> str:
    """The marks that opened the block of code which goes on below a row, "" if none does; `fence`
    is what was open above it."""
    if not (match := _ROW.match(row)):
        return fence
    if not fence:
        return match["ticks"]
    return "" if match["ticks"].startswith(fence) and not match["info"].strip() else fence
