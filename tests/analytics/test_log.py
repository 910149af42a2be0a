"""The query log on both databases: what is recorded is kept, once, whatever order it comes in."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Table, select
from structlog.testing import capture_logs

from analytics.database import Database
from analytics.events import Asked, Opened, Rated, RatingSource, Shown
from analytics.log import LogStats, Pace, QueryLog
from analytics.tables import openings, questions, ratings, results

if TYPE_CHECKING:
    from tests.analytics.conftest import Postgres

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
SHOWN = Shown(1, "expenses", "Travel expenses", "page 4", "https://x.example/e#4", 0.9, 0.7, 12.5)
ASKED = Asked(
    query_id="q1",
    asked_at=NOON,
    asker="a" * 32,
    channel_kind="personal",
    locale="en-GB",
    text="How do I claim\ntravel expenses? 旅費 🧾",
    outcome="answered",
    top_score=0.93,
    took_ms=41.5,
    snapshot_id="s1",
    shown=(SHOWN, replace(SHOWN, rank=2, resource_id="per-diem", dense_score=-0.1)),
    reply_key="c|m",
)
RATED = Rated("a" * 32, True, RatingSource.CARD, NOON, query_id="q1")


@pytest.fixture
async def log(log_url: str) -> AsyncIterator[QueryLog]:
    log = await QueryLog.open(log_url, Pace(gather_s=0, retry_first_s=0.01))
    yield log
    await log.close()


async def record(log: QueryLog, *events: Any) -> None:
    for event in events:
        log.record(event)
    await log.flush()


async def until_retrying(lines: list[Any], times: int = 1) -> None:
    async with asyncio.timeout(30):
        while sum(line["event"] == "log.retrying" for line in lines) < times:
            await asyncio.sleep(0.005)


async def rows(log_url: str, table: Table, *columns: str) -> Sequence[tuple[Any, ...]]:
    """What the table holds, ordered by its columns, read as another process would."""
    database = await Database.open_to_read(log_url)
    picked = [table.c[name] for name in columns] or list(table.c)
    async with database.reading() as connection:
        found = [tuple(row) for row in await connection.execute(select(*picked).order_by(*picked))]
    await database.close()
    return found


async def test_a_question_is_kept_with_what_was_shown(log: QueryLog, log_url: str) -> None:
    await record(log, ASKED)
    assert await rows(log_url, questions) == [
        ("q1", NOON, "a" * 32, "personal", "en-GB", ASKED.text, "answered", 0.93, 41.5, "s1", "c|m")
    ]
    assert await rows(log_url, results) == [
        ("q1", 1, "expenses", "Travel expenses", "page 4", SHOWN.url, 0.9, 0.7, 12.5),
        ("q1", 2, "per-diem", "Travel expenses", "page 4", SHOWN.url, 0.9, -0.1, 12.5),
    ]


async def test_a_question_without_results_or_message_is_kept(log: QueryLog, log_url: str) -> None:
    await record(log, replace(ASKED, outcome="nothing_validated", shown=(), reply_key=None))
    assert await rows(log_url, questions, "outcome", "reply_key") == [("nothing_validated", None)]
    assert await rows(log_url, results) == []


async def test_times_come_back_aware_and_in_utc(log: QueryLog, log_url: str) -> None:
    """SQLite drops zones, and a server's clock may be set to any."""
    tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    await record(log, replace(ASKED, asked_at=tokyo))
    ((found,),) = await rows(log_url, questions, "asked_at")
    assert (found, found.tzinfo) == (NOON, UTC)


async def test_text_that_a_database_cannot_hold_is_cleaned(log: QueryLog, log_url: str) -> None:
    """JSON can carry NUL, halves of surrogate pairs, and pairs that arrive as two halves."""
    await record(log, replace(ASKED, text="a\0b \ud83d c \ud83e\uddfe", locale="\udfff"))
    assert await rows(log_url, questions, "text", "locale") == [("ab � c 🧾", "�")]


async def test_openings_are_kept_each(log: QueryLog, log_url: str) -> None:
    later = NOON + timedelta(microseconds=1)
    await record(log, ASKED, Opened("q1", 1, NOON), Opened("q1", 1, later), Opened("q1", 2, NOON))
    assert await rows(log_url, openings) == [("q1", 1, NOON), ("q1", 1, later), ("q1", 2, NOON)]


async def test_openings_and_ratings_may_come_before_their_question(
    log: QueryLog, log_url: str
) -> None:
    await record(log, Opened("q1", 1, NOON), RATED)
    await record(log, ASKED)
    assert await rows(log_url, openings) == [("q1", 1, NOON)]
    assert await rows(log_url, ratings, "query_id", "helpful") == [("q1", True)]
    assert log.stats == LogStats(queued=0, written=3, dropped=0, refused=0)


async def test_recording_the_same_events_again_adds_nothing(log: QueryLog, log_url: str) -> None:
    """A commit whose answer was lost on the way is tried again."""
    events = (ASKED, Opened("q1", 1, NOON), RATED, replace(RATED, query_id=None, reply_key="r"))
    await record(log, *events)
    before = [await rows(log_url, table) for table in (questions, results, openings, ratings)]
    await record(log, *events)
    assert before == [
        await rows(log_url, table) for table in (questions, results, openings, ratings)
    ]


async def test_the_same_rating_twice_is_one(log: QueryLog, log_url: str) -> None:
    await record(log, ASKED, RATED, replace(RATED, rated_at=NOON + timedelta(seconds=1)))
    assert await rows(log_url, ratings, "query_id", "helpful") == [("q1", True)]


async def test_a_changed_mind_replaces_the_rating(log: QueryLog, log_url: str) -> None:
    later = NOON + timedelta(minutes=1)
    await record(log, ASKED, replace(RATED, comment="great"))
    await record(log, replace(RATED, helpful=False, rated_at=later))
    assert await rows(log_url, ratings, "helpful", "rated_at", "comment") == [(False, later, "")]


async def test_the_latest_rating_stays_whichever_is_written_last(
    log: QueryLog, log_url: str
) -> None:
    await record(log, RATED, replace(RATED, helpful=False, rated_at=NOON - timedelta(seconds=1)))
    assert await rows(log_url, ratings, "helpful", "rated_at") == [(True, NOON)]


async def test_the_same_thumb_without_a_comment_keeps_the_comment(
    log: QueryLog, log_url: str
) -> None:
    later = NOON + timedelta(minutes=1)
    await record(log, replace(RATED, comment="saved me an hour"), replace(RATED, rated_at=later))
    assert await rows(log_url, ratings, "comment") == [("saved me an hour",)]


async def test_ratings_of_others_and_from_elsewhere_stand_beside_it(
    log: QueryLog, log_url: str
) -> None:
    await record(
        log,
        RATED,
        replace(RATED, asker="b" * 32, helpful=False),
        replace(RATED, source=RatingSource.PORTAL),
        replace(RATED, query_id="q2"),
    )
    assert await rows(log_url, ratings, "query_id", "asker", "source", "helpful") == [
        ("q1", "a" * 32, "card", True),
        ("q1", "a" * 32, "portal", True),
        ("q1", "b" * 32, "card", False),
        ("q2", "a" * 32, "card", True),
    ]


THUMB = replace(RATED, source=RatingSource.THUMBS, query_id=None, reply_key=ASKED.reply_key)


@pytest.mark.parametrize(
    "batches",
    [
        pytest.param([[ASKED], [THUMB]], id="after its question"),
        pytest.param([[ASKED, THUMB]], id="together with it"),
        pytest.param([[THUMB, ASKED]], id="together, the rating first"),
        pytest.param([[THUMB], [ASKED]], id="before it"),
        pytest.param([[THUMB], [THUMB, ASKED], [THUMB]], id="before, with and after it"),
    ],
)
async def test_a_rating_that_knows_only_the_message_finds_its_question(
    log: QueryLog, log_url: str, batches: list[list[Any]]
) -> None:
    for batch in batches:
        await record(log, *batch)
    assert await rows(log_url, ratings, "query_id", "reply_key", "source") == [
        ("q1", "c|m", "thumbs")
    ]


async def test_a_message_key_is_cleaned_the_same_on_both_ends(log: QueryLog, log_url: str) -> None:
    key = "conversation\0|\ud83d"
    await record(log, replace(ASKED, reply_key=key), replace(THUMB, reply_key=key))
    assert await rows(log_url, ratings, "query_id", "reply_key") == [("q1", "conversation|�")]


async def test_a_rating_of_an_unknown_message_is_kept_until_its_question_comes(
    log: QueryLog, log_url: str
) -> None:
    later = NOON + timedelta(minutes=1)
    lost = replace(THUMB, reply_key="lost")
    await record(log, ASKED, lost, replace(lost, helpful=False, rated_at=later))
    assert await rows(log_url, ratings, "query_id", "reply_key", "helpful") == [
        (None, "lost", False)
    ]
    await record(log, replace(ASKED, query_id="q2", reply_key="lost"))
    assert await rows(log_url, ratings, "query_id", "helpful") == [("q2", False)]


async def test_two_ratings_that_turn_out_to_be_of_one_question_become_one(
    log: QueryLog, log_url: str
) -> None:
    """The same person judged by query and by message before either was known to be the same."""
    later = NOON + timedelta(minutes=1)
    await record(log, replace(THUMB, query_id="q1", reply_key=None))
    await record(log, replace(THUMB, helpful=False, rated_at=later))
    await record(log, ASKED)
    assert await rows(log_url, ratings, "query_id", "helpful", "rated_at") == [("q1", False, later)]


async def test_two_servers_on_one_log_find_each_others_questions(log_url: str) -> None:
    """One hears the question, the other the rating, at the same time."""
    logs = [await QueryLog.open(log_url, Pace(gather_s=0, retry_first_s=0.01)) for _ in range(2)]
    for n in range(50):
        asked = replace(ASKED, query_id=f"q{n}", reply_key=f"m{n}")
        logs[n % 2].record(asked)
        logs[1 - n % 2].record(replace(THUMB, reply_key=f"m{n}"))
        await asyncio.sleep(0)
    await asyncio.gather(*(log.flush() for log in logs))
    found = await rows(log_url, ratings, "query_id", "reply_key")
    assert found == sorted((f"q{n}", f"m{n}") for n in range(50))
    for log in logs:
        await log.close()


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
    monkeypatch.setattr("analytics.database.BUSY_TIMEOUT_S", 0.01)
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
