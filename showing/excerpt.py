"""The part of a passage that is shown: the sentence that answers, with some of what stands around.

A page has room and keeps the passage's layout: it takes a fixed length on both sides, cut between
words. A card is small and read at a glance: it takes whole sentences for as long as they fit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from retrieval.answer import Span
from retrieval.highlight import LONGEST
from showing.plain_text import cut_before
from snapshot.sentences import sentence_spans

MAX_CHARS = 400  # of a card's excerpt
MAX_SENTENCE_CHARS = LONGEST  # a longer one stands alone in it
_MAX_LINES_BEFORE = 2
_MAX_LINES_AFTER = 4
_WORTH_A_CUT = 60

_PAGE_BEFORE = 140
_PAGE_AFTER = 200


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of a passage: its three parts join to running text, as it stands there.
    `goes_before` and `goes_after` say whether the passage has more on that side; `start` is the
    passage's character at which it begins."""

    start: int
    before: str
    sentence: str
    after: str
    goes_before: bool
    goes_after: bool


def by_words(text: str, sentence: Span) -> Excerpt:
    """For a page: the sentence whole, 140 characters before and 200 after it. It is cut between
    words if one ends within 30 characters."""
    before, after = text[: sentence.start], text[sentence.end :]
    goes_before, goes_after = len(before) > _PAGE_BEFORE, len(after) > _PAGE_AFTER
    if goes_before:
        before = re.sub(r"^\S{0,30}\s+", "", before[-_PAGE_BEFORE:])
    if goes_after:
        after = re.sub(r"\s+\S{0,30}$", "", after[:_PAGE_AFTER])
    said = text[sentence.start : sentence.end]
    return Excerpt(sentence.start - len(before), before, said, after, goes_before, goes_after)


def by_sentences(text: str, sentence: Span) -> Excerpt:
    """For a card: at most `MAX_CHARS` characters and a few lines, cut between sentences. A sentence
    of more than `MAX_SENTENCE_CHARS` comes whole and alone. If the sentence holds no words, such as
    a bracket in a sample of code, the passage's first that does stands for it."""
    start, end = _with_words(text, sentence)
    first, last = start, end
    if end - start <= MAX_SENTENCE_CHARS:
        first, last = _window(text, start, end)
    return Excerpt(
        first,
        text[first:start],
        text[start:end],
        text[end:last],
        goes_before=bool(text[:first].strip()),
        goes_after=bool(text[last:].strip()),
    )


def has_words(text: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return any(character.isalnum() for character in text)


def _with_words(text: str, sentence: Span) -> tuple[int, int]:
    """The ends, without white space, of the sentence that is shown as the answer."""
    start, end = max(sentence.start, 0), min(sentence.end, len(text))
    inner = text[start:end]
    if has_words(inner):
        return start + len(inner) - len(inner.lstrip()), start + len(inner.rstrip())
    spans = sentence_spans(text)
    return next((span for span in spans if has_words(text[slice(*span)])), (0, len(text)))


def _window(text: str, start: int, end: int) -> tuple[int, int]:
    """What of the text is shown: the sentence, whole ones after it, whole ones before it."""
    spans = sentence_spans(text)
    around = MAX_CHARS - (end - start)
    room = around * 3 // 5  # what follows explains an answer more often than what goes before
    following = [stop for _, stop in spans if stop > end]
    last = max((s for s in following if _fits(text[end:s], room, _MAX_LINES_AFTER)), default=end)
    if last == end and following and room >= _WORTH_A_CUT:
        line_end = text.find("\n", end)
        rest = text[end : line_end if line_end >= 0 else len(text)]
        last = end + cut_before(rest, min(room, len(rest)))
    room = around - (last - end)
    preceding = (begin for begin, _ in spans if begin < start)
    first = min(
        (b for b in preceding if _fits(text[b:start], room, _MAX_LINES_BEFORE)), default=start
    )
    return first, last


def _fits(text: str, room: int, lines: int) -> bool:
    return len(text) <= room and len(re.findall(r"\n+", text)) <= lines
