"""Forgets a person: what they asked, what they were shown and opened, and what they said of it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Executable, Table, delete, func, insert, make_url, select
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics.database import Database
from analytics.erasing.marks import set_marks
from analytics.tables import (
    erasures,
    openings,
    problem_reports,
    questions,
    ratings,
    results,
    state,
)

_CHECKPOINT_TRIES = 20
_CHECKPOINT_PAUSE_S = 0.1

Counts = Mapping[str, int]
"""Rows by the table that holds them."""


class Cause(StrEnum):
    """What had rows erased."""

    COMMAND = "command"
    CHAT = "chat"
    PAGE = "page"
    RETENTION = "retention"


@dataclass(frozen=True, slots=True)
class Why:
    """What stands in the audit row: nothing about the person. `done_by` is who ran the command."""

    cause: Cause
    done_by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of a person. `counts` is what erasing them takes, ratings of their questions by
    others among it; `ratings` are those that they gave, `comments` those of them with words.
    `since` is when they asked the first question of those that are kept, None if none is."""

    counts: Counts
    ratings: int
    comments: int
    since: datetime | None


async def look_up(database: Database, askers: Sequence[str]) -> Known:
    """What is kept under these pseudonyms."""
    async with database.reading() as connection:
        counts = {
            table.name: await _one(connection, select(func.count()).select_from(table).where(which))
            for table, which in _of(askers).items()
        }
        rated = select(func.count()).select_from(ratings).where(ratings.c.asker.in_(askers))
        comments = rated.where(ratings.c.comment != "")
        since = select(func.min(questions.c.asked_at)).where(questions.c.asker.in_(askers))
        return Known(counts, *[await _one(connection, one) for one in (rated, comments, since)])


async def forget(
    database: Database, askers: Sequence[str], why: Why, now: datetime | None = None
) -> Counts:
    """Erases all that is kept under these pseudonyms, in one transaction, and returns how much that
    was. What they said before and is not written yet never will be.

    The pages of a SQLite file are overwritten, and its write-ahead log is emptied.
    """
    now = now or datetime.now(UTC)
    async with database.writing() as connection:
        counts: dict[str, int] = {}
        until = await _newest(connection, askers, now)
        for table, which in _of(askers).items():
            counts[table.name] = (await connection.execute(delete(table).where(which))).rowcount
        await set_marks(connection, askers, until)
        row = audit_row(why, now, counts) | {"ended_at": now}
        await connection.execute(insert(erasures), row)
    await empty_write_ahead_log(database)
    return counts


def audit_row(why: Why, now: datetime, counts: Counts) -> dict[str, object]:
    """The row of `erasures` without its end."""
    return {
        "begun_at": now,
        "ended_at": None,
        "cause": why.cause.value,
        "done_by": why.done_by,
        "reason": why.reason,
        "as_of": None,
        "counts": json.dumps(dict(counts)),
    }


async def empty_write_ahead_log(database: Database) -> bool:
    """Whether what was deleted is gone from the file beside the SQLite database, too: not if
    somebody reads for more than two seconds. The next erasure, or the last server to stop, then
    empties it."""
    if database.dialect != "sqlite":
        return True
    path = str(make_url(database.url).database)
    for _ in range(_CHECKPOINT_TRIES):
        if await asyncio.to_thread(_checkpoint, path):
            return True
        await asyncio.sleep(_CHECKPOINT_PAUSE_S)
    return False


def _checkpoint(path: str) -> bool:
    # Not waiting: while it waits for who reads, SQLite lets nobody write.
    connection = sqlite3.connect(path, timeout=0)
    try:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return not busy


def _of(askers: Sequence[str]) -> dict[Table, ColumnElement[bool]]:
    """Which rows are a person's, by table, in the order in which they can be deleted. Ratings of
    their questions by others go with the questions."""
    asked = select(questions.c.query_id).where(questions.c.asker.in_(askers))
    return {
        openings: openings.c.query_id.in_(asked),
        ratings: ratings.c.query_id.in_(asked) | ratings.c.asker.in_(askers),
        results: results.c.query_id.in_(asked),
        questions: questions.c.asker.in_(askers),
        problem_reports: problem_reports.c.asker.in_(askers),
        state: state.c.owner.in_(askers),
    }


async def _newest(connection: AsyncConnection, askers: Sequence[str], now: datetime) -> datetime:
    """Now, or the newest moment in the log if this machine's clock is behind it."""
    rated = select(func.max(ratings.c.rated_at)).where(ratings.c.asker.in_(askers))
    asked = select(func.max(questions.c.asked_at))
    told = select(func.max(problem_reports.c.reported_at)).where(
        problem_reports.c.asker.in_(askers)
    )
    moments: list[datetime | None] = [await _one(connection, one) for one in (asked, rated, told)]
    return max([now, *(moment for moment in moments if moment)])


async def _one(connection: AsyncConnection, statement: Executable) -> Any:
    return (await connection.execute(statement)).scalar()
