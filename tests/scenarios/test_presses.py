"""A person presses a card's button, or one of the platform's thumbs."""

from __future__ import annotations

import asyncio

import pytest

from bots.messages import CardPress, PressReply, Thumbs
from identity.person import Person
from tests.fakes import activities as teams
from tests.fakes.connector import Failure
from tests.fakes.running import Running

CARD = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "Rated"}]}
DATA = {"action": "rate", "query_id": "q1", "helpful": True}
ANNA = Person(teams.ANNA["id"], "Anna Weber", teams.ANNA["aadObjectId"], teams.TENANT_ID)


async def new_card(press: CardPress) -> PressReply:
    return PressReply("Thank you.", card=CARD)


async def broken(press: object) -> PressReply:
    raise RuntimeError("the log is gone")


async def stuck(press: object) -> PressReply:
    await asyncio.Event().wait()
    raise AssertionError


async def test_an_execute_gives_the_card_that_takes_the_place_of_the_one_pressed(
    bot: Running,
) -> None:
    bot.conversation.on_press = new_card
    response = await bot.post(teams.execute(DATA, reply_to_id="42"))
    assert response.status == 200
    assert await response.json() == {
        "statusCode": 200,
        "type": "application/vnd.microsoft.card.adaptive",
        "value": CARD,
    }
    assert bot.conversation.presses == [CardPress(DATA, ANNA, teams.PERSONAL_ID, locale="en-GB")]
    assert bot.connector.sent == []


async def test_an_execute_without_a_new_card_gives_the_text(bot: Running) -> None:
    response = await bot.post(teams.execute(DATA))
    assert await response.json() == {
        "statusCode": 200,
        "type": "application/vnd.microsoft.activity.message",
        "value": "Thank you.",
    }


async def test_an_execute_without_data_is_a_press_without_data(bot: Running) -> None:
    activity = teams.execute(DATA)
    del activity["value"]["action"]["data"]
    await bot.post(activity)
    assert bot.conversation.presses[0].data == {}


@pytest.mark.parametrize("failing", [broken, stuck])
async def test_an_execute_that_fails_says_so_in_the_protocol_s_words(
    hurried: Running, failing: object
) -> None:
    hurried.conversation.on_press = failing  # type: ignore[assignment]
    response = await hurried.post(teams.execute(DATA))
    assert response.status == 200
    assert await response.json() == {
        "statusCode": 500,
        "type": "application/vnd.microsoft.error",
        "value": {"code": "BotError", "message": "Sorry, that did not work."},
    }


@pytest.mark.parametrize(
    "value", [None, "press", [], {}, {"action": None}, {"action": {"data": "text"}}]
)
async def test_an_execute_that_is_malformed_is_told_so(bot: Running, value: object) -> None:
    response = await bot.post(teams.execute(DATA) | {"value": value})
    assert response.status == 200
    body = await response.json()
    assert (body["statusCode"], body["type"]) == (400, "application/vnd.microsoft.error")
    assert bot.conversation.presses == []


async def test_a_submit_replaces_the_card_if_it_is_known(bot: Running) -> None:
    """The fallback for clients without Action.Execute ends with the same card on the screen."""
    bot.conversation.on_press = new_card
    response = await bot.post(teams.submit(DATA, reply_to_id="42"))
    (update,) = bot.connector.updates
    assert response.status == 200
    assert bot.conversation.presses[0] == CardPress(DATA, ANNA, teams.PERSONAL_ID, locale="en-GB")
    assert update.path == f"/v3/conversations/{teams.PERSONAL_ID}/activities/42"
    assert update.activity["summary"] == "Thank you."
    assert update.activity["attachments"][0]["content"] == CARD
    assert bot.connector.messages == []
    assert bot.conversation.messages == []


async def test_a_submit_on_a_card_nobody_knows_is_answered_by_a_message(bot: Running) -> None:
    bot.conversation.on_press = new_card
    await bot.post(teams.submit(DATA, reply_to_id=None))
    (message,) = bot.connector.messages
    assert message["summary"] == "Thank you."
    assert message["attachments"][0]["content"] == CARD


async def test_a_submit_without_a_new_card_is_answered_by_its_text(bot: Running) -> None:
    await bot.post(teams.submit(DATA))
    assert bot.connector.said == ["Thank you."]
    assert bot.connector.updates == []


async def test_a_card_that_cannot_be_replaced_is_answered_by_its_text(bot: Running) -> None:
    bot.conversation.on_press = new_card
    bot.connector.fail(Failure(404))
    response = await bot.post(teams.submit(DATA))
    assert response.status == 200
    assert bot.connector.said == ["Thank you."]


async def test_a_message_back_with_text_beside_its_value_is_a_press(bot: Running) -> None:
    await bot.post(teams.message("Helpful", value=DATA))
    assert [press.data for press in bot.conversation.presses] == [DATA]
    assert bot.conversation.messages == []


async def test_a_submit_that_fails_gives_the_person_words(bot: Running) -> None:
    bot.conversation.on_press = broken
    response = await bot.post(teams.submit(DATA))
    assert response.status == 200
    assert bot.connector.said == ["Sorry, that did not work."]


@pytest.mark.parametrize(
    ("reaction", "feedback", "like", "comment"),
    [
        ("like", '{"feedbackText": "just right"}', True, "just right"),
        ("dislike", '{"feedbackText": ""}', False, ""),
        ("dislike", "too short", False, "too short"),  # the playground's way
        ("like", "", True, ""),
        ("like", "42", True, "42"),
        ("like", '{"feedbackText": 42}', True, ""),
        ("like", '{"other": 1}', True, ""),
    ],
)
async def test_thumbs_reach_the_conversation_and_are_acknowledged(
    bot: Running, reaction: str, feedback: str, like: bool, comment: str
) -> None:
    response = await bot.post(teams.thumbs(reaction, feedback, reply_to_id="42"))
    assert (response.status, await response.json()) == (200, {})
    assert bot.conversation.ratings == [Thumbs(like, comment, ANNA, teams.PERSONAL_ID, "42")]
    assert bot.connector.sent == []


async def test_thumbs_that_name_no_message_are_taken(bot: Running) -> None:
    await bot.post(teams.thumbs(reply_to_id=None))
    assert bot.conversation.ratings[0].reply_to_id is None


async def test_thumbs_that_cannot_be_recorded_are_acknowledged(bot: Running) -> None:
    """The platform has thanked the person already."""
    bot.conversation.on_thumbs = broken  # type: ignore[assignment]
    response = await bot.post(teams.thumbs())
    assert (response.status, await response.json()) == (200, {})


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {"actionName": "feedback"},
        {"actionName": "feedback", "actionValue": {"reaction": "perhaps"}},
        {"actionName": "other", "actionValue": {"reaction": "like"}},
        {"actionName": "feedback", "actionValue": {"reaction": ["like"]}},
    ],
)
async def test_what_is_no_feedback_is_a_bad_request(bot: Running, value: object) -> None:
    response = await bot.post(teams.thumbs() | {"value": value})
    assert response.status == 400
    assert bot.conversation.ratings == []


async def test_an_invoke_that_the_bot_does_not_know_is_not_implemented(bot: Running) -> None:
    response = await bot.post(teams.search())
    assert response.status == 501
    assert (await response.json())["error"]["code"] == "NotImplemented"
