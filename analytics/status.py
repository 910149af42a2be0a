"""What the query log holds, in numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Table, exists, func, select

from analytics.database import Store
from analytics.tables import openings, questions, ratings, results


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


async def read_status(store: Store) -> LogStatus:
    """The log as of this moment. LogError where it cannot be read."""

    def alone(table: Table) -> ColumnElement[bool]:
        return ~exists().where(questions.c.query_id == table.c.query_id)

    async with store.reading() as connection:

        async def count(table: Table, *which: ColumnElement[bool]) -> int:
            counting = select(func.count()).select_from(table).where(*which)
            return (await connection.execute(counting)).scalar_one()

        first, last = (
            await connection.execute(
                select(func.min(questions.c.asked_at), func.max(questions.c.asked_at))
            )
        ).one()
        return LogStatus(
            url=store.url,
            schema_version=store.schema_version,
            questions=await count(questions),
            results=await count(results),
            openings=await count(openings),
            ratings=await count(ratings),
            openings_alone=await count(openings, alone(openings)),
            ratings_alone=await count(ratings, alone(ratings)),
            first_asked_at=first,
            last_asked_at=last,
        )
