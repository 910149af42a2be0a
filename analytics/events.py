"""What can happen to a question, as plain values that become rows: the query log records these and
nothing else.

A new event is a class here, a table in `analytics.tables` and a migration that builds the table.
Writing the same events once more changes nothing. That is what lets the log try again when a
commit's answer was lost on the way.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.schema import sort_tables

from analytics.database import is_of_the_values
from analytics.erasing.marks import leave_out_forgotten
from analytics.tables import (
    clean_text,
    openings,
    questions,
    ratings,
    results,
    sensitive_topics,
)
from errors import LogError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = dict[str, Any]

_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


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


class DeliveryStatus(StrEnum):
    """What became of a question. Of the last three there is no answer."""

    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    """There is an answer, and the platform did not take it, or did not say so."""
    BUSY = "busy"
    """Too many asked, and the asker was told to come back."""
    REFUSED = "refused"
    """The message is too long to be searched for, or holds no words."""
    FAILED = "failed"
    """Something broke, or took too long; the asker got an apology."""


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
    """A question was asked, and this became of it.

    `asker` is a pseudonym (`analytics.privacy`), never a name or an id of the platform. `asked_at`
    is UTC and aware. `top_score` is the answer's confidence, 0 to 1. `reply_key` names the message
    that carried the answer, for ratings that know only that message. Without an answer, `outcome`
    and `snapshot_id` are empty.
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
    delivery: DeliveryStatus = DeliveryStatus.DELIVERED

    def rows(self) -> Iterable[tuple[Table, Row]]:
        question = columns_of(self)
        del question["shown"]
        yield questions, question
        for one in self.shown:
            yield results, {"query_id": self.query_id} | columns_of(one)


@dataclass(frozen=True, slots=True)
class TopicRaised(Event):
    """Somebody in distress seems to have spoken: all that is kept is the topic and what became of
    it. `day` is its first moment in UTC."""

    query_id: str
    day: datetime
    topic: str
    outcome: str
    delivery: DeliveryStatus = DeliveryStatus.DELIVERED

    def rows(self) -> Iterable[tuple[Table, Row]]:
        yield sensitive_topics, columns_of(self)


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


class MalformedEvent(LogError):
    """An event holds something that no column takes, or is none."""


async def write_events(connection: AsyncConnection, events: Sequence[Event]) -> None:
    """Writes all of them, in whatever order they came, within the connection's transaction.

    If it raises, roll back; `is_of_the_event` tells whether an event is to blame.
    """
    rows: dict[Table, list[Row]] = defaultdict(list)
    for event in events:
        for table, row in rows_of(event):
            rows[table].append(row)
    await leave_out_forgotten(connection, rows)
    rows = {table: found for table, found in rows.items() if found}
    # A rating looks for its question, so questions come first, as they do for what refers to them.
    for table in sort_tables(rows, extra_dependencies=[(questions, ratings)]):
        if table is questions:
            await _put_questions(connection, rows[table])
        elif table is ratings:
            await _put_ratings(connection, rows[table])
        else:
            await _insert_new(connection, table, rows[table])


def is_of_the_event(error: BaseException) -> bool:
    """Whether `write_events` failed because of what an event holds: trying again cannot help."""
    return isinstance(error, MalformedEvent) or is_of_the_values(error)


def rows_of(event: Event) -> list[tuple[Table, Row]]:
    if not isinstance(event, Event):
        raise MalformedEvent(f"the query log does not record {type(event).__name__}")
    try:
        rows = [(table, dict(row)) for table, row in event.rows()]
    except Exception as error:  # whatever it is, it would be so at the next attempt
        raise MalformedEvent(type(event).__name__) from error
    if not rows:
        raise MalformedEvent(f"nothing is kept of {type(event).__name__}")
    for table, row in rows:
        # SQLAlchemy would leave out in silence what has no column, and rows are written together.
        columns = {column.key for column in table.c if column is not table.autoincrement_column}
        if wrong := row.keys() ^ columns:
            names = ", ".join(sorted(wrong))
            raise MalformedEvent(f"{table.name} has no column, or the row no value, for {names}")
    return rows


def _insert(connection: AsyncConnection, table: Table) -> Any:
    return _INSERTS[connection.dialect.name](table)


async def _insert_new(connection: AsyncConnection, table: Table, rows: list[Row]) -> None:
    """Inserts the rows that are not there yet."""
    await connection.execute(_insert(connection, table).on_conflict_do_nothing(), rows)


async def _put_questions(connection: AsyncConnection, rows: list[Row]) -> None:
    """Ratings that came before these questions are put in again with them."""
    await _insert_new(connection, questions, rows)
    keys = {row["reply_key"] for row in rows if row["reply_key"] is not None}
    if not keys:
        return
    orphans = ratings.c.query_id.is_(None) & ratings.c.reply_key.in_(keys)
    columns = [column for column in ratings.c if column is not ratings.c.rating_id]
    taken = await connection.execute(delete(ratings).where(orphans).returning(*columns))
    await _put_ratings(connection, [dict(row) for row in taken.mappings()])


async def _put_ratings(connection: AsyncConnection, rows: list[Row]) -> None:
    """One row an answer, asker and source: the latest judgement stays."""
    await _name_questions(connection, [row for row in rows if row["query_id"] is None])
    known = [row for row in rows if row["query_id"] is not None]
    orphans = [row for row in rows if row["query_id"] is None]
    insert = _insert(connection, ratings)
    latest = {
        "set_": {
            "helpful": insert.excluded.helpful,
            "rated_at": insert.excluded.rated_at,
            # Pressing the same thumb again is no wish to take the comment back.
            "comment": case(
                (
                    (insert.excluded.comment == "")
                    & (insert.excluded.helpful == ratings.c.helpful),
                    ratings.c.comment,
                ),
                else_=insert.excluded.comment,
            ),
        },
        "where": insert.excluded.rated_at >= ratings.c.rated_at,
    }
    if known:
        keys = [ratings.c.query_id, ratings.c.asker, ratings.c.source]
        await connection.execute(insert.on_conflict_do_update(index_elements=keys, **latest), known)
    if orphans:
        keys = [ratings.c.reply_key, ratings.c.asker, ratings.c.source]
        without_question = ratings.c.query_id.is_(None)
        await connection.execute(
            insert.on_conflict_do_update(
                index_elements=keys, index_where=without_question, **latest
            ),
            orphans,
        )


async def _name_questions(connection: AsyncConnection, rows: list[Row]) -> None:
    """Fills in the question of ratings that know only the message, if that is in the log."""
    keys = {row["reply_key"] for row in rows}
    if not keys:
        return
    found = await connection.execute(
        select(questions.c.reply_key, questions.c.query_id)
        .where(questions.c.reply_key.in_(keys))
        .order_by(questions.c.asked_at)
    )
    query_ids = {row.reply_key: row.query_id for row in found}
    for row in rows:
        row["query_id"] = query_ids.get(row["reply_key"])
