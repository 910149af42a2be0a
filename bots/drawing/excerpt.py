"""A passage as a card shows it: the sentence that answers, marked, with some of what stands around.

The excerpt is cut between sentences or words, and an ellipsis stands wherever something was left
out. Lines of the passage (list items, table rows) stay lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bots.drawing.plain import ELLIPSIS, cut_before, one_line, shorten, tidy, without_bullet
from retrieval.answer import Span
from snapshot.sentences import sentence_spans

MAX_CHARS = 400
MAX_SENTENCE_CHARS = 300
MAX_LINES_BEFORE = 2
MAX_LINES_AFTER = 4
_WORTH_A_CUT = 60

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row; `marked` ones belong to the sentence that answers."""

    text: str
    marked: bool = False


Line = tuple[Run, ...]


def excerpt(text: str, sentence: Span) -> tuple[Line, ...]:
    """The lines to show of a passage, at most `MAX_CHARS` characters and two ellipses in all;
    none if there is nothing to read in it."""
    start, end = _within(text, sentence)
    if end - start > MAX_SENTENCE_CHARS:
        marked = shorten(one_line(text[start:end]), MAX_SENTENCE_CHARS)
        lead = f"{ELLIPSIS} " if text[:start].strip() else ""
        return ((Run(lead), Run(marked, marked=True)) if lead else (Run(marked, marked=True),),)
    first, last = _window(text, start, end)
    lines = [line for line in _lines(text, first, last, start, end) if line]
    if lines and text[:first].strip():
        lines[0] = (Run(f"{ELLIPSIS} "), *lines[0])
    if lines and text[last:].strip():
        lines[-1] = (*lines[-1], Run(f" {ELLIPSIS}"))
    return tuple(lines)


def _within(text: str, sentence: Span) -> tuple[int, int]:
    """The sentence's ends without the white space. Where it holds no words (a bracket in a sample
    of code), the passage's first one that does."""
    start, end = max(sentence.start, 0), min(sentence.end, len(text))
    inner = text[start:end]
    if _has_words(inner):
        return start + len(inner) - len(inner.lstrip()), start + len(inner.rstrip())
    spans = sentence_spans(text)
    return next((span for span in spans if _has_words(text[slice(*span)])), (0, len(text)))


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _window(text: str, start: int, end: int) -> tuple[int, int]:
    """What of the text is shown: the sentence, whole ones after it, whole ones before it."""
    spans = sentence_spans(text)
    around = MAX_CHARS - (end - start)
    room = around * 3 // 5  # what follows explains an answer more often than what goes before
    following = [stop for _, stop in spans if stop > end]
    last = max((s for s in following if _fits(text[end:s], room, MAX_LINES_AFTER)), default=end)
    if last == end and following and room >= _WORTH_A_CUT:
        line_end = text.find("\n", end)
        rest = text[end : line_end if line_end >= 0 else len(text)]
        last = end + cut_before(rest, min(room, len(rest)))
    room = around - (last - end)
    preceding = (begin for begin, _ in spans if begin < start)
    first = min(
        (b for b in preceding if _fits(text[b:start], room, MAX_LINES_BEFORE)), default=start
    )
    return first, last


def _fits(text: str, room: int, lines: int) -> bool:
    return len(text) <= room and len(re.findall(r"\n+", text)) <= lines


def _lines(text: str, first: int, last: int, start: int, end: int) -> list[Line]:
    lines: list[Line] = []
    position = first
    for raw in text[first:last].split("\n"):
        cuts = [min(max(cut - position, 0), len(raw)) for cut in (start, end)]
        parts = (raw[: cuts[0]], raw[cuts[0] : cuts[1]], raw[cuts[1] :])
        lines.append(_line(parts))
        position += len(raw) + 1
    return lines


def _line(parts: tuple[str, str, str]) -> Line:
    """Before, marked, after: with single spaces, a real bullet, and nothing empty. A line without
    letters and digits (the rule below a table's head, a lone bullet) is none."""
    spaced = [_SPACE.sub(" ", tidy(part)) for part in parts]
    if not any(map(_has_words, spaced)):
        return ()
    head = next(index for index, part in enumerate(spaced) if part.strip())
    spaced[head] = without_bullet(spaced[head], "• ").lstrip()
    tail = max(index for index, part in enumerate(spaced) if part.strip())
    spaced[tail] = spaced[tail].rstrip()
    return tuple(
        Run(part, marked=index == 1)
        for index, part in enumerate(spaced[: tail + 1])
        if part and index >= head
    )
