"""The log in numbers."""

from dataclasses import replace
from datetime import UTC, datetime

from analytics.contents import LogStatus, read_status
from analytics.database import VERSION, Database
from analytics.events import Asked, Opened, Rated, RatingSource, Shown
from analytics.log import QueryLog

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SHOWN = (
    Shown(1, "r", "t", "p", "/u", 0.9, 0.8, 7.0),
    Shown(2, "r2", "t", "p", "/u", 0.8, 0.7, 6.0),
)
ASKED = Asked("q1", NOON, "a", "personal", "en", "text", "answered", 0.9, 12.0, "s", SHOWN, "m1")
THUMB = Rated("a", True, RatingSource.THUMBS, NOON, reply_key="m1")


async def status_of(url: str) -> LogStatus:
    database = await Database.open_to_read(url)
    try:
        return await read_status(database)
    finally:
        await database.close()


async def test_an_empty_log_has_a_version_and_nothing_else(log_url: str) -> None:
    await (await Database.open(log_url)).close()
    found = await status_of(log_url)
    assert found == LogStatus(found.url, VERSION, 0, 0, 0, 0, 0, 0, None, None)


async def test_rows_are_counted_and_so_are_those_without_their_question(log_url: str) -> None:
    earlier = datetime(2026, 1, 1, tzinfo=UTC)
    log = await QueryLog.open(log_url)
    for event in (
        ASKED,
        replace(ASKED, query_id="q2", asked_at=earlier, shown=(), reply_key=None),
        *(Opened("q1", rank, NOON) for rank in (1, 2)),
        Opened("lost", 1, NOON),
        THUMB,
        replace(THUMB, query_id="lost"),
        replace(THUMB, reply_key="lost"),
    ):
        log.record(event)
    await log.close()
    found = await status_of(log_url)
    assert found == LogStatus(
        found.url, VERSION, 2, 2, 3, 3, 1, 2, earlier, NOON, {}, {"delivered": 2}
    )
