"""What the conversation is built on, as small fakes."""

from __future__ import annotations

from dataclasses import replace

from analytics.events import Asked, Event, Rated
from retrieval.answer import Answer, Question
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


class FakeTime:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds
