"""What the conversation is built on, as small fakes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from analytics.erasing.erasure import Cause, Counts, Known, Why
from analytics.events import Asked, Event, Rated
from bots.own_data import OwnData
from retrieval.answer import Answer, Question
from showing.own_records import OwnRecords
from tests.fakes.answers import answer, result


class FakeAnswerer:
    """Gives `answer` to every question, or raises `error`."""

    def __init__(self) -> None:
        self.answer_given: Answer = answer(result())
        self.error: Exception | None = None
        self.questions: list[Question] = []

    async def answer(self, question: Question) -> Answer:
        self.questions.append(question)
        if self.error:
            raise self.error
        return replace(self.answer_given, question=question)


class FakeRecorder:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def record(self, event: Event) -> None:
        self.events.append(event)

    @property
    def asked(self) -> list[Asked]:
        return [event for event in self.events if isinstance(event, Asked)]

    @property
    def rated(self) -> list[Rated]:
        return [event for event in self.events if isinstance(event, Rated)]


class FakeLinks:
    """Links that show what they were made of; refuses urls that begin with `refused`."""

    def __init__(self, refused: str = "javascript:") -> None:
        self._refused = refused

    def link(
        self, query_id: str, rank: int, url: str, resource_id: str = "", restricted: bool = False
    ) -> str:
        if url.startswith(self._refused):
            raise ValueError(url)
        return f"https://bot.example.com/o/{query_id}.{rank}"


class FakePseudonyms:
    """Pseudonyms that a test can read."""

    def pseudonym(self, tenant_id: str, person_id: str) -> str:
        return f"<{tenant_id}|{person_id}>"

    def every(self, tenant_id: str, person_id: str) -> tuple[str, ...]:
        return self.pseudonym(tenant_id, person_id), f"<old {tenant_id}|{person_id}>"


class FakeOwnData:
    """What the query log and the rest of the bot keep of people, erased if that is asked for."""

    def __init__(self) -> None:
        self.is_known = Known({"questions": 0, "openings": 0, "ratings": 0}, 0, 0, None)
        self.asked_for: list[Sequence[str]] = []
        self.erased: list[Sequence[str]] = []
        self.causes: list[Cause] = []
        self.let_go: list[str] = []
        self.fails: Exception | None = None

    def records(self, **changes: Any) -> OwnRecords:
        return OwnRecords(FakePseudonyms(), self._known, self._erase, self._let_go, **changes)

    def parts(self, **changes: Any) -> OwnData:
        return OwnData(self.records(**changes))

    async def _known(self, askers: Sequence[str]) -> Known:
        if self.fails:
            raise self.fails
        self.asked_for.append(askers)
        return self.is_known

    async def _erase(self, askers: Sequence[str], why: Why) -> Counts:
        if self.fails:
            raise self.fails
        self.erased.append(askers)
        self.causes.append(why.cause)
        return self.is_known.counts

    async def _let_go(self, asker: str) -> None:
        self.let_go.append(asker)


class FakeTime:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds
