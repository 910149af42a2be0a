"""What somebody may be about to ask, while they type: titles, headings and the company's examples.

Nothing is made up, and nothing comes from what others have typed. A heading is suggested to those
who may see a resource that has it.
"""

from __future__ import annotations

import asyncio
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import IntEnum
from heapq import nsmallest
from itertools import islice, takewhile
from typing import Any, Protocol

from snapshot.models import EVERYONE, Resource
from snapshot.reading import Snapshot

MOST = 6
_SHORTEST = 2  # characters
_LONGEST = 100  # characters: what is longer is no question
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"^(\d+[.)]|\d+(\.\d+)+)\s+")  # "8. When you leave"


class Served(Protocol):
    """What is served at this moment."""

    @property
    def snapshot(self) -> Snapshot: ...


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text to search for; `about` is the title of the resource in which it is a heading, else
    empty."""

    text: str
    about: str = ""


class _Standing(IntEnum):
    """What a text is; the first are suggested first."""

    EXAMPLE = 0
    TITLE = 1
    HEADING = 2


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a text stands, spelt so; an example stands in no resource."""

    text: str
    standing: _Standing
    resource: Resource | None = None

    def is_for(self, readers: frozenset[str], day: date) -> bool:
        one = self.resource
        return one is None or (
            not readers.isdisjoint(one.audience) and one.validation.holds_on(day)
        )

    @property
    def suggestion(self) -> Suggestion:
        if self.resource and self.standing is _Standing.HEADING:
            return Suggestion(self.text, self.resource.title)
        return Suggestion(self.text)


@dataclass(frozen=True, slots=True)
class _Entry:
    """Words, and the places in which they stand, the best first."""

    words: tuple[str, ...]
    places: list[_Place]

    def seen(self, readers: frozenset[str], day: date) -> _Place | None:
        """The best place that those readers may see: what they may not is as if it were not
        there, for the order and the spelling too."""
        return next((one for one in self.places if one.is_for(readers, day)), None)


class SuggestionIndex:
    """All texts of a snapshot by their words. Reads every passage once; blocking."""

    def __init__(self, snapshot: Snapshot) -> None:
        entries: dict[tuple[str, ...], _Entry] = {}

        def put(text: str, standing: _Standing, resource: Resource | None = None) -> None:
            line = " ".join(text.split())
            if _SHORTEST <= len(line) <= _LONGEST:
                words = tuple(_WORD.findall(line.casefold()))
                entry = entries.setdefault(words, _Entry(words, []))
                entry.places.append(_Place(line, standing, resource))

        for text in snapshot.manifest.examples:
            put(text, _Standing.EXAMPLE)
        for number, resource in enumerate(snapshot.resources):
            put(resource.title, _Standing.TITLE, resource)
            headings = (passage.heading_path for passage in snapshot.passages_of(number))
            for heading in dict.fromkeys(one for path in headings for one in path):
                put(_NUMBER.sub("", heading), _Standing.HEADING, resource)
        by_word: defaultdict[str, list[_Entry]] = defaultdict(list)
        for entry in entries.values():
            entry.places.sort(key=lambda place: place.standing)
            for word in dict.fromkeys(entry.words):
                by_word[word].append(entry)
        self._words = sorted(by_word)
        self._by_word = by_word

    def suggest(self, typed: str, audience: frozenset[str], day: date) -> list[Suggestion]:
        """At most six that hold all words typed, the last perhaps only begun; best first. None is
        what was typed."""
        words = _WORD.findall(typed.casefold())
        if len(typed.strip()) < _SHORTEST or not words:
            return []
        *whole, begun = words
        readers = audience | {EVERYONE}
        found: dict[tuple[str, ...], _Place] = {}
        for entry in self._beginning(begun):
            fits = entry.words != tuple(words) and set(entry.words).issuperset(whole)
            if fits and (place := entry.seen(readers, day)):
                found[entry.words] = place
        best = nsmallest(MOST, found, key=lambda said: _rank(said, words, found[said]))
        return [found[said].suggestion for said in best]

    def _beginning(self, begun: str) -> Iterator[_Entry]:
        place = bisect_left(self._words, begun)
        for word in takewhile(lambda one: one.startswith(begun), islice(self._words, place, None)):
            yield from self._by_word[word]


def _rank(said: Sequence[str], typed: Sequence[str], place: _Place) -> tuple[Any, ...]:
    """Sorts by: begins as it is typed, what it is, and how short it is."""
    *whole, begun = typed
    following = said[len(whole) : len(whole) + 1]
    begins = list(said[: len(whole)]) == whole and any(one.startswith(begun) for one in following)
    return not begins, place.standing, len(place.text), place.text


class Suggestions:
    """Suggests from the snapshot that is served, off the event loop."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._index: asyncio.Task[SuggestionIndex] | None = None
        self._snapshot_id = ""

    async def suggest(self, typed: str, audience: frozenset[str]) -> Sequence[Suggestion]:
        """For whoever is in that audience. Raises SignpostError if nothing is served."""
        snapshot = self._served.snapshot
        if self._index is None or self._snapshot_id != snapshot.id or _has_failed(self._index):
            self._snapshot_id = snapshot.id
            reading = asyncio.to_thread(SuggestionIndex, snapshot)
            self._index = asyncio.create_task(reading, name="suggestions.read")
        # Whoever goes away leaves the reading to those who come.
        index = await asyncio.shield(self._index)
        today = datetime.now(UTC).date()
        return await asyncio.to_thread(index.suggest, typed, audience, today)


def _has_failed(task: asyncio.Task[SuggestionIndex]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
