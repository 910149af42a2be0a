"""What happens around a conversation: installs, new members, reactions, edits."""

from __future__ import annotations

import pytest

from tests.fakes import activities as teams
from tests.fakes.activities import JSON
from tests.fakes.running import Running

GROUP = {"conversation": {"id": teams.GROUP_ID, "conversationType": "groupChat", "isGroup": True}}
CHANNEL = {"conversation": {"id": teams.CHANNEL_ID, "conversationType": "channel"}}


def welcomes(bot: Running) -> list[str]:
    """The chats that were welcomed."""
    assert set(bot.connector.said) <= {"Welcome."}
    return [sent.conversation_id for sent in bot.connector.sent]


@pytest.mark.parametrize(
    "events",
    [
        [teams.installed(), teams.members_added()],
        [teams.members_added(), teams.installed()],
        [teams.installed()],
        [teams.members_added()],
        [teams.members_added(teams.ANNA)],
    ],
    ids=["install first", "members first", "install alone", "bot added", "person added"],
)
async def test_an_install_is_welcomed_once(bot: Running, events: list[JSON]) -> None:
    """Teams sends two events at an install, in any order, and other channels only one."""
    for event in events:
        response = await bot.post(event)
        assert response.status == 200
    assert welcomes(bot) == [teams.PERSONAL_ID]


async def test_the_welcome_asks_nothing_of_the_network(bot: Running) -> None:
    await bot.post(teams.members_added(teams.ANNA))
    assert [sent.method for sent in bot.connector.attempts] == ["POST"]


async def test_an_install_after_an_install_is_welcomed_again(bot: Running) -> None:
    for event in [teams.installed(), teams.members_added()] * 2:
        await bot.post(event | {"id": None})
    assert len(welcomes(bot)) == 2


async def test_two_people_who_install_are_both_welcomed(bot: Running) -> None:
    bens = {"conversation": {"id": "a:ben", "conversationType": "personal"}, "from": teams.BEN}
    await bot.post(teams.installed())
    await bot.post(teams.members_added() | bens)
    assert welcomes(bot) == [teams.PERSONAL_ID, "a:ben"]


@pytest.mark.parametrize("scope", [GROUP, CHANNEL], ids=["group", "channel"])
@pytest.mark.parametrize(
    "event",
    [teams.installed(), teams.members_added(), teams.members_added(teams.ANNA, teams.BEN)],
    ids=["installed", "bot added", "people added"],
)
async def test_groups_and_channels_are_not_disturbed_by_new_members(
    bot: Running, event: JSON, scope: JSON
) -> None:
    response = await bot.post(event | scope)
    assert (response.status, bot.connector.sent) == (200, [])


@pytest.mark.parametrize(
    "event",
    [
        teams.installed(action="remove"),
        teams.installed(action="add-upgrade"),
        teams.reaction(),
        teams.edited(channelData={"eventType": "undeleteMessage"}),
        teams.edited(channelData={}),
        teams.deleted(),
        teams.members_added() | {"membersAdded": None, "membersRemoved": [teams.ANNA]},
        teams.message() | {"type": "typing"},
        teams.message() | {"type": "event", "name": "application/vnd.microsoft.readReceipt"},
        teams.message() | {"type": "endOfConversation"},
        teams.message() | {"type": "somethingNew"},
    ],
    ids=lambda event: str(event.get("action") or event["type"]),
)
async def test_other_events_are_taken_quietly(bot: Running, event: JSON) -> None:
    response = await bot.post(event)
    assert (response.status, bot.connector.attempts) == (200, [])
    assert bot.conversation.messages == []


async def test_an_edited_question_is_answered_like_a_new_one(bot: Running) -> None:
    """An edit carries the id of the message, and a question can be mended more than once."""
    question = teams.message("expences")
    await bot.post(question)
    for text in ("travel expences", "travel expenses"):
        response = await bot.post(teams.edited(text, id=question["id"]))
        assert response.status == 200
    assert bot.connector.said == [
        "You said: expences",
        "You said: travel expences",
        "You said: travel expenses",
    ]
    assert [message.id for message in bot.conversation.messages] == [question["id"]] * 3
    assert [sent.activity_id for sent in bot.connector.sent] == [question["id"]] * 3


async def test_an_edit_delivered_again_is_answered_once(bot: Running) -> None:
    edit = teams.edited()
    first, again = await bot.post(edit), await bot.post(edit)
    assert (first.status, again.status) == (200, 200)
    assert len(bot.connector.messages) == 1


async def test_an_edit_of_a_message_from_long_ago_is_answered(bot: Running) -> None:
    await bot.post(teams.edited("parking"))
    assert bot.connector.said == ["You said: parking"]


async def test_an_edit_that_leaves_the_words_as_they_were_is_not_answered(bot: Running) -> None:
    """Bold type, or what the platform itself adds to a message."""
    question = teams.message("parking")
    await bot.post(question)
    response = await bot.post(teams.edited(" parking ", id=question["id"]))
    assert response.status == 200
    assert bot.connector.said == ["You said: parking"]


async def test_an_edit_in_another_conversation_is_another_message(bot: Running) -> None:
    question = teams.message("parking", id="1")
    await bot.post(question)
    await bot.post(teams.edited("parking", id="1") | GROUP)
    assert bot.connector.said == ["You said: parking"] * 2
