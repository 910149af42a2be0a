"""Candidates for golden questions and for what is asked of a place: what people asked, and the
place that helped them.

Nothing in a candidate says who asked. Spellings that differ only in letters' case, spacing and the
marks at the end are one question.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from analytics.contents import Record, read_records
from analytics.database import Database
from analytics.events import DeliveryStatus

NOTHING = "nothing"
_NOTHING_VALIDATED = "nothing_validated"
_MARKS = "?!.…,;:¿¡？！。 "


class Named(Protocol):
    """A place as golden questions name it; `audience` is empty for what is for everyone."""

    @property
    def name(self) -> str: ...

    @property
    def audience(self) -> tuple[str, ...]: ...


# A result's resource id, place and url to what golden questions call it; None if it is no longer
# served.
NamePlace = Callable[[str, str, str], Named | None]


@dataclass(frozen=True, slots=True)
class GoldenCandidates:
    """`lines` are golden questions to be reviewed, most asked first, as JSON objects.
    `asked_by_few` and `gone` count the questions left out: asked by too few people, or nothing
    that helped is served today."""

    lines: tuple[Record, ...]
    asked_by_few: int
    gone: int


@dataclass(slots=True)
class _Group:
    """What the log has on one question. `places` holds who was helped by each, `votes` how often;
    `audiences` whom it is for, if not everyone."""

    spellings: Counter[str] = field(default_factory=Counter)
    askers: set[str] = field(default_factory=set)
    last_outcome: str = ""
    opened: int = 0
    helpful: int = 0
    helped: bool = False
    places: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    votes: Counter[str] = field(default_factory=Counter)
    audiences: dict[str, tuple[str, ...]] = field(default_factory=dict)


async def find_candidates(
    database: Database,
    name_place: NamePlace,
    since: datetime | None = None,
    until: datetime | None = None,
    *,
    min_askers: int = 2,
    gaps: bool = False,
) -> GoldenCandidates:
    """The questions asked in that time whose answer helped: rated helpful by more than rated it
    otherwise, or opened and never rated unhelpful. With `gaps` also those that nothing validated
    answered when they were asked last, as candidates for "nothing". What was not delivered does
    not count.

    People on the search page are all one asker, for nobody there can be told from another.
    """
    groups: dict[str, _Group] = defaultdict(_Group)
    async with aclosing(read_records(database, since, until)) as chunks:
        async for chunk in chunks:
            for record in chunk:
                key = _plain(record["text"])
                if key and record["delivery"] == DeliveryStatus.DELIVERED:
                    _add(groups[key], record, name_place)
    lines: list[Record] = []
    few = gone = 0
    for group in groups.values():
        is_gap = gaps and not group.helped and group.last_outcome == _NOTHING_VALIDATED
        if not group.helped and not is_gap:
            continue
        if len(group.askers) < min_askers:
            few += 1
        elif group.helped and not group.places:
            gone += 1
        else:
            lines.append(_line(group))
    lines.sort(key=lambda line: (-line["asked"], line["question"]))
    return GoldenCandidates(tuple(lines), few, gone)


def asked_as(
    found: GoldenCandidates, known: Iterable[str], is_wording: Callable[[str], bool]
) -> tuple[Record, ...]:
    """Those of the candidates that are lines for `_asked_as.jsonl`: no question that is `known`
    there, however it is spelt, and none that `is_wording` says can be no wording. Whom they are
    for is left out, for their places say it."""
    listed = set(map(_plain, known))
    return tuple(
        {name: value for name, value in line.items() if name != "audience"}
        for line in found.lines
        if _plain(line["question"]) not in listed and is_wording(line["question"])
    )


def _add(group: _Group, record: Record, name_place: NamePlace) -> None:
    group.spellings[" ".join(record["text"].split())] += 1
    group.askers.add(record["asker"])
    group.last_outcome = record["outcome"]  # records come in the order of asking
    group.opened += record["openings"]
    group.helpful += record["helpful"]
    for shown in _what_helped(record):
        group.helped = True
        found = name_place(shown["resource_id"], shown["place"], shown["url"])
        if found is not None:
            group.places[found.name].add(record["asker"])
            group.votes[found.name] += 1
            if found.audience:
                group.audiences[found.name] = found.audience


def _what_helped(record: Record) -> Iterator[dict[str, Any]]:
    """The results that were opened; the first if none was and the answer is rated helpful."""
    is_rated_helpful = record["helpful"] > record["not_helpful"]
    opened = [shown for shown in record["results"] if shown["openings"]]
    if is_rated_helpful or (opened and not record["not_helpful"]):
        yield from opened or record["results"][:1]


def _line(group: _Group) -> Record:
    """The place that helped most people first; the others stand in `also`, for the reviewer."""
    ranked = sorted(
        group.places,
        key=lambda name: (-len(group.places[name]), -group.votes[name], name),
    )
    place = ranked[0] if ranked else NOTHING
    line: Record = {
        # Of equally frequent spellings always the same, whichever came first.
        "question": min(group.spellings, key=lambda text: (-group.spellings[text], text)),
        "place": place,
    }
    if place in group.audiences:
        line["audience"] = list(group.audiences[place])
    line |= {
        "asked": len(group.askers),
        "opened": group.opened,
        "helpful": group.helpful,
        "outcome": group.last_outcome,
    }
    return line | ({"also": ranked[1:]} if ranked[1:] else {})


def _plain(text: str) -> str:
    words = " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
    return words.strip(_MARKS)
