"""The chapters of a recording: as its owner marked them, or else where what is said turns."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from statistics import median

from portal.library.spoken import Line
from showing.plain_text import shorten
from snapshot.models import clock
from snapshot.sentences import sentence_spans

_SHORTEST_S = 60.0
_LONGEST_S = 300.0
_MANY = 8  # chapters, before they grow longer
_COMPARED_S = 45.0  # what is said before and after a place
_WORD = 4  # letters: shorter words say little of the topic in any language
_PAUSE_S = 3.0  # a longer one says no more
_TURN = 2.0  # what a turn of topic may weigh against an even length
_NAME, _SHORT_NAME = 90, 15  # characters
_NAMING_LINES = 8
_REMEMBERED = 32  # recordings


@dataclass(frozen=True, slots=True)
class Chapter:
    """What is said from one second to another, and what it is called."""

    start_s: float
    end_s: float
    title: str

    @property
    def clock(self) -> str:
        """When it begins, as a player shows it."""
        return clock(self.start_s)

    @property
    def second(self) -> int:
        return int(self.start_s)


@dataclass(frozen=True, slots=True)
class Chapters:
    """None, or two at least. Those that the owner did not mark, by `is_marked`, are called by the
    sentence with which each begins."""

    listed: tuple[Chapter, ...] = ()
    is_marked: bool = False


def chapters_of(lines: Sequence[Line]) -> Chapters:
    """The chapters of what is said. A recording of under two minutes is one. Those of an hour take
    a quarter of a second, so the last ones found are remembered."""
    return _found(tuple(lines))


@lru_cache(_REMEMBERED)
def _found(lines: tuple[Line, ...]) -> Chapters:
    marked = [number for number, line in enumerate(lines) if line.chapter]
    if len(marked) > 1:
        titles = [lines[number].chapter for number in marked]
        return Chapters(tuple(_chapters(lines, marked, titles)), is_marked=True)
    starts = _turns(lines)
    if len(starts) < 2:
        return Chapters()
    titles = [_begins(lines, number) for number in starts]
    return Chapters(tuple(_chapters(lines, starts, titles)))


def _chapters(
    lines: Sequence[Line], starts: Sequence[int], titles: Sequence[str]
) -> Iterator[Chapter]:
    ends_s = [*(lines[number].start_s for number in starts[1:]), lines[-1].end_s]
    for number, end_s, title in zip(starts, ends_s, titles, strict=True):
        yield Chapter(lines[number].start_s, end_s, title)


def _turns(lines: Sequence[Line]) -> list[int]:
    """The lines with which chapters begin, the first among them: those that make the lengths even
    and fall where the words change (Hearst 1997, "TextTiling") and somebody takes a breath. Of all
    ways to choose them, the cheapest."""
    if not lines or (total_s := lines[-1].end_s - lines[0].start_s) < 2 * _SHORTEST_S:
        return []
    wanted_s = min(max(total_s / _MANY, _SHORTEST_S), _LONGEST_S)
    places = [0, *_sentence_starts(lines), len(lines)]
    at_s = [*(lines[number].start_s for number in places[:-1]), lines[-1].end_s]
    gains = [0.0, *_gains(lines, places[1:-1]), 0.0]
    best = [0.0] + [math.inf] * (len(places) - 1)
    came_from = [0] * len(places)
    for last in range(1, len(places)):
        # No chapter is twice as long as wanted, if there is a place to end it.
        first = min(bisect_left(at_s, at_s[last] - 2 * wanted_s), last - 1)
        for begin in range(first, last):
            uneven = math.log(max(at_s[last] - at_s[begin], 0.1) / wanted_s)
            cost = best[begin] + uneven * uneven - gains[last]
            if cost < best[last]:
                best[last], came_from[last] = cost, begin
    chosen: list[int] = []
    place = len(places) - 1
    while place:
        place = came_from[place]
        chosen.append(places[place])
    return chosen[::-1]


def _sentence_starts(lines: Sequence[Line]) -> list[int]:
    """The lines but the first that begin a sentence; of captions without full stops, all."""
    offsets = [0, *accumulate(len(line.text) + 1 for line in lines)]
    begun = {start for start, _ in sentence_spans(" ".join(line.text for line in lines))}
    found = [number for number in range(1, len(lines)) if offsets[number] in begun]
    return found if len(found) * 5 > len(lines) else list(range(1, len(lines)))


def _gains(lines: Sequence[Line], places: Sequence[int]) -> list[float]:
    """By each line, how much more speaks for a chapter to begin there than at the others."""
    starts_s = [line.start_s for line in lines]
    # A line lasts until the next one: what is longer than its words take is a pause.
    usual_s = median((line.end_s - line.start_s) / len(line.text) for line in lines)
    words = [Counter(_words(line.text)) for line in lines]
    found: list[float] = []
    for number in places:
        at_s = starts_s[number]
        before = bisect_left(starts_s, at_s - _COMPARED_S)
        after = bisect_right(starts_s, at_s + _COMPARED_S)
        alike = _cosine(_sum(words[before:number]), _sum(words[number:after]))
        pause_s = at_s - starts_s[number - 1] - usual_s * len(lines[number - 1].text)
        found.append(_TURN * (1 - alike + min(max(pause_s, 0.0) / _PAUSE_S, 1.0)))
    usual = sum(found) / max(len(found), 1)
    return [gain - usual for gain in found]


def _words(text: str) -> Iterator[str]:
    for word in text.casefold().split():
        if len(bare := word.strip(".,;:!?…\"'()")) >= _WORD:
            yield bare


def _sum(counters: Sequence[Counter[str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for one in counters:
        found.update(one)
    return found


def _cosine(one: Counter[str], other: Counter[str]) -> float:
    both = sum(count * other[word] for word, count in one.items())
    return both / math.sqrt(_square(one) * _square(other)) if both else 0.0


def _square(counter: Counter[str]) -> int:
    return sum(count * count for count in counter.values())


def _begins(lines: Sequence[Line], number: int) -> str:
    """The first sentence that begins there; with the next one if it is as short as "So."."""
    before = f"{lines[number - 1].text} " if number else ""
    text = before + " ".join(line.text for line in lines[number : number + _NAMING_LINES])
    spans = [one for one in sentence_spans(text) if one[0] >= len(before)]
    start, last = (spans[0][0], spans[-1][1]) if spans else (len(before), len(text))
    end = next((end for _, end in spans if end - start >= _SHORT_NAME), last)
    return shorten(text[start:end], _NAME)
