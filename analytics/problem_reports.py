"""What people say is wrong with a resource, for those who look after it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, select

from analytics.database import Database
from analytics.events import Event, Row, columns_of
from analytics.tables import problem_reports


@dataclass(frozen=True, slots=True)
class ProblemReported(Event):
    """Somebody says what is wrong with a resource, which then had that title. `asker` is a
    pseudonym, as in `analytics.events.Asked`."""

    report_id: str
    reported_at: datetime
    asker: str
    resource_id: str
    title: str
    text: str

    def rows(self) -> Iterable[tuple[Table, Row]]:
        yield problem_reports, columns_of(self)


@dataclass(frozen=True, slots=True)
class Problem:
    """What somebody reported, and when (UTC): whoever reads it does not learn who."""

    reported_at: datetime
    resource_id: str
    title: str
    text: str


async def read_problems(
    database: Database, since: datetime, most: int | None = None
) -> list[Problem]:
    """What was reported from then on, the latest first, so many at most. LogError if it cannot be
    read."""
    columns = [problem_reports.c[name] for name in Problem.__slots__]
    wanted = select(*columns).where(problem_reports.c.reported_at >= since)
    latest = wanted.order_by(problem_reports.c.reported_at.desc(), problem_reports.c.report_id)
    async with database.reading() as connection:
        return [Problem(*row) for row in await connection.execute(latest.limit(most))]
