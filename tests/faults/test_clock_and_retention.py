"""The clock jumps: nothing leaves the query log in masses because of it, and nothing stays lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from analytics.database import Database
from analytics.erasing.erasure import Cause, Why, forget
from analytics.erasing.retention import Keep, Retention
from analytics.log import Pace, QueryLog
from analytics.tables import forgotten, questions
from tests.fakes.query_log import ASKED, NOON, record, rows

DAY = timedelta(days=1)
KEEP = Keep(texts_days=0, rows_days=100)
ME = "a" * 32


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'signpost.db'}"


@pytest.fixture
async def log(url: str) -> AsyncIterator[QueryLog]:
    """A question on each of the last 99 days, today's among them."""
    log = await QueryLog.open(url, Pace(gather_s=0))
    days = range(99)
    await record(
        log,
        *(replace(ASKED, query_id=f"q{n}", reply_key=None, asked_at=NOON - n * DAY) for n in days),
    )
    yield log
    await log.close()


@pytest.fixture
async def database(log: QueryLog, url: str) -> AsyncIterator[Database]:
    database = await Database.open(url)
    yield database
    await database.close()


@pytest.mark.parametrize("days", [-365, -1, 0, 1])
async def test_a_jump_of_a_day_either_way_removes_nothing(
    database: Database, url: str, days: int
) -> None:
    await Retention(database, KEEP, lambda: NOON).look()
    await Retention(database, KEEP, lambda: NOON + days * DAY).look()
    assert len(await rows(url, questions)) == 99


@pytest.mark.parametrize("has_run_before", [True, False])
async def test_a_clock_that_is_a_year_ahead_removes_a_week_at_most_and_is_reported(
    database: Database, url: str, has_run_before: bool
) -> None:
    """With what is right next: when the clock is right again, a run is due at once and goes on."""
    if has_run_before:
        await Retention(database, KEEP, lambda: NOON).look()
    with capture_logs() as logged:
        await Retention(database, KEEP, lambda: NOON + 365 * DAY).look()
    assert len(await rows(url, questions)) == 99 - 5  # those 94 to 98 days old
    [told] = [line for line in logged if line["event"] == "retention.held_back"]
    assert "the clock says 2027-11-23" in told["reason"]
    assert "python -m analytics retain" in told["reason"]

    assert await Retention(database, KEEP, lambda: NOON + DAY).look() is not None
    assert len(await rows(url, questions)) == 94


async def test_a_server_that_was_off_for_long_catches_up_by_a_week_a_day(
    database: Database, url: str
) -> None:
    await Retention(database, KEEP, lambda: NOON).look()
    left = []
    for day in range(40, 46):
        await Retention(database, KEEP, lambda day=day: NOON + day * DAY).look()  # type: ignore[misc]
        left.append(len(await rows(url, questions)))
    assert left == [94, 87, 80, 73, 66, 59]


async def test_a_person_forgotten_at_a_wrong_clock_is_kept_again_once_it_is_right(
    log: QueryLog, database: Database, url: str
) -> None:
    """Their mark lies in the future; the next look puts it right."""
    await forget(database, [ME], Why(Cause.CHAT), NOON + 365 * DAY)
    await record(log, replace(ASKED, query_id="lost", reply_key=None, asked_at=NOON + DAY))
    await Retention(database, KEEP, lambda: NOON + DAY).look()
    assert [until for _, until in await rows(url, forgotten)] == [NOON + DAY]
    await record(log, replace(ASKED, query_id="kept", reply_key=None, asked_at=NOON + 2 * DAY))
    assert await rows(url, questions, "query_id") == [("kept",)]
