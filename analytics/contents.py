"""What the query log holds: its questions with what became of each, and how many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, exists, func, literal, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from analytics.database import VERSION, Database
from analytics.tables import openings, questions, ratings, results

CHUNK = 1000
RESULT_FIELDS = ("resource_id", "title", "place", "url", "score", "dense_score", "lexical_score")
QUESTION_FIELDS = (
    "query_id",
    "asked_at",
    "asker",
    "channel_kind",
    "locale",
    "text",
    "outcome",
    "top_score",
    "took_ms",
    "snapshot_id",
)

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class LogStatus:
    """Counts of rows; `openings_alone` and `ratings_alone` of them name a question that is not in
    the log. `first_asked_at` and `last_asked_at` are UTC, None for an empty log."""

    url: str
    schema_version: str
    questions: int
    results: int
    openings: int
    ratings: int
    openings_alone: int
    ratings_alone: int
    first_asked_at: datetime | None
    last_asked_at: datetime | None


async def read_status(database: Database) -> LogStatus:
    """The log as of this moment. LogError if it cannot be read."""

    def alone(table: Table) -> ColumnElement[bool]:
        return ~exists().where(questions.c.query_id == table.c.query_id)

    async with database.reading() as connection:

        async def count(table: Table, *which: ColumnElement[bool]) -> int:
            counting = select(func.count()).select_from(table).where(*which)
            return (await connection.execute(counting)).scalar_one()

        first, last = (
            await connection.execute(
                select(func.min(questions.c.asked_at), func.max(questions.c.asked_at))
            )
        ).one()
        return LogStatus(
            url=database.url,
            schema_version=VERSION,
            questions=await count(questions),
            results=await count(results),
            openings=await count(openings),
            ratings=await count(ratings),
            openings_alone=await count(openings, alone(openings)),
            ratings_alone=await count(ratings, alone(ratings)),
            first_asked_at=first,
            last_asked_at=last,
        )


async def count_questions(
    database: Database, since: datetime | None = None, until: datetime | None = None
) -> int:
    """How many questions were asked in that time."""
    async with database.reading() as connection:
        counting = select(func.count()).select_from(questions).where(_asked_in(since, until))
        return (await connection.execute(counting)).scalar_one()


async def read_records(
    database: Database, since: datetime | None = None, until: datetime | None = None
) -> AsyncGenerator[list[Record], None]:
    """Chunks of questions with results, openings and ratings, as a line of JSON has them."""
    columns = [questions.c[name] for name in QUESTION_FIELDS]
    key = tuple_(questions.c.asked_at, questions.c.query_id)
    page = select(*columns).where(_asked_in(since, until)).limit(CHUNK)
    page = page.order_by(questions.c.asked_at, questions.c.query_id)
    async with database.reading() as connection:
        found = (await connection.execute(page)).all()
        while found:
            yield await _records(connection, found)
            last = tuple_(
                literal(found[-1].asked_at, questions.c.asked_at.type),
                literal(found[-1].query_id, questions.c.query_id.type),
            )
            found = (await connection.execute(page.where(key > last))).all()


def _asked_in(since: datetime | None, until: datetime | None) -> ColumnElement[bool]:
    return and_(
        true() if since is None else questions.c.asked_at >= since,
        true() if until is None else questions.c.asked_at < until,
    )


async def _records(connection: AsyncConnection, found: Sequence[Any]) -> list[Record]:
    query_ids = [row.query_id for row in found]
    opened = await _openings(connection, query_ids)
    shown = await _results(connection, query_ids, opened)
    rated = await _ratings(connection, query_ids)
    records = []
    for row in found:
        record: Record = dict(zip(QUESTION_FIELDS, row, strict=True))
        judged = rated.get(row.query_id, [])
        helpful = sum(rating["helpful"] for rating in judged)
        record["asked_at"] = _iso(row.asked_at)
        record["results"] = shown.get(row.query_id, [])
        record["openings"] = sum(opened.get(row.query_id, {}).values())
        record["helpful"] = helpful
        record["not_helpful"] = len(judged) - helpful
        record["ratings"] = judged
        records.append(record)
    return records


async def _openings(connection: AsyncConnection, query_ids: list[str]) -> dict[str, dict[int, int]]:
    """How often each rank was opened, by question."""
    counts: dict[str, dict[int, int]] = defaultdict(dict)
    counting = select(openings.c.query_id, openings.c.rank, func.count())
    counting = counting.where(openings.c.query_id.in_(query_ids))
    for query_id, rank, count in await connection.execute(
        counting.group_by(openings.c.query_id, openings.c.rank)
    ):
        counts[query_id][rank] = count
    return counts


async def _results(
    connection: AsyncConnection, query_ids: list[str], opened: dict[str, dict[int, int]]
) -> dict[str, list[Record]]:
    names = ("rank", *RESULT_FIELDS)
    reading = (
        select(results.c.query_id, *(results.c[name] for name in names))
        .where(results.c.query_id.in_(query_ids))
        .order_by(results.c.query_id, results.c.rank)
    )
    shown = {}
    for query_id, rows in groupby(await connection.execute(reading), itemgetter(0)):
        counts = opened.get(query_id, {})
        shown[query_id] = [
            {**dict(zip(names, row[1:], strict=True)), "openings": counts.get(row.rank, 0)}
            for row in rows
        ]
    return shown


async def _ratings(connection: AsyncConnection, query_ids: list[str]) -> dict[str, list[Record]]:
    judged: dict[str, list[Record]] = defaultdict(list)
    rows = await connection.execute(
        select(ratings)
        .where(ratings.c.query_id.in_(query_ids))
        .order_by(ratings.c.rated_at, ratings.c.rating_id)
    )
    for row in rows:
        judged[row.query_id].append(
            {
                "asker": row.asker,
                "source": row.source,
                "helpful": row.helpful,
                "rated_at": _iso(row.rated_at),
                "comment": row.comment,
            }
        )
    return judged


def _iso(moment: datetime) -> str:
    """ "2026-11-23T09:30:00.000Z": UTC, as wide for every moment."""
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
