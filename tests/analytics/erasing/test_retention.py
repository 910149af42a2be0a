"""What has had its time leaves the log, by day, once, and never because a clock is wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from analytics.database import Database
from analytics.erasing.erasure import Cause, Why, forget
from analytics.erasing.retention import Keep, Retention, count_due, expire, retain
from analytics.events import Asked, Opened, Rated, RatingSource, Shown, TopicRaised
from analytics.log import Pace, QueryLog
from analytics.problem_reports import ProblemReported
from analytics.tables import (
    erasures,
    forgotten,
    openings,
    problem_reports,
    questions,
    ratings,
    results,
    sensitive_topics,
)
from tests.fakes.query_log import record, rows

TODAY = datetime(2027, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)
KEEP = Keep(texts_days=30, rows_days=100)
SHOWN = (Shown(1, "r", "t", "p", "/u", 0.9, 0.8, 7.0),)


def asked(days_ago: float, query_id: str = "") -> Asked:
    name = query_id or f"q{days_ago:g}"
    at = TODAY - days_ago * DAY
    return Asked(
        name, at, "ann", "personal", "en", "How?", "answered", 0.9, 1.0, "s", SHOWN, f"c|{name}"
    )


def rated(days_ago: float, query_id: str | None, asker: str = "ann") -> Rated:
    reply_key = None if query_id else f"c|lost{days_ago:g}"
    at = TODAY - days_ago * DAY
    return Rated(asker, True, RatingSource.CARD, at, query_id, reply_key, comment="Ann says so")


@pytest.fixture
async def database(log_url: str) -> AsyncIterator[Database]:
    """A log with questions of 101, 99, 31 and 29 days ago, and of today."""
    log = await QueryLog.open(log_url, Pace(gather_s=0))
    for days_ago in (101, 99, 31, 29, 0):
        name = f"q{days_ago}"
        others = rated(days_ago, name), rated(days_ago, name, "bob"), rated(days_ago, None)
        await record(log, asked(days_ago), Opened(name, 1, TODAY - days_ago * DAY), *others)
    await record(log, TopicRaised("t1", TODAY - 101 * DAY, "violence", "answered"))
    await record(log, TopicRaised("t2", TODAY - 99 * DAY, "violence", "answered"))
    for days_ago in (29, 31):
        at = TODAY - days_ago * DAY
        await record(log, ProblemReported(f"r{days_ago}", at, "ann", "r", "t", "Out of date"))
    await log.close()
    database = await Database.open(log_url)
    yield database
    await database.close()


async def test_old_rows_go_and_younger_ones_lose_their_words_and_their_asker(
    database: Database, log_url: str
) -> None:
    counts = await expire(database, KEEP, TODAY)
    assert await rows(log_url, questions, "query_id", "text", "asker", "reply_key") == [
        ("q0", "How?", "ann", "c|q0"),
        ("q29", "How?", "ann", "c|q29"),
        ("q31", "", "", None),
        ("q99", "", "", None),
    ]
    assert await rows(log_url, results, "query_id") == [("q0",), ("q29",), ("q31",), ("q99",)]
    assert await rows(log_url, openings, "query_id") == [("q0",), ("q29",), ("q31",), ("q99",)]
    assert await rows(log_url, sensitive_topics, "query_id") == [("t2",)]
    kept = await rows(log_url, ratings, "query_id", "reply_key", "comment", "rating_id", "asker")
    by_question = {name: [row for row in kept if row[0] == name] for name in ("q31", "q29", None)}
    assert [row[2] for row in by_question["q29"]] == ["Ann says so"] * 2
    assert [row[1:3] for row in by_question["q31"]] == [(None, "")] * 2
    assert [row[4] for row in by_question["q31"]] == [
        f"removed-{row[3]}" for row in by_question["q31"]
    ]
    assert [row[1] for row in by_question[None]] == ["c|lost0", "c|lost29"]
    assert counts == {
        "questions": 1,
        "ratings": 1,  # the one without its question: the others go with the question
        "openings": 0,
        "sensitive_topics": 1,
        "texts": 2,
        "ratings without question": 2,
        "comments": 4,
        "problem_reports": 1,
    }
    assert await rows(log_url, problem_reports, "report_id") == [("r29",)]


async def test_a_dry_run_counts_and_changes_nothing(database: Database, log_url: str) -> None:
    before = await rows(log_url, questions)
    counted = await count_due(database, KEEP, TODAY)
    assert await rows(log_url, questions) == before
    done = await expire(database, KEEP, TODAY)
    # Ratings and openings of a question that goes are counted, and go with it.
    assert counted == {**done, "ratings": 3, "openings": 1}
    assert set((await count_due(database, KEEP, TODAY)).values()) == {0}


@pytest.mark.parametrize(
    ("keep", "names", "texts"),
    [
        (Keep(0, 0), 5, 5),
        (Keep(30, 0), 5, 2),
        (Keep(0, 100), 4, 4),
        (Keep(100, 30), 2, 2),
    ],
)
async def test_each_of_the_two_can_be_left_out(
    database: Database, log_url: str, keep: Keep, names: int, texts: int
) -> None:
    await expire(database, keep, TODAY)
    found = [text for _, text in await rows(log_url, questions, "query_id", "text")]
    assert (len(found), len([text for text in found if text])) == (names, texts)


async def test_a_server_does_it_once_a_day(database: Database, log_url: str) -> None:
    """And says how much, without whose."""
    now = TODAY

    def clock() -> datetime:
        return now

    servers = [Retention(database, KEEP, clock), Retention(database, KEEP, clock)]
    first = await asyncio.gather(*(server.look() for server in servers))
    assert sorted(done is None for done in first) == [False, True]
    now = TODAY + DAY - timedelta(minutes=1)
    assert [await server.look() for server in servers] == [None, None]
    now = TODAY + DAY
    assert await servers[1].look() is not None
    runs = await rows(log_url, erasures, "begun_at", "ended_at", "as_of", "cause")
    assert runs == [(at, at, at, "retention") for at in (TODAY, TODAY + DAY)]
    counts = [json.loads(one) for (one,) in await rows(log_url, erasures, "counts")]
    assert sorted(one["texts"] for one in counts) == [1, 2]


async def test_a_run_that_was_cut_short_is_made_up_for_within_the_hour(
    database: Database, log_url: str
) -> None:
    """A server was killed in the middle of it."""
    now = TODAY
    server = Retention(database, KEEP, lambda: now)
    await server.look()
    async with database.writing() as connection:
        await connection.execute(erasures.update().values(ended_at=None))
    assert await server.look() is None
    now += timedelta(hours=1)
    assert await server.look() is not None


async def test_nothing_is_ever_removed_if_nothing_is_set(database: Database, log_url: str) -> None:
    assert await Retention(database, Keep(), lambda: TODAY).look() is None
    assert len(await rows(log_url, questions)) == 5


async def test_marks_of_the_forgotten_go_after_a_month(database: Database, log_url: str) -> None:
    await forget(database, ["ann"], Why(Cause.CHAT), TODAY)
    await Retention(database, Keep(), lambda: TODAY + 30 * DAY).look()
    assert len(await rows(log_url, forgotten)) == 1
    await Retention(database, Keep(), lambda: TODAY + 31 * DAY).look()
    assert await rows(log_url, forgotten) == []


async def test_a_person_who_has_looked_at_the_date_has_it_all_at_once(
    database: Database, log_url: str
) -> None:
    later = TODAY + 365 * DAY
    counts = await retain(database, KEEP, Why(Cause.RETENTION, "ops"), later)
    assert counts["questions"] == 5
    assert await rows(log_url, questions) == []
    [(done_by, as_of)] = await rows(log_url, erasures, "done_by", "as_of")
    assert (done_by, as_of) == ("ops", later)
    with capture_logs() as logged:
        await Retention(database, KEEP, lambda: later + DAY).look()
    assert [line["event"] for line in logged] == ["retention.done"]
