"""What the query log holds: its questions with what became of each, and how many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    exists,
    func,
    literal,
    select,
    true,
    tuple_,
)
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
_RATING_FIELDS = ("asker", "source", "helpful", "rated_at", "comment")

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

    def of_these(table: Table, *names: str) -> Select[Any]:
        columns = (table.c[name] for name in ("query_id", *names))
        return select(*columns).where(table.c.query_id.in_(query_ids))

    shown = of_these(results, "rank", *RESULT_FIELDS).order_by(results.c.rank)
    shown_for = await _by_question(connection, shown)
    rated = of_these(ratings, *_RATING_FIELDS).order_by(ratings.c.rated_at, ratings.c.rating_id)
    rated_for = await _by_question(connection, rated)
    opened = of_these(openings, "rank").add_columns(func.count().label("count"))
    opened_for = await _by_question(
        connection, opened.group_by(openings.c.query_id, openings.c.rank)
    )
    records = []
    for row in found:
        record: Record = dict(zip(QUESTION_FIELDS, row, strict=True))
        counts = {one["rank"]: one["count"] for one in opened_for[row.query_id]}
        judged = rated_for[row.query_id]
        helpful = sum(rating["helpful"] for rating in judged)
        record["asked_at"] = _iso(row.asked_at)
        record["results"] = [
            one | {"openings": counts.get(one["rank"], 0)} for one in shown_for[row.query_id]
        ]
        record["openings"] = sum(counts.values())
        record["helpful"] = helpful
        record["not_helpful"] = len(judged) - helpful
        record["ratings"] = [one | {"rated_at": _iso(one["rated_at"])} for one in judged]
        records.append(record)
    return records


async def _by_question(
    connection: AsyncConnection, reading: Select[Any]
) -> defaultdict[str, list[Record]]:
    """The rows read, in their order, by the question that each names in `query_id`."""
    rows: defaultdict[str, list[Record]] = defaultdict(list)
    for found in (await connection.execute(reading)).mappings():
        row = dict(found)
        rows[row.pop("query_id")].append(row)
    return rows


def _iso(moment: datetime) -> str:
    """ "2026-11-23T09:30:00.000Z": UTC, as wide for every moment."""
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
