"""What the portal needs of others: each protocol lists just what is called here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from analytics.events import Event
from retrieval.answer import Answer, Question
from snapshot.models import Passage, Resource


class Answerer(Protocol):
    """Answers questions. Raises `errors.SignpostError` when it cannot, for example without an
    index."""

    async def answer(self, question: Question) -> Answer: ...


class Recorder(Protocol):
    """Takes what happened and returns at once; writing it is the recorder's affair."""

    def record(self, event: Event) -> None: ...


class LinkMaker(Protocol):
    """Makes the signed link that leads to a result's url by way of `GET /o/{token}`. Raises
    ValueError for a url that is too long to sign."""

    def link(self, query_id: str, rank: int, url: str) -> str: ...


class Target(Protocol):
    """Where a signed link leads, and which result of which question it was."""

    @property
    def query_id(self) -> str: ...
    @property
    def rank(self) -> int: ...
    @property
    def url(self) -> str: ...


class LinkReader(Protocol):
    """Reads a signed link's token. Raises `errors.LinkError` on any that was not made here."""

    def read(self, token: str) -> Target: ...


class Library(Protocol):
    """The resources that are served at this moment, with what the index knows of them."""

    async def resource_at(self, url_path: str) -> tuple[Resource, Sequence[Passage]] | None:
        """The served resource whose url is that path on this server, percent-decoded, with its
        passages in reading order."""
        ...
