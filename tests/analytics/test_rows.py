"""The rows of events, on both databases: each is kept, once, whatever order it comes in."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, timedelta, timezone
from typing import Any

import pytest

from analytics.events import Opened, RatingSource
from analytics.log import LogStats, Pace, QueryLog
from analytics.tables import openings, questions, ratings, results
from tests.fakes.query_log import ASKED, NOON, RATED, SHOWN, record, rows


async def test_a_question_is_kept_with_what_was_shown(log: QueryLog, log_url: str) -> None:
    await record(log, ASKED)
    assert await rows(log_url, questions) == [
        (
            "q1",
            NOON,
            "a" * 32,
            "personal",
            "en-GB",
            ASKED.text,
            "answered",
            0.93,
            41.5,
            "s1",
            "c|m",
            "delivered",
        )
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
