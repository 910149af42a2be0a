"""A person is erased: their rows, what waits to be written, and what the files still hold."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, insert, make_url
from structlog.testing import capture_logs

from analytics.database import Database
from analytics.erasing.erasure import Cause, Why, forget, look_up
from analytics.events import Opened, Rated, RatingSource
from analytics.log import Pace, QueryLog
from analytics.problem_reports import ProblemReported
from analytics.tables import (
    erasures,
    forgotten,
    metadata,
    openings,
    problem_reports,
    questions,
    ratings,
    results,
    state,
)
from tests.fakes.query_log import ASKED, NOON, RATED, record, rows

ME, OTHER = "a" * 32, "b" * 32
THEIRS = replace(ASKED, query_id="q2", asker=OTHER, reply_key="c|m2")
REPORT = ProblemReported("r1", NOON, ME, "leave", "Leave", "I am Ann, and it is out of date")
WHY = Why(Cause.COMMAND, "ops", "asked by letter")


@pytest.fixture
async def database(log: QueryLog, log_url: str) -> Database:
    """A log in which two people have asked, opened and rated, each also the other's answer."""
    await record(
        log,
        ASKED,
        THEIRS,
        Opened("q1", 1, NOON),
        Opened("q2", 1, NOON),
        RATED,
        replace(RATED, asker=OTHER, comment="as I told Ann"),
        replace(RATED, query_id="q2", comment="I am Ann"),
        replace(RATED, asker=OTHER, query_id="q2"),
        replace(RATED, query_id=None, reply_key="c|gone", source=RatingSource.THUMBS),
        REPORT,
        replace(REPORT, report_id="r2", asker=OTHER),
    )
    database = await Database.open(log_url)
    async with database.writing() as connection:
        await connection.execute(insert(state), [remembered(ME), remembered(OTHER)])
    return database


def remembered(owner: str) -> dict[str, object]:
    """What was said last in a conversation."""
    key, said = owner.encode(), f"said by {owner}".encode()
    row = {"key": key, "kind": "answer", "owner": owner, "mark": b"", "holder": None}
    return row | {"value": said, "expires_s": 1e12}


async def test_what_a_person_asked_and_said_goes_and_what_others_did_stays(
    database: Database, log_url: str
) -> None:
    """With the question go all ratings of it, also those by others."""
    counts = await forget(database, [ME], WHY, NOON)
    await database.close()
    assert counts == {
        "openings": 1,
        "ratings": 4,
        "results": 2,
        "questions": 1,
        "problem_reports": 1,
        "state": 1,
    }
    assert await rows(log_url, problem_reports, "asker") == [(OTHER,)]
    assert await rows(log_url, questions, "query_id", "asker") == [("q2", OTHER)]
    assert await rows(log_url, results, "query_id", "rank") == [("q2", 1), ("q2", 2)]
    assert await rows(log_url, openings, "query_id") == [("q2",)]
    assert await rows(log_url, ratings, "query_id", "asker") == [("q2", OTHER)]
    assert await rows(log_url, state, "owner") == [(OTHER,)]


async def test_what_is_known_of_a_person_is_what_erasing_them_takes(database: Database) -> None:
    """So a dry run tells the truth."""
    known = await look_up(database, [ME])
    assert (known.ratings, known.comments, known.since) == (3, 1, NOON)
    assert known.counts == await forget(database, [ME], WHY, NOON)
    gone = await look_up(database, [ME])
    assert (set(gone.counts.values()), gone.comments, gone.since) == ({0}, 0, None)
    await database.close()


async def test_the_audit_row_says_when_why_and_how_much_and_not_who(
    database: Database, log_url: str
) -> None:
    await forget(database, [ME], WHY, NOON)
    await database.close()
    [(_, begun, ended, as_of, cause, done_by, reason, counts)] = await rows(log_url, erasures)
    assert (begun, ended, as_of) == (NOON, NOON, None)
    assert (cause, done_by, reason) == ("command", "ops", "asked by letter")
    assert json.loads(counts)["questions"] == 1
    every = [row for table in metadata.sorted_tables for row in await rows(log_url, table)]
    assert ME not in repr(every)


async def test_what_was_said_before_is_not_written_afterwards(
    log: QueryLog, database: Database, log_url: str
) -> None:
    """It may have waited in another server's memory, or in its spool. Others' rows are written."""
    await forget(database, [ME], WHY, NOON)
    await database.close()
    with capture_logs() as logged:
        await record(log, replace(ASKED, query_id="q3"), replace(THEIRS, query_id="q4"), RATED)
    assert await rows(log_url, questions, "query_id") == [("q2",), ("q4",)]
    assert await rows(log_url, results, "query_id", "rank") == [
        *[("q2", 1), ("q2", 2)],
        *[("q4", 1), ("q4", 2)],
    ]
    assert await rows(log_url, ratings, "asker") == [(OTHER,)]
    told = [line for line in logged if line["event"] == "log.left_out"]
    assert [line["rows"] for line in told] == [2]
    assert ME not in repr(logged)


async def test_a_person_who_asks_again_is_kept_again(
    log: QueryLog, database: Database, log_url: str
) -> None:
    await forget(database, [ME], WHY, NOON)
    await database.close()
    await record(log, replace(ASKED, query_id="q3", asked_at=NOON + timedelta(seconds=1)))
    assert await rows(log_url, questions, "query_id") == [("q2",), ("q3",)]


async def test_a_clock_that_is_behind_forgets_all_that_the_log_holds_by_then(
    log: QueryLog, database: Database, log_url: str
) -> None:
    """Otherwise what waits from the last day would come back."""
    await forget(database, [ME], WHY, NOON - timedelta(days=1))
    await database.close()
    await record(log, replace(ASKED, query_id="q3"))
    assert await rows(log_url, questions, "query_id") == [("q2",)]


async def test_a_mark_tells_nobody_whose_it_is(database: Database, log_url: str) -> None:
    await forget(database, [ME, OTHER], WHY, NOON)
    await database.close()
    marks = [mark for mark, _ in await rows(log_url, forgotten)]
    assert len(set(marks)) == 2
    assert not {ME, OTHER} & set(marks)


async def test_nobody_is_nobody(database: Database, log_url: str) -> None:
    """Somebody whom the log cannot know has nothing in it."""
    assert set((await forget(database, [], WHY, NOON)).values()) == {0}
    await database.close()
    assert await rows(log_url, forgotten) == []


async def test_half_an_erasure_is_none(database: Database, log_url: str) -> None:
    """It is one transaction: if the last statement fails, everything is there as before."""

    @event.listens_for(database._engine.sync_engine, "before_cursor_execute")
    def _fail(_: Connection, cursor: object, statement: str, *others: object) -> None:
        if statement.startswith("INSERT INTO erasures"):
            raise OSError("the disk is gone")

    with pytest.raises(Exception, match="the disk is gone"):
        await forget(database, [ME], WHY, NOON)
    await database.close()
    assert await rows(log_url, questions, "query_id") == [("q1",), ("q2",)]
    assert await rows(log_url, forgotten) == []


async def test_nothing_of_it_stays_in_the_files(tmp_path: Path) -> None:
    """A deleted row would otherwise stay in free pages of the file, or in the one that SQLite
    writes ahead. Long and short texts, many pages."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'signpost.db'}"
    log = await QueryLog.open(url, Pace(gather_s=0))
    for number in range(300):
        who = ME if number % 7 == 0 else OTHER
        text = f"{'secret' if who == ME else 'other'} words {number} " * (1 + number % 90)
        asked = replace(ASKED, query_id=f"q{number}", asker=who, text=text, reply_key=f"c|{number}")
        log.record(asked)
        log.record(Rated(who, False, RatingSource.CARD, NOON, f"q{number}", comment=f"{text}!"))
    await log.flush()
    assert b"secret words" in _bytes_of(url)
    database = await Database.open(url)
    await forget(database, [ME], WHY, NOON)
    left = _bytes_of(url)
    assert b"secret words" not in left
    assert ME.encode() not in left
    assert b"other words" in left
    await database.close()
    await log.close()


async def test_while_somebody_reads_for_long_others_write_and_the_erasure_comes_to_an_end(
    tmp_path: Path,
) -> None:
    """Such as an export: what SQLite wrote ahead of the file cannot be emptied until it is over."""
    path = tmp_path / "signpost.db"
    database = await Database.open(f"sqlite:///{path}")
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM questions").fetchall()
        erasing = asyncio.create_task(forget(database, [ME], WHY, NOON))
        while not await rows(database.url, erasures):
            await asyncio.sleep(0.01)
        assert not erasing.done()
        with closing(sqlite3.connect(path, isolation_level=None, timeout=0.5)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("ROLLBACK")
        await erasing
    await database.close()


def _bytes_of(url: str) -> bytes:
    path = Path(str(make_url(url).database))
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))
