"""What can happen to a question, as plain values: the query log records these and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
class Asked:
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


@dataclass(frozen=True, slots=True)
class Opened:
    """A result's link was followed."""

    query_id: str
    rank: int
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Rated:
    """Somebody judged an answer. The answer is named by `query_id`, or by `reply_key` where only
    the message is known. The same asker and source again replaces the earlier judgement."""

    asker: str
    helpful: bool
    source: RatingSource
    rated_at: datetime
    query_id: str | None = None
    reply_key: str | None = None
    comment: str = ""


Event = Asked | Opened | Rated
