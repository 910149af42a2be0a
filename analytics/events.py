"""What can happen to a question, as plain values: the query log records these and nothing else.

A new event is a class here, a table in `analytics.tables` and a migration that builds the table.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table

from analytics.tables import clean_text, openings, questions, ratings, results

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = dict[str, Any]


class Event(ABC):
    """Something to record, which says what is kept of it."""

    __slots__ = ()

    @abstractmethod
    def rows(self) -> Iterable[tuple[Table, Row]]:
        """The rows it becomes, at least one, each with its table."""


def columns_of(value: DataclassInstance) -> Row:
    """A row of columns that are named as the fields are."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


class RatingSource(StrEnum):
    """Where a rating was given."""

    CARD = "card"
    THUMBS = "thumbs"
    PORTAL = "portal"


@dataclass(frozen=True, slots=True)
class Shown:
    """One result as it was shown. `rank` counts from 1; `url` is where its link leads; scores as
    in `retrieval.answer.Hit`, higher is better."""

    rank: int
    resource_id: str
    title: str
    place: str
    url: str
    score: float
    dense_score: float
    lexical_score: float


@dataclass(frozen=True, slots=True)
class Asked(Event):
    """A question was asked and its answer is out.

    `asker` is a pseudonym (`analytics.privacy`), never a name or an id of the platform. `asked_at`
    is UTC and aware. `top_score` is the answer's confidence, 0 to 1. `reply_key` names the message
    that carried the answer, for ratings that know only that message.
    """

    query_id: str
    asked_at: datetime
    asker: str
    channel_kind: str
    locale: str
    text: str
    outcome: str
    top_score: float
    took_ms: float
    snapshot_id: str
    shown: tuple[Shown, ...] = ()
    reply_key: str | None = None

    def rows(self) -> Iterable[tuple[Table, Row]]:
        question = columns_of(self)
        del question["shown"]
        yield questions, question
        for one in self.shown:
            yield results, {"query_id": self.query_id} | columns_of(one)


@dataclass(frozen=True, slots=True)
class Opened(Event):
    """A result's link was followed."""

    query_id: str
    rank: int
    opened_at: datetime

    def rows(self) -> Iterable[tuple[Table, Row]]:
        yield openings, columns_of(self)


@dataclass(frozen=True, slots=True)
class Rated(Event):
    """Somebody judged an answer. The answer is named by `query_id`, or by `reply_key` if only the
    message is known. The same asker and source again replaces the earlier judgement."""

    asker: str
    helpful: bool
    source: RatingSource
    rated_at: datetime
    query_id: str | None = None
    reply_key: str | None = None
    comment: str = ""

    def rows(self) -> Iterable[tuple[Table, Row]]:
        # Compared with that of questions, which is clean in the log.
        reply_key = None if self.reply_key is None else clean_text(self.reply_key)
        yield ratings, columns_of(self) | {"reply_key": reply_key}
