"""What the conversation needs of the rest of the product. Each lists only what is called."""

from __future__ import annotations

from typing import Protocol

from analytics.events import Event
from retrieval.answer import Answer, Question


class Answerer(Protocol):
    """Finds what answers a question."""

    async def answer(self, question: Question) -> Answer:
        """The answer; may raise anything."""


class Recorder(Protocol):
    """The query log."""

    def record(self, event: Event) -> None:
        """Takes the event; neither waits nor raises."""


class Links(Protocol):
    """Makes links that tell the log when they are followed."""

    def link(self, query_id: str, rank: int, url: str) -> str:
        """The address that opens `url`. ValueError for a url that cannot be linked."""


class Pseudonymiser(Protocol):
    """Keeps names out of the log."""

    def pseudonym(self, tenant_id: str, person_id: str) -> str:
        """The same for the same two strings, and telling nothing of them."""


class Audiences(Protocol):
    """Knows what people may see."""

    def audience(self, directory_id: str) -> frozenset[str]:
        """The audiences that the person belongs to, beside everyone."""
