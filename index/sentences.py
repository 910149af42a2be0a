"""Where sentences begin and end, in prose, lists, tables and speech."""

from __future__ import annotations

import re
from collections.abc import Iterator

# A full stop after these does not end a sentence.
_ABBREVIATIONS = frozenset(
    "al approx art bzw ca cf ch co corp dept dr e.g ed eg etc ext fig g gen i.e ie inc incl jr ltd "
    "max min mr mrs ms mt no nos nr p para pp prof rev sec sen sr st tel u.s usw vol vs z.b".split()
)
_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)")
_LAST_WORD = re.compile(r"[\w.]+$")
_LINE = re.compile(r"[^\n]+")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence, in order, without the white space around it.

    A line break always ends one: list items and table rows stand on lines of their own.
    """
    return [
        span
        for line in _LINE.finditer(text)
        for span in _trimmed(text, _sentences(text, line.start(), line.end()))
    ]


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for match in _END.finditer(text, start, end):
        if _ends_sentence(text, begin, match, end):
            yield begin, match.end()
            begin = match.end()
    yield begin, end


def _ends_sentence(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    following = text[match.end() : end].lstrip()
    if not following or following[0].islower():
        return False
    if not match.group().startswith("."):
        return True
    last = _LAST_WORD.search(text, begin, match.start())
    if last is None:
        return True
    word = last.group()
    if word.isdigit():
        # "1." at the head of a line numbers a list; elsewhere a number may end a sentence.
        return last.start() > begin
    is_initial = len(word) == 1 and word.isupper()
    return not is_initial and word.lower() not in _ABBREVIATIONS


def _trimmed(text: str, spans: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for start, end in spans:
        inner = text[start:end]
        if stripped := inner.strip():
            first = start + len(inner) - len(inner.lstrip())
            yield first, first + len(stripped)
