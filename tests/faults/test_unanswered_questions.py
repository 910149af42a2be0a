"""Every question that was taken is logged with what became of it: also if its answer could not be
delivered, too many asked, it was refused, or something broke."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from analytics.events import Asked, DeliveryStatus, TopicRaised
from errors import Overloaded
from showing.records import MAX_TEXT
from tests.fakes import activities
from tests.fakes.connector import DROP, Failure
from tests.fakes.running import Running, running
from tests.fakes.talk import Talk

IN_DISTRESS = "I want to kill myself"


def became(talk: Talk) -> list[tuple[str, DeliveryStatus]]:
    return [(event.text, event.delivery) for event in talk.recorder.asked]


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(Failure(502, "<html>Bad Gateway</html>"), id="502 that is no JSON"),
        pytest.param(Failure(504), id="504"),
        pytest.param(Failure(500, '{"error": '), id="half of a JSON"),
        pytest.param(Failure(403), id="403, blocked"),
        pytest.param(DROP, id="reset"),
    ],
)
async def test_an_answer_that_the_connector_does_not_take_is_logged_as_undelivered(
    bot: Running, failure: Failure
) -> None:
    """It is not sent twice, the turn ends, and another one is answered."""
    talk = Talk()
    bot.conversation.on_message = talk.it.message
    bot.conversation.on_sent = talk.it.sent
    bot.connector.fail(failure)
    response = await bot.post(activities.message("taxi form"))
    assert response.status == 200
    assert became(talk) == [("taxi form", DeliveryStatus.UNDELIVERED)]
    assert bot.connector.messages == []
    await bot.post(activities.message("unused holiday"))
    assert became(talk)[1:] == [("unused holiday", DeliveryStatus.DELIVERED)]
    assert len(bot.connector.messages) == 1


async def test_too_many_questions_are_logged_as_busy() -> None:
    talk = Talk()
    talk.answerer.error = Overloaded("too many wait")
    await talk.ask("taxi form")
    await talk.ask("show me more")  # no question, and nothing to show more of
    assert became(talk) == [("taxi form", DeliveryStatus.BUSY)]


async def test_what_is_too_long_or_says_nothing_is_logged_as_refused() -> None:
    talk = Talk()
    for text in ("word " * 5_600, "", "🧾", "hi", "thanks"):
        await talk.ask(text)
    (long, status), *others = became(talk)
    assert (len(long), status) == (MAX_TEXT, DeliveryStatus.REFUSED)
    assert others == [("", DeliveryStatus.REFUSED), ("🧾", DeliveryStatus.REFUSED)]


async def test_an_answer_that_takes_too_long_is_logged_as_failed() -> None:
    talk = Talk()

    async def forever(question: object) -> None:
        await asyncio.Event().wait()

    talk.answerer.answer = forever  # type: ignore[assignment,method-assign]
    async with running(answer_within_s=0.01) as bot:
        bot.conversation.on_message = talk.it.message
        await bot.post(activities.message("taxi form"))
        assert bot.connector.said == [bot.conversation.failure().text]
    assert became(talk) == [("taxi form", DeliveryStatus.FAILED)]


@pytest.mark.parametrize("error", [Overloaded("too many wait"), RuntimeError("broken")])
async def test_of_somebody_in_distress_neither_words_nor_asker_are_kept(error: Exception) -> None:
    talk = Talk()
    talk.answerer.error = error
    with suppress(RuntimeError):
        await talk.ask(IN_DISTRESS)
    (event,) = talk.recorder.events
    assert isinstance(event, TopicRaised)
    assert not isinstance(event, Asked)
    assert event.delivery in {DeliveryStatus.BUSY, DeliveryStatus.FAILED}
    assert IN_DISTRESS not in repr(event)
