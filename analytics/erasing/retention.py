"""Retention: texts and askers leave the query log after some days, and whole rows after some more.

What is due goes in small transactions, so that a question never waits long for its row. Once a day
one of the servers does it, whichever comes first. The audit row of its run is what the others see.

A wrong clock must not empty the log. A server takes no run for later than a week after the run
before, or at the first run after the newest question; it says so, and catches up by a week a day. A
person who has looked at the date can have it all at once with `python -m analytics retain`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    Text,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics.database import Database, reason
from analytics.erasing.erasure import Cause, Counts, Why, audit_row, empty_write_ahead_log
from analytics.erasing.marks import tend_marks
from analytics.tables import (
    erasures,
    openings,
    problem_reports,
    questions,
    ratings,
    results,
    sensitive_topics,
)

EACH = timedelta(days=1)
LATER_AT_MOST = timedelta(days=7)
_LOOK_EACH_S = 3600.0
_GIVEN_UP_AFTER = timedelta(hours=1)
_SKEW = timedelta(minutes=5)
_BATCH = 500
_AT_ONCE = 50_000
_PAUSE_S = 0.05  # others write meanwhile
REMOVED = "removed-"
"""What the pseudonym of a rating becomes begins so: ratings of one answer stay apart by it."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Keep:
    """For how many days the log keeps texts with their askers, and whole rows; 0 is for ever."""

    texts_days: int = 0
    rows_days: int = 0


FOR_EVER = Keep()


@dataclass(frozen=True, slots=True)
class _Step:
    """Rows of one table that are due, and what becomes of those with some keys."""

    name: str
    table: Table
    due: ColumnElement[bool]
    take: Callable[[AsyncConnection, list[Any]], Any]

    @property
    def key(self) -> Sequence[ColumnElement[Any]]:
        return list(self.table.primary_key)

    def keys(self) -> Select[Any]:
        return select(*self.key).where(self.due).limit(_AT_ONCE)

    def count(self) -> Select[Any]:
        return select(func.count()).select_from(self.table).where(self.due)


async def count_due(database: Database, keep: Keep, as_of: datetime) -> Counts:
    """How much would go at that moment."""
    async with database.reading() as connection:
        return {
            step.name: (await connection.execute(step.count())).scalar_one()
            for step in _steps(keep, as_of)
        }


async def expire(database: Database, keep: Keep, as_of: datetime) -> Counts:
    """Removes what is due at that moment; returns how much that was."""
    counts: dict[str, int] = {}
    for step in _steps(keep, as_of):
        counts[step.name] = 0
        keys: list[Any] = [None]
        while keys:
            async with database.reading() as connection:
                keys = list((await connection.execute(step.keys())).all())
            for start in range(0, len(keys), _BATCH):
                batch = [key[0] if len(key) == 1 else tuple(key) for key in keys[start:][:_BATCH]]
                async with database.writing() as connection:
                    await step.take(connection, batch)
                counts[step.name] += len(batch)
                await asyncio.sleep(_PAUSE_S)
    await empty_write_ahead_log(database)
    return counts


async def retain(database: Database, keep: Keep, why: Why, now: datetime) -> Counts:
    """One run, whatever was run before, with its audit row."""
    async with database.writing() as connection:
        run_id = await _begin(connection, why, now, now)
    return await _run(database, keep, now, run_id, now)


class Retention:
    """Does what is due in the log once a day, for as long as the server runs."""

    def __init__(
        self,
        database: Database,
        keep: Keep,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database, self._keep, self._clock = database, keep, clock

    async def run(self) -> None:
        """Looks once an hour, for ever."""
        while True:
            try:
                await self.look()
            except Exception as error:  # whatever it is, the next hour is another try
                _log.warning("retention.failed", error=reason(error))
            await asyncio.sleep(_LOOK_EACH_S)

    async def look(self) -> Counts | None:
        """What was removed, if it was time and no other server was at it.
        DatabaseAway if the log cannot be written."""
        now = self._clock()
        async with self._database.writing() as connection:
            await tend_marks(connection, now)
            if not (self._keep.texts_days or self._keep.rows_days):
                return None
            before = (await connection.execute(_LATEST)).one_or_none()
            if before is not None and not _is_time(before, now):
                return None
            reached = before.as_of if before else (await connection.execute(_NEWEST)).scalar()
            as_of = min(now, reached + LATER_AT_MOST) if reached else now
            run_id = await _begin(connection, Why(Cause.RETENTION), as_of, now)
        if as_of < now:
            _log.warning(
                "retention.held_back",
                reason=f"the clock says {now:%Y-%m-%d}, more than a week after {reached:%Y-%m-%d}, "
                f"which the log reached before. If the clock is right, python -m analytics retain "
                f"catches up at once; the server does so by a week a day",
            )
        counts = await _run(self._database, self._keep, as_of, run_id, now)
        _log.info("retention.done", as_of=as_of.isoformat(timespec="seconds"), **counts)
        return counts


_LATEST = (
    select(erasures)
    .where(erasures.c.cause == Cause.RETENTION.value)
    .order_by(erasures.c.erasure_id.desc())
    .limit(1)
)
_NEWEST = select(func.max(questions.c.asked_at))


def _is_time(before: Any, now: datetime) -> bool:
    """A day after the run before; an hour if it never ended. A run in the future was at a wrong
    clock."""
    wait = EACH if before.ended_at else _GIVEN_UP_AFTER
    return not -_SKEW <= now - before.begun_at < wait


async def _begin(connection: AsyncConnection, why: Why, as_of: datetime, now: datetime) -> int:
    row = audit_row(why, now, {}) | {"as_of": as_of}
    inserted = insert(erasures).values(row).returning(erasures.c.erasure_id)
    return int((await connection.execute(inserted)).scalar_one())


async def _run(
    database: Database, keep: Keep, as_of: datetime, run_id: int, now: datetime
) -> Counts:
    counts = await expire(database, keep, as_of)
    async with database.writing() as connection:
        ended = update(erasures).where(erasures.c.erasure_id == run_id)
        await connection.execute(ended.values(ended_at=now, counts=json.dumps(counts)))
    return counts


def _steps(keep: Keep, as_of: datetime) -> list[_Step]:
    steps = []
    rows_before = texts_before = datetime.min.replace(tzinfo=UTC)
    if keep.rows_days:
        rows_before = as_of - timedelta(days=keep.rows_days)
        steps += [
            _Step("questions", questions, questions.c.asked_at < rows_before, _delete_questions),
            *(
                _Step(table.name, table, moment < rows_before, _deleting(table))
                for table, moment in (
                    (ratings, ratings.c.rated_at),
                    (openings, openings.c.opened_at),
                    (sensitive_topics, sensitive_topics.c.day),
                )
            ),
        ]
    if keep.texts_days:
        texts_before = as_of - timedelta(days=keep.texts_days)
        asked = questions.c.asked_at.between(rows_before, texts_before)
        said = questions.c.text != "", questions.c.asker != "", questions.c.reply_key.is_not(None)
        rated = ratings.c.rated_at.between(rows_before, texts_before)
        of_somebody = rated & ~ratings.c.asker.startswith(REMOVED)
        alone = of_somebody & ratings.c.query_id.is_(None)
        steps += [
            _Step("texts", questions, asked & or_(*said), _blank),
            # Nobody will find the question any more of what names only a message.
            _Step("ratings without question", ratings, alone, _deleting(ratings)),
            _Step(
                "comments", ratings, of_somebody & ratings.c.query_id.is_not(None), _blank_ratings
            ),
        ]
    if steps:  # without its words a report says nothing
        told = problem_reports.c.reported_at < max(rows_before, texts_before)
        steps.append(_Step("problem_reports", problem_reports, told, _deleting(problem_reports)))
    return steps


async def _delete_questions(connection: AsyncConnection, keys: list[str]) -> None:
    for table in (openings, ratings, results, questions):
        await connection.execute(delete(table).where(table.c.query_id.in_(keys)))


def _deleting(table: Table) -> Callable[[AsyncConnection, list[Any]], Any]:
    key = list(table.primary_key)

    async def take(connection: AsyncConnection, keys: list[Any]) -> None:
        which = key[0].in_(keys) if len(key) == 1 else tuple_(*key).in_(keys)
        await connection.execute(delete(table).where(which))

    return take


async def _blank(connection: AsyncConnection, keys: list[str]) -> None:
    """The row stays, for counts: nobody can tell who asked, or what in which words."""
    blanked = update(questions).where(questions.c.query_id.in_(keys))
    await connection.execute(blanked.values(text="", asker="", reply_key=None))


async def _blank_ratings(connection: AsyncConnection, keys: list[int]) -> None:
    asker = literal(REMOVED).concat(cast(ratings.c.rating_id, Text))
    blanked = update(ratings).where(ratings.c.rating_id.in_(keys))
    await connection.execute(blanked.values(comment="", asker=asker, reply_key=None))
