"""A restart takes nothing away that people rely on."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from analytics.tables import questions, ratings
from bots import wording
from retrieval.answer import Outcome
from retrieval.questions.narrowing import Narrowing
from tests.fakes import activities as teams
from tests.fakes.answers import answer, three
from tests.fakes.cards import lines
from tests.fakes.connector import FakeConnector
from tests.fakes.hours import Hours
from tests.fakes.processes import process
from tests.fakes.query_log import rows

DAY_S = 24 * 60 * 60


@pytest.fixture
async def connector() -> AsyncIterator[FakeConnector]:
    async with FakeConnector() as connector:
        yield connector


@pytest.fixture
def hours() -> Hours:
    return Hours()


async def asked(url: str, connector: FakeConnector, hours: Hours) -> str:
    """The id of the question, after the process that answered it has stopped."""
    async with process(url, connector, hours=hours) as before:
        before.answerer.answer_given = answer(*three())
        await before.post(teams.message("How do I claim travel expenses?"))
    [(query_id,)] = await rows(url, questions, "query_id")
    return str(query_id)


async def test_a_follow_up_is_read_after_the_question_before(
    log_url: str, connector: FakeConnector, hours: Hours
) -> None:
    await asked(log_url, connector, hours)
    async with process(log_url, connector, hours=hours) as after:
        await after.post(teams.message("and in Portugal?"))
        [question] = after.answerer.questions
        assert question.context == "How do I claim travel expenses?"


async def test_only_some_kinds_of_it_and_more_of_it_can_be_asked_for(
    log_url: str, connector: FakeConnector, hours: Hours
) -> None:
    await asked(log_url, connector, hours)
    async with process(log_url, connector, hours=hours) as after:
        after.answerer.answer_given = answer(*three())
        for words in ("show me more", "only PDFs"):
            await after.post(teams.message(words))
        more, narrowed = after.answerer.questions
        assert (more.text, more.top_k) == ("How do I claim travel expenses?", 8)
        assert (narrowed.text, narrowed.only) == (more.text, Narrowing(frozenset({".pdf"})))


async def test_a_press_gets_the_same_card_with_a_confirmation(
    log_url: str, connector: FakeConnector, hours: Hours
) -> None:
    query_id = await asked(log_url, connector, hours)
    [card] = [attachment["content"] for attachment in connector.messages[0]["attachments"]]
    async with process(log_url, connector, hours=hours) as after:
        press = {"action": "rate", "query_id": query_id, "helpful": True}
        response = await (await after.post(teams.execute(press))).json()
        confirmed = lines(response["value"])
    assert wording.RATED_HELPFUL in confirmed
    assert [line for line in lines(card) if line in confirmed][:3] == lines(card)[:3]
    assert await rows(log_url, ratings, "query_id", "source") == [(query_id, "card")]


@pytest.mark.parametrize("names_it", [True, False])
async def test_a_thumb_finds_its_answer(
    log_url: str, connector: FakeConnector, hours: Hours, names_it: bool
) -> None:
    """Whether or not the platform names the message."""
    query_id = await asked(log_url, connector, hours)
    async with process(log_url, connector, hours=hours) as after:
        replied = connector.ids[-1] if names_it else None
        await after.post(teams.thumbs("dislike", reply_to_id=replied))
    assert await rows(log_url, ratings, "query_id", "helpful") == [(query_id, False)]


async def test_a_delivery_from_before_it_is_not_answered_again(
    log_url: str, connector: FakeConnector, hours: Hours
) -> None:
    activity = teams.message()
    async with process(log_url, connector, hours=hours) as before:
        await before.post(activity)
    hours.pass_by(45.0)
    async with process(log_url, connector, hours=hours) as after:
        assert (await after.post(activity)).status == 200
    assert len(connector.messages) == 1


@pytest.mark.parametrize("days", [1, -1])
async def test_a_clock_set_to_another_day_changes_nothing_of_that(
    log_url: str, connector: FakeConnector, hours: Hours, days: int
) -> None:
    """The server runs on when the date jumps: what it keeps neither expires nor lives for longer,
    for it and for a process that starts later."""
    activity = teams.message("How do I claim travel expenses?")
    async with process(log_url, connector, hours=hours) as one:
        await one.post(activity)
        hours.date_s += days * DAY_S
        await one.post(activity)
        await one.post(teams.message("and in Portugal?"))
        assert one.answerer.questions[-1].context == "How do I claim travel expenses?"
        await one.settle()
        await one.state.note_clock()
        async with process(log_url, connector, hours=hours) as other:
            await other.post(activity)
            await other.post(teams.message("only PDFs"))
            assert [one.text for one in other.answerer.questions] == ["and in Portugal?"]
    assert len(connector.messages) == 3


def test_outcomes_are_kept_by_their_names() -> None:
    """They are written to the database: another name would be another outcome."""
    assert [one.value for one in Outcome] == ["answered", "closest", "nothing_validated"]
