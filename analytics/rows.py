"""Events become rows. Writing the same events once more changes nothing.

That is what lets the log try again when a commit's answer was lost on the way.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics.events import Asked, Event, Opened, Rated, Shown
from analytics.tables import clean_text, openings, questions, ratings, results

Row = dict[str, Any]
_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_MAX_RANK = 2**31 - 1


class MalformedEvent(ValueError):
    """An event holds something that no column takes."""


@dataclass(slots=True)
class _Rows:
    """What a batch of events adds to each table."""

    questions: list[Row] = field(default_factory=list)
    results: list[Row] = field(default_factory=list)
    openings: list[Row] = field(default_factory=list)
    ratings: list[Row] = field(default_factory=list)


async def write_events(connection: AsyncConnection, events: Sequence[Event]) -> None:
    """Writes all of them, in whatever order they came, within the connection's transaction.

    Where it raises, roll back; `is_of_the_event` tells whether an event is to blame.
    """
    rows = _Rows()
    for event in events:
        _add_rows(event, rows)
    await _insert_new(connection, questions, rows.questions)
    await _insert_new(connection, results, rows.results)
    await _insert_new(connection, openings, rows.openings)
    orphans = await _take_orphans(connection, [row["reply_key"] for row in rows.questions])
    await _put_ratings(connection, orphans + rows.ratings)


def is_of_the_event(error: BaseException) -> bool:
    """Whether `write_events` failed because of what an event holds: trying again cannot help.
    Otherwise the database is in trouble, and trying again later can."""
    if isinstance(error, DBAPIError):
        # SQLSTATE classes: 22 data exception, 23 constraint violated, 54 a limit exceeded.
        state = str(getattr(error.orig, "sqlstate", ""))
        return isinstance(error, DataError | IntegrityError) or state[:2] in {"22", "23", "54"}
    # A StatementError that is no DBAPIError comes from the types in `analytics.tables`.
    return isinstance(error, MalformedEvent | StatementError)


def _add_rows(event: Event, rows: _Rows) -> None:
    if not isinstance(event, Event):
        raise MalformedEvent(f"the query log does not record {type(event).__name__}")
    try:
        match event:
            case Asked():
                shown = [_result_row(event.query_id, shown) for shown in event.shown]
                rows.questions.append(_question_row(event))
                rows.results.extend(shown)
            case Opened():
                rows.openings.append(_opening_row(event))
            case Rated():
                rows.ratings.append(_rating_row(event))
    except (AttributeError, OverflowError, TypeError, ValueError) as error:
        raise MalformedEvent(type(event).__name__) from error


def _question_row(event: Asked) -> Row:
    return {
        "query_id": event.query_id,
        "asked_at": event.asked_at,
        "asker": event.asker,
        "channel_kind": event.channel_kind,
        "locale": event.locale,
        "text": event.text,
        "outcome": event.outcome,
        "top_score": _finite(event.top_score),
        "took_ms": _finite(event.took_ms),
        "snapshot_id": event.snapshot_id,
        "reply_key": event.reply_key,
    }


def _result_row(query_id: str, shown: Shown) -> Row:
    return {
        "query_id": query_id,
        "rank": _rank(shown.rank),
        "resource_id": shown.resource_id,
        "title": shown.title,
        "place": shown.place,
        "url": shown.url,
        "score": _finite(shown.score),
        "dense_score": _finite(shown.dense_score),
        "lexical_score": _finite(shown.lexical_score),
    }


def _opening_row(event: Opened) -> Row:
    return {
        "query_id": event.query_id,
        "rank": _rank(event.rank),
        "opened_at": event.opened_at,
    }


def _rating_row(event: Rated) -> Row:
    return {
        "query_id": event.query_id,
        "reply_key": None if event.reply_key is None else clean_text(event.reply_key),
        "asker": event.asker,
        "source": event.source,
        "helpful": bool(event.helpful),
        "rated_at": event.rated_at,
        "comment": event.comment,
    }


def _finite(number: float) -> float:
    """SQLite turns NaN into NULL, and neither NaN nor infinity can be averaged afterwards."""
    if not math.isfinite(number):
        raise ValueError(f"{number} is no score or duration")
    return float(number)


def _rank(rank: int) -> int:
    if not 1 <= rank <= _MAX_RANK:
        raise ValueError(f"a rank counts from 1, and this is {rank}")
    return int(rank)


def _insert(connection: AsyncConnection, table: Table) -> Any:
    return _INSERTS[connection.dialect.name](table)


async def _insert_new(connection: AsyncConnection, table: Table, rows: list[Row]) -> None:
    """Inserts the rows that are not there yet."""
    if rows:
        await connection.execute(_insert(connection, table).on_conflict_do_nothing(), rows)


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
    """Fills in the question of ratings that know only the message, where that is in the log."""
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


async def _take_orphans(connection: AsyncConnection, reply_keys: list[str | None]) -> list[Row]:
    """Takes out the ratings that came before their questions, to be put in again with them."""
    keys = {key for key in reply_keys if key is not None}
    if not keys:
        return []
    orphans = ratings.c.query_id.is_(None) & ratings.c.reply_key.in_(keys)
    columns = [column for column in ratings.c if column is not ratings.c.rating_id]
    taken = await connection.execute(delete(ratings).where(orphans).returning(*columns))
    return [dict(row) for row in taken.mappings()]
