"""Where several people are, somebody asks and alone sees what is theirs to see; and shares it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from analytics.events import Asked, DeliveryStatus
from bots import wording
from bots.actions import Offer
from identity.audience_file import Listed
from identity.audiences import Audiences
from snapshot.models import EVERYONE
from tests.fakes import activities as teams
from tests.fakes.answers import QUESTION, answer, policy, result
from tests.fakes.cards import elements, lines, urls, violations
from tests.fakes.connector import Failure
from tests.fakes.running import Running, running
from tests.fakes.talk import Talk
from words.catalogue import words_for

GROUP = {"id": teams.GROUP_ID, "conversationType": "groupChat", "isGroup": True}
CONFIDENTIAL = policy(id="bands", title="Pay bands", audience=("managers",))
NOT_TAKEN = Failure(403, '{"error": {"code": "BotNotInConversationRoster", "message": "made up"}}')
SAY = words_for("en")


@pytest.fixture
def talk() -> Talk:
    talk = Talk()
    managers = frozenset({str(teams.ANNA["aadObjectId"])})
    talk.audiences = Audiences(Listed({"managers": managers}))
    talk.restarted()
    return talk


def _lead(bot: Running, talk: Talk) -> Running:
    """The bot with the product's own conversation."""
    bot.conversation.on_message = lambda message: talk.it.message(message)
    bot.conversation.on_press = lambda press: talk.it.press(press)
    bot.conversation.on_sent = talk.it.sent
    return bot


@pytest.fixture
async def bot(talk: Talk) -> AsyncIterator[Running]:
    async with running(targeted=True) as bot:
        yield _lead(bot, talk)


def _card(bot: Running) -> dict[str, Any]:
    [attachment] = bot.connector.messages[-1]["attachments"]
    content: dict[str, Any] = attachment["content"]
    return content


def _button(card: dict[str, Any], **data: Any) -> dict[str, Any]:
    """What the first button with these data carries."""
    carried = (one["data"] for one in elements(card, "Action.Execute"))
    found: dict[str, Any] = next(one for one in carried if data.items() <= one.items())
    return found


@pytest.mark.parametrize(
    ("message", "place"),
    [
        (teams.group_message, teams.GROUP_ID),
        (teams.channel_message, teams.THREAD_ID),
    ],
)
async def test_the_asker_alone_is_shown_what_is_theirs(
    bot: Running, talk: Talk, message: Any, place: str
) -> None:
    """By the documented address: no message that it answers, and whose eyes it is for."""
    await bot.post(message())
    [sent] = bot.connector.sent
    assert (sent.targeted, sent.conversation_id, sent.activity_id) == (True, place, None)
    assert sent.activity["recipient"]["id"] == teams.ANNA["id"]
    assert talk.answerer.questions[0].audience == {"managers", EVERYONE}
    assert violations(_card(bot)) == []
    [asked] = talk.recorder.asked
    assert (asked.channel_kind, asked.delivery) == (
        "group" if place == teams.GROUP_ID else "channel",
        DeliveryStatus.DELIVERED,
    )


async def test_in_a_private_chat_all_is_as_ever(bot: Running) -> None:
    await bot.post(teams.message())
    assert [sent.targeted for sent in bot.connector.sent] == [False]


async def test_switched_off_everybody_sees_what_is_for_everyone(talk: Talk) -> None:
    async with running() as bot:
        await _lead(bot, talk).post(teams.group_message())
        assert [sent.targeted for sent in bot.connector.sent] == [False]
        assert talk.answerer.questions[0].audience == {EVERYONE}
        assert "Share" not in str(_card(bot))


async def test_where_no_such_message_is_taken_everybody_sees_what_is_for_everyone(
    bot: Running, talk: Talk
) -> None:
    """It is one question, and was answered."""
    bot.connector.fail(NOT_TAKEN)
    await bot.post(teams.group_message())
    [sent] = bot.connector.sent
    assert not sent.targeted
    assert [one.audience for one in talk.answerer.questions] == [
        {"managers", EVERYONE},
        {EVERYONE},
    ]
    assert [one.delivery for one in talk.recorder.asked] == [DeliveryStatus.DELIVERED]
    assert "Share" not in str(_card(bot))


async def test_where_none_was_taken_questions_and_presses_go_before_all_at_once(
    bot: Running, talk: Talk
) -> None:
    bot.connector.fail(NOT_TAKEN)
    await bot.post(teams.group_message())
    await bot.post(teams.group_message("and abroad?"))
    data = {"action": "ask", "question": "How do I book a room?"}
    pressed = await bot.post(teams.execute(data, conversation=GROUP))
    assert (await pressed.json())["value"] == wording.ANSWERED_BELOW
    assert [sent.targeted for sent in bot.connector.sent] == [False] * 3
    assert [one.audience for one in talk.answerer.questions[2:]] == [{EVERYONE}] * 2


async def test_a_press_whose_answer_is_not_taken_is_told_so(bot: Running) -> None:
    """The next one goes before all."""
    data = {"action": "ask", "question": "How do I book a room?"}
    bot.connector.fail(NOT_TAKEN)
    pressed = await bot.post(teams.execute(data, conversation=GROUP))
    assert (await pressed.json())["value"] == "Sorry, that did not work."
    other = {**data, "question": "How long is leave?"}
    await bot.post(teams.execute(other, conversation=GROUP, id="pressed-again"))
    assert [sent.targeted for sent in bot.connector.sent] == [False]


async def test_a_private_card_tells_nothing_before_all(bot: Running, talk: Talk) -> None:
    found = tuple(policy(id=str(number)) for number in range(5))
    talk.answerer.answer_given = replace(answer(result()), found=found)
    await bot.post(teams.group_message())
    data = _button(_card(bot), offer=Offer.MORE)
    bot.connector.fail(NOT_TAKEN)
    await bot.post(teams.group_message("and abroad?"))
    pressed = await bot.post(teams.execute(data, conversation=GROUP))
    assert (await pressed.json())["value"] == wording.PRESS_UNKNOWN
    assert len(bot.connector.sent) == 2


@pytest.mark.parametrize("switched_on", [True, False])
async def test_what_was_asked_in_private_is_never_answered_before_all(
    talk: Talk, switched_on: bool
) -> None:
    async with running(targeted=switched_on) as bot:
        _lead(bot, talk)
        await bot.post(teams.targeted_message())
        bot.connector.fail(NOT_TAKEN)
        await bot.post(teams.targeted_message("and abroad?"))
        assert [sent.targeted for sent in bot.connector.sent] == [True]
        assert talk.recorder.asked[-1].delivery is DeliveryStatus.UNDELIVERED


async def test_it_says_sorry_in_private_too_and_shows_no_indicator(
    bot: Running, talk: Talk
) -> None:
    talk.answerer.error = RuntimeError("the index is gone")
    await bot.post(teams.group_message())
    assert [sent.targeted for sent in bot.connector.sent] == [True]
    assert bot.connector.typing == []


async def test_what_goes_back_in_the_http_answer_is_for_everyone(bot: Running, talk: Talk) -> None:
    await bot.post(teams.group_message(deliveryMode="expectReplies"))
    assert talk.answerer.questions[0].audience == {EVERYONE}


async def test_a_rating_stays_with_who_gave_it(bot: Running) -> None:
    await bot.post(teams.group_message())
    data = _button(_card(bot), action="rate", helpful=True)
    response = await bot.post(teams.execute(data, conversation=GROUP))
    assert wording.RATED_HELPFUL in lines((await response.json())["value"])


async def test_nobody_else_can_press_it(bot: Running, talk: Talk) -> None:
    """Whoever has come by its data."""
    await bot.post(teams.group_message())
    for data in (
        _button(_card(bot), action="rate", helpful=True),
        _button(_card(bot), offer=Offer.SHARE),
    ):
        press = teams.execute(data, conversation=GROUP, **{"from": teams.BEN})
        assert (await (await bot.post(press)).json())["value"] == wording.PRESS_UNKNOWN
    assert len(bot.connector.sent) == 1
    assert len(talk.answerer.questions) == 1


async def test_where_a_client_only_submits_the_card_is_replaced_for_its_reader(
    bot: Running, talk: Talk
) -> None:
    """Teams refuses to be told anew for whom it is."""
    talk.answerer.answer_given = replace(
        answer(result()), earlier="How long is leave?", found=(policy(),)
    )
    await bot.post(teams.group_message())
    data = _button(_card(bot), offer=Offer.ALONE)
    await bot.post(teams.submit(data, reply_to_id="sent-1", conversation=GROUP))
    [update] = bot.connector.updates
    assert (update.targeted, update.activity_id) == (True, "sent-1")
    assert "recipient" not in update.activity


class TestSharing:
    """What the asker alone saw is shown to all, if all may see it."""

    async def _share(self, bot: Running) -> str:
        data = _button(_card(bot), offer=Offer.SHARE)
        return str(
            (await (await bot.post(teams.execute(data, conversation=GROUP))).json())["value"]
        )

    async def test_all_see_the_place_and_neither_the_question_nor_buttons(
        self, bot: Running, talk: Talk
    ) -> None:
        await bot.post(teams.group_message())
        assert await self._share(bot) == wording.SHARED
        own, shown = bot.connector.sent
        assert (own.targeted, shown.targeted) == (True, False)
        assert talk.answerer.questions[-1].audience == {EVERYONE}
        card = _card(bot)
        assert lines(card)[0] == wording.shared_by(SAY, "Anna Weber")
        assert QUESTION not in str(shown.activity)
        assert list(elements(card, "Action.Execute")) == []
        assert violations(card) == []
        assert urls(card) == ["https://bot.example.com/o/q1.0"]  # nobody's opening

    async def test_it_is_no_second_question(self, bot: Running, talk: Talk) -> None:
        await bot.post(teams.group_message())
        await self._share(bot)
        await bot.post(teams.group_message("and abroad?"))
        texts = [one.text for one in talk.recorder.events if isinstance(one, Asked)]
        assert texts == [QUESTION.lower().replace("how do i", "how do I"), "and abroad?"]
        assert talk.answerer.questions[-1].context == texts[0]

    async def test_what_is_for_some_is_not_offered_to_be_shared(
        self, bot: Running, talk: Talk
    ) -> None:
        talk.answerer.answer_given = answer(result(CONFIDENTIAL))
        await bot.post(teams.group_message())
        assert "Pay bands" in str(_card(bot))
        assert wording.offer_button(SAY, Offer.SHARE) not in str(_card(bot))

    @pytest.mark.parametrize("now", [answer(), answer(result(policy(id="other")))])
    async def test_what_has_become_for_some_is_not_shared(
        self, bot: Running, talk: Talk, now: Any
    ) -> None:
        """All there would see something else, or nothing."""
        await bot.post(teams.group_message())
        talk.answerer.answer_given = now
        assert await self._share(bot) == wording.NOT_SHARED
        assert len(bot.connector.sent) == 1
