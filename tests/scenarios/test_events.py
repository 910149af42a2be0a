"""What happens around a conversation: installs, new members, reactions, edits."""

from __future__ import annotations

import pytest

from tests.fakes import activities as teams
from tests.fakes.activities import JSON
from tests.fakes.running import Running

GROUP = {"conversation": {"id": teams.GROUP_ID, "conversationType": "groupChat", "isGroup": True}}
CHANNEL = {"conversation": {"id": teams.CHANNEL_ID, "conversationType": "channel"}}


HELLO_ANNA = f"Welcome, {teams.ANNA['id']}."


def welcomes(bot: Running) -> list[str]:
    return bot.connector.said


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
    assert welcomes(bot) == [HELLO_ANNA]


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
    assert welcomes(bot) == [HELLO_ANNA, f"Welcome, {teams.BEN['id']}."]


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
        teams.edited(),
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


async def test_an_edit_is_not_answered_though_the_message_was(bot: Running) -> None:
    """An edit carries the id of the message: it is another event, and no second question."""
    question = teams.message()
    await bot.post(question)
    response = await bot.post(teams.edited(id=question["id"]))
    assert response.status == 200
    assert len(bot.connector.messages) == 1
