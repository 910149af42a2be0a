"""What helped people becomes candidates for golden questions, and nobody can be seen in them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from analytics.candidates import GoldenCandidates, asked_as, find_candidates
from analytics.database import Database
from analytics.events import Asked, Event, Opened, Rated, RatingSource, Shown
from analytics.log import Pace, QueryLog

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    name: str
    audience: tuple[str, ...] = ()


def named(resource_id: str, label: str, url: str) -> Place | None:
    """`gone` is served no more; `hr` is for few."""
    if resource_id == "gone":
        return None
    return Place(f"{resource_id}.md#{label}", ("hr",) if resource_id == "hr" else ())


class Log:
    """A query log of people asking, opening and rating, one after the other."""

    def __init__(self, log: QueryLog, database: Database) -> None:
        self._log = log
        self._database = database
        self._count = 0

    def ask(
        self,
        asker: str,
        text: str = "How far?",
        *,
        shown: tuple[str, ...] = ("a", "b"),
        opened: tuple[int, ...] = (),
        rated: tuple[bool, ...] = (),
        outcome: str = "answered",
    ) -> None:
        self._count += 1
        at, name = AT + timedelta(minutes=self._count), f"q{self._count}"
        results = tuple(
            Shown(rank, resource, resource, "top", f"https://x.example/{resource}", 0.9, 0.8, 7.0)
            for rank, resource in enumerate(shown, start=1)
        )
        events: list[Event] = [
            Asked(name, at, asker, "personal", "en", text, outcome, 0.9, 9.5, "s", results)
        ]
        events += [Opened(name, rank, at) for rank in opened]
        events += [
            Rated(f"{asker}{n}", helpful, RatingSource.CARD, at, name)
            for n, helpful in enumerate(rated)
        ]
        for event in events:
            self._log.record(event)

    async def found(self, **options: Any) -> GoldenCandidates:
        await self._log.flush()
        return await find_candidates(self._database, named, **options)

    async def lines(self, **options: Any) -> list[dict[str, Any]]:
        return list((await self.found(**options)).lines)


@pytest.fixture
async def log(log_url: str) -> AsyncIterator[Log]:
    written = await QueryLog.open(log_url, Pace(gather_s=0))
    database = await Database.open_to_read(log_url)
    yield Log(written, database)
    await database.close()
    await written.close()


async def test_an_opened_and_a_helpful_answer_name_their_place(log: Log) -> None:
    log.ask("ann", opened=(1,))
    log.ask("ben", rated=(True,))
    assert await log.lines() == [
        {
            "question": "How far?",
            "place": "a.md#top",
            "asked": 2,
            "opened": 1,
            "helpful": 1,
            "outcome": "answered",
        }
    ]


async def test_what_is_opened_goes_before_what_is_shown_first(log: Log) -> None:
    log.ask("ann", opened=(2,), rated=(True,))
    log.ask("ben")
    [line] = await log.lines()
    assert (line["place"], line["asked"]) == ("b.md#top", 2)


async def test_the_place_that_helped_most_people_wins_and_the_others_are_told(log: Log) -> None:
    """One person who opens a place over and over is one person."""
    for _ in range(3):
        log.ask("ann", opened=(1,))
    log.ask("ben", opened=(2,))
    log.ask("cem", opened=(2,))
    [line] = await log.lines()
    assert (line["place"], line["also"], line["opened"]) == ("b.md#top", ["a.md#top"], 5)


async def test_an_answer_that_is_rated_unhelpful_names_no_place(log: Log) -> None:
    log.ask("ann", opened=(1,), rated=(False,))
    log.ask("ben", opened=(1,), rated=(True, False))
    log.ask("cem")
    assert await log.lines() == []
    log.ask("dan", opened=(2,), rated=(True, True, False))
    [line] = await log.lines()
    assert line["place"] == "b.md#top"


async def test_spellings_are_one_question_and_the_usual_one_is_shown(log: Log) -> None:
    log.ask("ann", "HOW  far ?", opened=(1,))
    log.ask("ben", "how far")
    log.ask("cem", "how far")
    [line] = await log.lines()
    assert (line["question"], line["asked"]) == ("how far", 3)


async def test_a_question_of_one_person_is_left_out_and_counted(log: Log) -> None:
    for _ in range(3):
        log.ask("ann", "Where is my colleague?", opened=(1,))
    found = await log.found()
    assert (found.lines, found.asked_by_few) == ((), 1)
    [line] = await log.lines(min_askers=1)
    assert (line["question"], line["asked"]) == ("Where is my colleague?", 1)


async def test_people_on_the_search_page_are_one(log: Log) -> None:
    """They cannot be told apart, so nothing says that they are several."""
    log.ask("anonymous", opened=(1,))
    log.ask("anonymous", opened=(1,))
    assert await log.lines() == []


async def test_nothing_tells_who_asked(log: Log) -> None:
    for asker in ("8e8f4ff44b1ceb2a", "feda5431920d9572"):
        log.ask(asker, opened=(1,), rated=(True,))
    said = json.dumps(await log.lines())
    assert "8e8f4ff44b1ceb2a" not in said
    assert "feda5431920d9572" not in said


async def test_a_place_that_is_gone_is_left_out_and_counted(log: Log) -> None:
    for asker in ("ann", "ben"):
        log.ask(asker, shown=("gone",), opened=(1,))
    found = await log.found()
    assert (found.lines, found.gone) == ((), 1)


async def test_a_place_for_few_names_them(log: Log) -> None:
    for asker in ("ann", "ben"):
        log.ask(asker, shown=("hr",), opened=(1,))
    [line] = await log.lines()
    assert (line["place"], line["audience"]) == ("hr.md#top", ["hr"])


async def test_gaps_are_candidates_for_nothing_where_asked_for(log: Log) -> None:
    for asker in ("ann", "ben"):
        log.ask(asker, "Can I bring my dog?", shown=(), outcome="nothing_validated")
        log.ask(asker, "Since answered?", shown=(), outcome="nothing_validated")
    log.ask("ann", "Of one person?", shown=(), outcome="nothing_validated")
    log.ask("ann", "Since answered?")
    assert await log.lines() == []
    assert await log.lines(gaps=True) == [
        {
            "question": "Can I bring my dog?",
            "place": "nothing",
            "asked": 2,
            "opened": 0,
            "helpful": 0,
            "outcome": "nothing_validated",
        }
    ]


async def test_the_most_asked_come_first_and_the_period_counts(log: Log) -> None:
    for asker in ("ann", "ben"):
        log.ask(asker, "Early?", opened=(1,))
    for asker in ("ann", "ben", "cem"):
        log.ask(asker, "Late?", opened=(1,))
    assert [line["question"] for line in await log.lines()] == ["Late?", "Early?"]
    late = await log.lines(since=AT + timedelta(minutes=3))
    assert [line["question"] for line in late] == ["Late?"]
    early = await log.lines(until=AT + timedelta(minutes=3))
    assert [line["question"] for line in early] == ["Early?"]


async def test_what_is_asked_of_a_place_is_what_is_new_and_can_be_a_wording(log: Log) -> None:
    """The place says whom it is for, so no line does."""
    for asker in ("ann", "ben"):
        log.ask(asker, "pay bands", shown=("hr",), opened=(1,))
        log.ask(asker, "PTO?", opened=(1,))
        log.ask(asker, "x" * 30, opened=(1,))
    log.ask("cat", "what only one asked", opened=(1,))
    found = await log.found()
    [line] = asked_as(found, ["pto"], lambda question: len(question) < 30)
    assert (line["question"], line["place"]) == ("pay bands", "hr.md#top")
    assert "audience" not in line
    assert [one["question"] for one in asked_as(found, [], bool)] == ["PTO?", "pay bands", "x" * 30]
