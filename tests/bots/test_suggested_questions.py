"""A question that a card offers is asked by one press, and the answer says what was asked."""

from __future__ import annotations

import pytest

from analytics.events import Asked
from bots import wording
from bots.actions import ASK, Suggested
from bots.messages import CardPress
from retrieval.answer import ChannelKind, Outcome
from snapshot.models import EVERYONE
from tests.fakes import activities as teams
from tests.fakes.answers import answer
from tests.fakes.cards import lines, violations
from tests.fakes.running import running
from tests.fakes.talk import ALEX, CHAT, QUESTION, Talk
from words.catalogue import words_for

PRESS = CardPress(ASK.data(Suggested(QUESTION)), ALEX, CHAT)


@pytest.fixture
def talk() -> Talk:
    return Talk()


async def test_the_answer_is_a_message_of_its_own_that_names_the_question(talk: Talk) -> None:
    reply = await talk.it.press(PRESS)
    assert (reply.text, reply.card) == (wording.ANSWERED_BELOW, None)
    assert reply.message is not None
    assert reply.message.card is not None
    assert lines(reply.message.card)[0] == wording.you_asked(words_for("en"), QUESTION)
    assert violations(reply.message.card) == []


async def test_what_was_typed_is_not_repeated(talk: Talk) -> None:
    typed = await talk.ask(QUESTION)
    assert typed.card is not None
    assert wording.you_asked(words_for("en"), QUESTION) not in lines(typed.card)


async def test_nothing_found_names_the_question_once(talk: Talk) -> None:
    talk.answerer.answer_given = answer(outcome=Outcome.NOTHING_VALIDATED)
    reply = await talk.it.press(PRESS)
    assert reply.message is not None
    said = " ".join(lines(reply.message.card or {}))
    assert said.count(QUESTION) == 1


async def test_it_is_logged_once_it_is_out(talk: Talk) -> None:
    reply = await talk.it.press(PRESS)
    assert reply.message is not None
    assert talk.recorder.events == []
    talk.it.sent(reply.message, "activity-1")
    [event] = talk.recorder.events
    assert isinstance(event, Asked)
    assert event.text == QUESTION


async def test_it_is_no_follow_up(talk: Talk) -> None:
    await talk.ask("how do I book a room?")
    await talk.it.press(PRESS)
    assert talk.answerer.questions[-1].context is None


async def test_in_a_shared_chat_it_is_answered_for_everyone(talk: Talk) -> None:
    shared = CardPress(PRESS.data, ALEX, CHAT, ChannelKind.GROUP, "de-DE")
    await talk.it.press(shared)
    asked = talk.answerer.questions[-1]
    assert asked.audience == frozenset({EVERYONE})
    assert (asked.channel_kind, asked.locale) == (ChannelKind.GROUP, "de-DE")


@pytest.mark.parametrize("send", [teams.execute, teams.submit])
async def test_through_the_real_endpoint_one_message_is_sent(talk: Talk, send) -> None:  # type: ignore[no-untyped-def]
    async with running() as bot:
        bot.conversation.on_press = talk.it.press
        response = await bot.post(send(dict(PRESS.data)))
        assert response.status == 200
        assert len(bot.connector.said) == 1
        assert QUESTION in str(bot.connector.sent[-1])
