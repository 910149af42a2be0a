"""Marks of people who were forgotten, so that nothing of theirs comes in afterwards.

What somebody asked may wait in a server's memory or in its spool while they are forgotten. Whoever
writes it later finds the mark, and leaves out what is from before. A mark is a hash of the
pseudonym: it tells whose rows to leave out to who has such a row, and nothing to anybody else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics.tables import forgotten, problem_reports, questions, ratings, results

KEPT_FOR = timedelta(days=30)
_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_SAID_AT = {questions: "asked_at", ratings: "rated_at", problem_reports: "reported_at"}

_log = structlog.get_logger(__name__)


def mark_of(asker: str) -> str:
    """The mark of whoever has that pseudonym."""
    return hashlib.sha256(b"signpost:forgotten:" + asker.encode()).hexdigest()[:32]


async def set_marks(connection: AsyncConnection, askers: Iterable[str], until: datetime) -> None:
    """What these said up to then is not to be written any more."""
    marks = [{"mark": mark_of(asker), "until": until} for asker in askers]
    if not marks:
        return
    insert: Any = _INSERTS[connection.dialect.name](forgotten)
    await connection.execute(
        insert.on_conflict_do_update(
            index_elements=[forgotten.c.mark],
            set_={"until": insert.excluded.until},
            where=insert.excluded.until > forgotten.c.until,
        ),
        marks,
    )


async def leave_out_forgotten(
    connection: AsyncConnection, rows: dict[Table, list[dict[str, Any]]]
) -> None:
    """Takes out of `rows`, by table, what somebody said before they were forgotten."""
    askers = {row["asker"] for table in _SAID_AT for row in rows.get(table, ())}
    marks = {asker: mark_of(asker) for asker in askers}
    if not marks:
        return
    found = await connection.execute(
        select(forgotten.c.mark, forgotten.c.until).where(forgotten.c.mark.in_(marks.values()))
    )
    until = {row.mark: row.until for row in found}
    if not until:
        return

    def stays(row: dict[str, Any], at: str) -> bool:
        mark = marks[row["asker"]]
        return mark not in until or row[at] > until[mark]

    left_out = 0
    for table, at in _SAID_AT.items():
        if table in rows:
            kept = [row for row in rows[table] if stays(row, at)]
            left_out += len(rows[table]) - len(kept)
            rows[table] = kept
    asked = {row["query_id"] for row in rows.get(questions, ())}
    rows[results] = [row for row in rows.get(results, ()) if row["query_id"] in asked]
    if left_out:
        _log.info("log.left_out", rows=left_out, reason="said by somebody who was forgotten since")


async def tend_marks(connection: AsyncConnection, now: datetime) -> None:
    """Takes marks away after a month, and puts right those that a wrong clock set in the future:
    they were set before now."""
    await connection.execute(update(forgotten).where(forgotten.c.until > now).values(until=now))
    await connection.execute(delete(forgotten).where(forgotten.c.until < now - KEPT_FOR))
