"""What is opened most: by how many people, lately, and nobody's reading by itself."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from analytics.database import Database
from analytics.events import Opened
from analytics.log import QueryLog
from analytics.popular import OftenAsked, Popular
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


async def _asked(log: QueryLog, text: str, *people: str, **changes: object) -> None:
    for person in people:
        shown = (replace(ASKED.shown[0], resource_id="leave"), ASKED.shown[1])
        fields = {"query_id": f"{text}-{person}", "asker": person, "text": text, "shown": shown}
        asked = replace(ASKED, asked_at=NOW, reply_key=None, outcome="answered")
        await record(log, replace(asked, **(fields | changes)))


async def test_what_enough_people_asked_in_the_same_words_is_told(
    log: QueryLog, log_url: str
) -> None:
    await _asked(log, "days off", "a", "b", "c")
    await _asked(log, "carry over", "a")
    await _asked(log, " Carry over", "b")
    await _asked(log, "am I fired", "a")
    await _asked(log, "long ago", "a", "b", asked_at=NOW - timedelta(days=91))
    await _asked(log, "not certain", "a", "b", outcome="closest")
    second = (ASKED.shown[0], replace(ASKED.shown[1], resource_id="leave"))
    await _asked(log, "second place", "a", "b", shown=second)
    database = await Database.open_to_read(log_url)
    often = OftenAsked(database, people=2)
    most, next_most = await often.questions("leave")
    assert (most, next_most.lower()) == ("days off", "carry over")
    assert await often.questions("elsewhere") == ()
    assert await OftenAsked(database, people=4).questions("leave") == ()
    await _asked(log, "asked since", "a", "b")
    assert len(await often.questions("leave")) == 2  # the same for ten minutes
    await often.close()
    await database.close()


async def test_nothing_is_told_of_questions_while_the_database_is_away(tmp_path: Path) -> None:
    (tmp_path / "signpost.db").write_text("no database")
    database = await Database.open(f"sqlite:///{tmp_path}/signpost.db", may_be_away=True)
    often = OftenAsked(database, people=2)
    assert await often.questions("leave") == ()
    await often.close()
    await database.close()
