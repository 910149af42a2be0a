"""A person types, and Teams gets one message back."""

from __future__ import annotations

import asyncio

from bots.messages import Message, Reply
from identity.person import Person
from retrieval.answer import ChannelKind
from tests.fakes import activities as teams
from tests.fakes.connector import HANG, Failure
from tests.fakes.conversation import Gate
from tests.fakes.running import Running

CARD = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": [{"type": "TextBlock", "text": "Page 4", "wrap": True}],
    "msteams": {"width": "Full"},
}


async def test_a_question_reaches_the_conversation_as_a_plain_message(bot: Running) -> None:
    """Everything that the conversation may want to know, and nothing of the SDK."""
    activity = teams.message("how do I claim travel expenses?")

    await bot.post(activity)

    assert bot.conversation.messages == [
        Message(
            id=activity["id"],
            text="how do I claim travel expenses?",
            sender=Person(
                channel_id=teams.ANNA["id"],
                name="Anna Weber",
                object_id=teams.ANNA["aadObjectId"],
                tenant_id=teams.TENANT_ID,
            ),
            conversation_id=teams.PERSONAL_ID,
            channel_kind=ChannelKind.PERSONAL,
            locale="en-GB",
            attachments=(),
        )
    ]


async def test_the_reply_is_one_message_with_words_and_a_card(
    bot: Running,
) -> None:
    async def answer(message: Message) -> Reply:
        return Reply("Page 4 says how.", card=CARD, query_id="q1")

    bot.conversation.on_message = answer
    activity = teams.message()

    response = await bot.post(activity)

    assert response.status == 200
    (sent,) = bot.connector.sent
    assert sent.path == (f"/v3/conversations/{teams.PERSONAL_ID}/activities/{activity['id']}")
    assert sent.activity["summary"] == "Page 4 says how."
    assert sent.activity["attachments"] == [
        {"contentType": "application/vnd.microsoft.card.adaptive", "content": CARD}
    ]
    assert "channelData" not in sent.activity  # no thumbs beside the card's own rating
    assert sent.activity["replyToId"] == activity["id"]
    assert sent.activity["recipient"]["id"] == teams.ANNA["id"]
    assert sent.activity["from"]["id"] == teams.BOT["id"]


async def test_text_and_card_are_one_message_and_not_two(bot: Running) -> None:
    """Of two the platform would tell no id, and no rating could find its answer: so the text is the
    summary, which notifications show."""

    async def answer(message: Message) -> Reply:
        return Reply("Page 4 says how.", card=CARD, query_id="q1")

    bot.conversation.on_message = answer
    await bot.post(teams.message())
    ((_, activity_id),) = bot.conversation.recorded
    assert activity_id == "sent-1"
    assert "text" not in bot.connector.messages[0]


async def test_a_reply_without_a_card_is_plain_text(bot: Running) -> None:
    """What people and documents say must not make links, so it is no Markdown."""
    await bot.post(teams.message("[hi](https://evil.example)"))
    (message,) = bot.connector.messages
    assert message["text"] == "You said: [hi](https://evil.example)"
    assert message["textFormat"] == "plain"
    assert "summary" not in message


async def test_the_conversation_hears_that_its_reply_is_out_and_under_which_id(
    bot: Running,
) -> None:
    await bot.post(teams.message("hi"))
    ((reply, activity_id),) = bot.conversation.recorded
    assert (reply.text, activity_id) == ("You said: hi", "sent-1")


async def test_in_a_group_the_mention_of_the_bot_is_not_part_of_the_question(
    bot: Running,
) -> None:
    await bot.post(teams.group_message("where is the travel policy?"))
    (message,) = bot.conversation.messages
    assert message.text == "where is the travel policy?"
    assert message.channel_kind is ChannelKind.GROUP


async def test_in_a_channel_the_reply_goes_into_the_thread_of_the_question(bot: Running) -> None:
    activity = teams.channel_message("where is the travel policy?")
    await bot.post(activity)
    (sent,) = bot.connector.sent
    assert bot.conversation.messages[0].channel_kind is ChannelKind.CHANNEL
    assert sent.conversation_id == teams.THREAD_ID
    assert sent.activity["conversation"]["id"] == teams.THREAD_ID
    assert sent.activity_id == activity["id"]


async def test_an_empty_mention_is_an_empty_question(bot: Running) -> None:
    await bot.post(teams.group_message(""))
    assert bot.conversation.messages[0].text == ""


async def test_a_file_is_named_by_its_type_and_the_html_twin_is_not(bot: Running) -> None:
    await bot.post(teams.file_message())
    assert bot.conversation.messages[0].attachments == (
        "application/vnd.microsoft.teams.file.download.info",
    )


async def test_a_sticker_is_an_image_without_text(bot: Running) -> None:
    await bot.post(teams.sticker())
    (message,) = bot.conversation.messages
    assert (message.text, message.attachments) == ("", ("image/*",))


async def test_the_language_is_that_of_the_client_if_the_activity_names_none(
    bot: Running,
) -> None:
    activity = teams.message()
    del activity["locale"]
    activity["entities"][0]["locale"] = "de-DE"
    await bot.post(activity)
    assert bot.conversation.messages[0].locale == "de-DE"


async def test_who_waits_sees_the_bot_typing_once_and_before_the_reply(bot: Running) -> None:
    gate = Gate()

    async def slow(message: Message) -> Reply:
        await gate()
        return Reply("At last.")

    bot.conversation.on_message = slow
    turn = asyncio.create_task(bot.post(teams.message()))
    await bot.connector.arrived(1)
    gate.open()
    await turn
    assert [sent.activity["type"] for sent in bot.connector.sent] == ["typing", "message"]


async def test_a_quick_answer_shows_no_typing(bot: Running) -> None:
    await bot.post(teams.message())
    assert bot.connector.typing == []


async def test_a_typing_indicator_that_fails_does_not_fail_the_answer(bot: Running) -> None:
    async def slow(message: Message) -> Reply:
        await asyncio.sleep(0.1)
        return Reply("At last.")

    bot.conversation.on_message = slow
    bot.connector.fail(Failure(400))
    response = await bot.post(teams.message())
    assert response.status == 200
    assert bot.connector.said == ["At last."]


async def test_a_typing_indicator_that_hangs_does_not_cost_the_answer(bot: Running) -> None:
    async def slow(message: Message) -> Reply:
        await asyncio.sleep(0.1)
        return Reply("At last.")

    bot.conversation.on_message = slow
    bot.connector.fail(HANG)
    await bot.post(teams.message())
    assert bot.connector.said == ["At last."]


async def test_an_exception_gives_the_person_words_and_teams_a_200(bot: Running) -> None:
    async def broken(message: Message) -> Reply:
        raise RuntimeError("the index is gone")

    bot.conversation.on_message = broken
    response = await bot.post(teams.message())
    assert response.status == 200
    assert bot.connector.said == ["Sorry, that did not work."]
    assert bot.conversation.recorded == []


async def test_an_answer_that_takes_too_long_becomes_a_polite_failure(hurried: Running) -> None:
    async def stuck(message: Message) -> Reply:
        await asyncio.Event().wait()
        raise AssertionError

    hurried.conversation.on_message = stuck
    response = await hurried.post(teams.message())
    assert response.status == 200
    assert hurried.connector.said == ["Sorry, that did not work."]


async def test_a_reply_that_cannot_be_recorded_is_sent_all_the_same(bot: Running) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the log is full")

    bot.conversation.sent = broken  # type: ignore[assignment,method-assign]
    response = await bot.post(teams.message("hi"))
    assert response.status == 200
    assert bot.connector.said == ["You said: hi"]


async def test_a_reply_that_teams_refuses_is_tried_once_and_not_apologised_for(
    bot: Running,
) -> None:
    """What cannot be sent is not helped by sending more."""
    bot.connector.fail_always(Failure(403))
    response = await bot.post(teams.message())
    assert response.status == 200
    assert len(bot.connector.attempts) == 1
    assert bot.conversation.recorded == []


async def test_expected_replies_come_back_in_the_answer_and_nothing_is_posted(
    bot: Running,
) -> None:
    async def answer(message: Message) -> Reply:
        return Reply("Page 4 says how.", card=CARD)

    bot.conversation.on_message = answer
    response = await bot.post(teams.message(deliveryMode="expectReplies"))
    (reply,) = (await response.json())["activities"]
    assert response.status == 200
    assert reply["summary"] == "Page 4 says how."
    assert reply["attachments"][0]["content"] == CARD
    assert bot.connector.sent == []
