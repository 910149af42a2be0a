"""The query log takes events in whatever they hold, and keeps them while the database is away."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs

from analytics.events import Asked, Opened
from analytics.log import LogStats, Pace, QueryLog
from analytics.tables import openings, questions, ratings, results
from tests.fakes.query_log import ASKED, NOON, RATED, SHOWN, record, rows

if TYPE_CHECKING:
    from tests.fakes.postgres import Postgres

SECRET = "the salary of the managing director"
MALFORMED = {
    "a time without a zone": replace(ASKED, query_id="bad", asked_at=datetime(2026, 1, 1)),
    "a score that is none": replace(ASKED, query_id="bad", top_score=float("nan")),
    "an endless duration": replace(ASKED, query_id="bad", took_ms=float("inf")),
    "no text": replace(ASKED, query_id="bad", text=None),  # type: ignore[arg-type]
    "a number as text": replace(ASKED, query_id="bad", locale=7),  # type: ignore[arg-type]
    "a number that is text": replace(ASKED, query_id="bad", top_score=SECRET),  # type: ignore[arg-type]
    "results that are none": replace(ASKED, query_id="bad", shown=(SECRET,)),  # type: ignore[arg-type]
    "a rank before the first": replace(ASKED, query_id="bad", shown=(replace(SHOWN, rank=0),)),
    "a rank beyond all": Opened("bad", 2**31, NOON),
    "a rating of nothing": replace(RATED, query_id=None, comment=SECRET),
    "no event at all": SECRET,
}


async def until_retrying(lines: list[Any], times: int = 1) -> None:
    async with asyncio.timeout(30):
        while sum(line["event"] == "log.retrying" for line in lines) < times:
            await asyncio.sleep(0.005)


@pytest.mark.parametrize("bad", MALFORMED.values(), ids=MALFORMED)
async def test_a_malformed_event_is_set_aside_and_those_beside_it_are_written(
    log: QueryLog, log_url: str, bad: Any
) -> None:
    """It is reported without what somebody asked, and counted."""
    if isinstance(bad, Asked) and bad.text:
        bad = replace(bad, text=SECRET)
    good = [replace(ASKED, query_id=f"q{n}", reply_key=None) for n in range(5)]
    with capture_logs() as lines:
        await record(log, *good[:3], bad, *good[3:])
    assert await rows(log_url, questions, "query_id") == [(f"q{n}",) for n in range(5)]
    assert log.stats == LogStats(queued=0, written=5, dropped=0, refused=1)
    (line,) = lines
    assert (line["event"], line["kind"]) == ("log.refused", type(bad).__name__)
    assert SECRET not in repr(lines)


async def test_what_only_the_database_refuses_is_set_aside_too(postgres: Postgres) -> None:
    """PostgreSQL's index takes no key of many kilobytes."""
    url = postgres.url()
    log = await QueryLog.open(url)
    long = "".join(hashlib.sha256(str(n).encode()).hexdigest() for n in range(500))
    with capture_logs() as lines:
        await record(log, ASKED, replace(ASKED, query_id=long, text=SECRET), RATED)
    assert await rows(url, questions, "query_id") == [("q1",)]
    assert await rows(url, ratings, "query_id") == [("q1",)]
    assert log.stats == LogStats(queued=0, written=2, dropped=0, refused=1)
    assert [(line["event"], line["sqlstate"]) for line in lines] == [("log.refused", "54000")]
    assert SECRET not in repr(lines)
    await log.close()


async def test_many_events_are_written_in_several_transactions(log: QueryLog, log_url: str) -> None:
    await record(log, *(replace(ASKED, query_id=f"q{n:04}", reply_key=None) for n in range(1001)))
    assert await rows(log_url, questions, "query_id") == [(f"q{n:04}",) for n in range(1001)]
    assert len(await rows(log_url, results)) == 2002


async def test_events_may_be_recorded_from_other_threads(log: QueryLog, log_url: str) -> None:
    def work(thread: int) -> None:
        for n in range(200):
            log.record(Opened(f"q{thread}", n + 1, NOON))

    threads = [threading.Thread(target=work, args=(thread,)) for thread in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        await asyncio.sleep(0.001)
    await log.flush()
    assert len(await rows(log_url, openings)) == 800
    assert log.stats == LogStats(queued=0, written=800, dropped=0, refused=0)


async def test_an_event_is_written_soon_without_a_flush(log_url: str) -> None:
    log = await QueryLog.open(log_url, Pace(gather_s=0.01))
    log.record(ASKED)
    async with asyncio.timeout(30):
        while log.stats.written == 0:
            await asyncio.sleep(0.005)
    assert await rows(log_url, questions, "query_id") == [("q1",)]
    await log.close()


async def test_closing_writes_what_is_left(log_url: str) -> None:
    """Also what still waits for company."""
    log = await QueryLog.open(log_url, Pace(gather_s=3600))
    for n in range(450):
        log.record(Opened("q1", n + 1, NOON))
    await log.close()
    assert len(await rows(log_url, openings)) == 450
    assert log.stats == LogStats(queued=0, written=450, dropped=0, refused=0)


async def test_a_closed_log_takes_events_without_a_word_and_counts_them(log_url: str) -> None:
    log = await QueryLog.open(log_url)
    await log.close()
    log.record(ASKED)
    await log.flush()
    await log.close()
    assert log.stats == LogStats(queued=0, written=0, dropped=1, refused=0)
    assert await rows(log_url, questions) == []


async def test_a_crash_of_the_database_loses_nothing(frail_postgres: Postgres) -> None:
    """Neither what was written before, nor what was recorded while it was away."""
    url = frail_postgres.url()
    log = await QueryLog.open(url, Pace(gather_s=0, retry_first_s=0.01))
    await record(log, ASKED)
    with capture_logs() as lines:
        await asyncio.to_thread(frail_postgres.stop, at_once=True)
        log.record(replace(ASKED, query_id="q2", reply_key=None))
        await until_retrying(lines, times=3)
        log.record(RATED)
        await asyncio.to_thread(frail_postgres.start)
        await log.flush()
    assert lines[-1]["event"] == "log.recovered"
    assert await rows(url, questions, "query_id") == [("q1",), ("q2",)]
    assert await rows(url, ratings, "query_id") == [("q1",)]
    assert log.stats == LogStats(queued=0, written=3, dropped=0, refused=0)
    await log.close()


# The rest is about databases that do not answer: a SQLite file that another process has locked.


class LockedFile:
    """A SQLite log that somebody else is writing to for as long as the block lasts."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)

    def __enter__(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def __exit__(self, *_: object) -> None:
        self._connection.execute("ROLLBACK")
        self._connection.close()


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A SQLite log whose locks are reported at once."""
    monkeypatch.setattr("analytics.connecting.BUSY_TIMEOUT_S", 0.01)
    return tmp_path / "signpost.db"


async def test_a_locked_database_is_tried_again_until_it_answers(path: Path) -> None:
    log = await QueryLog.open(f"sqlite:///{path}", Pace(gather_s=0, retry_first_s=0.001))
    with capture_logs() as lines:
        with LockedFile(path):
            log.record(ASKED)
            await until_retrying(lines, times=3)
            log.record(RATED)
            assert log.stats == LogStats(queued=2, written=0, dropped=0, refused=0)
        await log.flush()
    assert log.stats == LogStats(queued=0, written=2, dropped=0, refused=0)
    assert await rows(f"sqlite:///{path}", questions, "query_id") == [("q1",)]
    first, second, third, *_, last = lines
    assert (first["error"], first["log_level"]) == ("database is locked", "warning")
    assert [line["wait_s"] for line in (first, second, third)] == [0.001, 0.002, 0.004]
    assert last["event"] == "log.recovered"
    await log.close()


async def test_waits_grow_up_to_half_a_minute_and_no_further(path: Path) -> None:
    """However long the database is away: doubling for ever ended in numbers too large to wait."""
    log = await QueryLog.open(f"sqlite:///{path}", Pace(gather_s=0, retry_first_s=20))
    with capture_logs() as lines, LockedFile(path):
        log.record(ASKED)
        await until_retrying(lines)
        for times in range(2, 6):
            flush = asyncio.create_task(log.flush())  # does not wait the wait out
            await until_retrying(lines, times)
            flush.cancel()
    assert [line["wait_s"] for line in lines[:5]] == [20, 30, 30, 30, 30]
    await log.close()


async def test_a_full_backlog_loses_its_oldest_events_and_says_so_once(path: Path) -> None:
    """In flight and waiting together: what is tried already is not taken back."""
    pace = Pace(capacity=10, gather_s=0, retry_first_s=0.001)
    log = await QueryLog.open(f"sqlite:///{path}", pace)
    with capture_logs() as lines:
        with LockedFile(path):
            log.record(Opened("tried", 1, NOON))
            await until_retrying(lines)
            for n in range(100):
                log.record(Opened(f"q{n:02}", 1, NOON))
            assert log.stats == LogStats(queued=10, written=0, dropped=91, refused=0)
            await until_retrying(lines, times=len(lines) + 5)
        await log.flush()
    kept = await rows(f"sqlite:///{path}", openings, "query_id")
    assert kept == [(f"q{n}",) for n in range(91, 100)] + [("tried",)]
    (warning,) = [line for line in lines if line["event"] == "log.dropped"]
    assert (warning["lost"], warning["capacity"], warning["log_level"]) == (91, 10, "warning")
    await log.close()


async def test_a_flush_waits_for_what_was_tried_before(path: Path) -> None:
    """Also when later events were dropped meanwhile."""
    pace = Pace(capacity=2, gather_s=0, retry_first_s=0.001)
    log = await QueryLog.open(f"sqlite:///{path}", pace)
    with capture_logs() as lines:
        with LockedFile(path):
            log.record(Opened("tried", 1, NOON))
            await until_retrying(lines)
            flush = asyncio.create_task(log.flush())
            await asyncio.sleep(0)
            for n in range(10):
                log.record(Opened(f"q{n}", 1, NOON))
            await until_retrying(lines, times=len(lines) + 3)
            assert not flush.done()
        await flush
    assert ("tried",) in await rows(f"sqlite:///{path}", openings, "query_id")
    await log.close()


async def test_closing_does_not_wait_for_a_database_that_is_away(path: Path) -> None:
    log = await QueryLog.open(f"sqlite:///{path}", Pace(gather_s=0, retry_first_s=3600))
    with capture_logs() as lines, LockedFile(path):
        log.record(ASKED)
        log.record(RATED)
        async with asyncio.timeout(30):
            await log.close(deadline_s=0.05)
    assert log.stats == LogStats(queued=0, written=0, dropped=2, refused=0)
    assert [line["lost"] for line in lines if line["event"] == "log.dropped"] == [2]


async def test_a_question_is_never_in_the_log_stream(path: Path) -> None:
    log = await QueryLog.open(f"sqlite:///{path}", Pace(gather_s=0, retry_first_s=0.001))
    with capture_logs() as lines, LockedFile(path):
        log.record(replace(ASKED, text=SECRET))
        await until_retrying(lines, times=2)
    await log.close()
    assert SECRET not in repr(lines)
