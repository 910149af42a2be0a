"""What is opened most: by how many people, lately, and nobody's reading by itself."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from analytics.database import Database
from analytics.events import Opened
from analytics.log import QueryLog
from analytics.popular import Popular
from tests.fakes.query_log import ASKED, record

NOW = datetime.now(UTC)


async def _opened(
    log: QueryLog, resource_id: str, *people: str, days_ago: int = 0, times: int = 1
) -> None:
    """Each of the people asks something of their own and opens that resource, which stood first."""
    at = NOW - timedelta(days=days_ago)
    for person in people:
        query_id = f"{resource_id}-{person}-{days_ago}"
        shown = replace(ASKED.shown[0], resource_id=resource_id)
        asked = replace(ASKED, query_id=query_id, asked_at=at, asker=person, shown=(shown,))
        opened = [Opened(query_id, 1, at + timedelta(seconds=n)) for n in range(times)]
        await record(log, replace(asked, reply_key=None), *opened)


async def test_people_count_and_not_how_often_they_open(log: QueryLog, log_url: str) -> None:
    await _opened(log, "handbook", "a", "b", times=9)
    await _opened(log, "leave", "a", "b", "c")
    await _opened(log, "secret hobby", "a", times=50)
    await _opened(log, "last year's", "a", "b", "c", days_ago=8)
    database = await Database.open_to_read(log_url)
    assert await Popular(database, people=2).ids() == ("leave", "handbook")
    assert await Popular(database, people=3).ids() == ("leave",)
    assert await Popular(database, people=4).ids() == ()
    assert await Popular(database, people=3, days=30).ids() == ("last year's", "leave")
    await database.close()


async def test_the_log_is_asked_every_ten_minutes_at_most(log: QueryLog, log_url: str) -> None:
    now = [0.0]
    database = await Database.open_to_read(log_url)
    popular = Popular(database, people=2, clock=lambda: now[0])
    assert await popular.ids() == ()
    await _opened(log, "leave", "a", "b")
    now[0] = 600.0
    assert await popular.ids() == ()
    now[0] = 600.1
    assert await popular.ids() == ("leave",)
    await database.close()


class Slow(Popular):
    """Its database does not answer before it is told to."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, people=2)
        self.answers, self.reads = asyncio.Event(), 0

    async def _read(self) -> tuple[str, ...]:
        self.reads += 1
        await self.answers.wait()
        return ("leave",)


async def test_nobody_waits_for_a_slow_log_and_it_is_asked_once(log_url: str) -> None:
    database = await Database.open(log_url)
    popular = Slow(database)
    assert await asyncio.gather(*(popular.ids() for _ in range(20))) == [()] * 20
    assert popular.reads == 1
    popular.answers.set()
    assert await popular.ids() == ("leave",)
    await popular.close()
    await database.close()


async def test_while_the_log_is_away_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "signpost.db").write_text("no database")
    database = await Database.open(f"sqlite:///{tmp_path}/signpost.db", may_be_away=True)
    assert await Popular(database, people=2).ids() == ()
    await database.close()
