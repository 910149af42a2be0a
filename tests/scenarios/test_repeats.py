"""Teams delivers again what it believes lost: it happens once."""

from __future__ import annotations

import asyncio

from bots.messages import CardPress, Message, PressReply, Reply
from tests.fakes import activities as teams
from tests.fakes.conversation import Gate
from tests.fakes.running import Running

YES = {"action": "rate", "helpful": True}
NO = {"action": "rate", "helpful": False}


async def test_a_message_delivered_again_is_answered_once(bot: Running) -> None:
    activity = teams.message()
    first, again = await bot.post(activity), await bot.post(activity)
    assert (first.status, again.status) == (200, 200)
    assert len(bot.connector.messages) == 1


async def test_a_message_delivered_again_while_its_answer_takes_long_waits_for_it(
    bot: Running,
) -> None:
    """Teams repeats itself after 10 to 15 seconds, which is just when the bot is slow. Acknowledged
    before, it would be lost if the process died."""
    gate = Gate()

    async def slow(message: Message) -> Reply:
        await gate()
        return Reply("At last.")

    bot.conversation.on_message = slow
    activity = teams.message()
    first = asyncio.create_task(bot.post(activity))
    await gate.reached.wait()
    again = asyncio.create_task(bot.post(activity))
    done, _ = await asyncio.wait({first, again}, timeout=0.1)
    assert done == set()
    gate.open()
    assert {(await one).status for one in (first, again)} == {200}
    assert bot.connector.said == ["At last."]


async def test_the_same_id_in_another_conversation_is_another_message(bot: Running) -> None:
    activity = teams.message(id="1")
    await bot.post(activity)
    await bot.post(teams.group_message(id="1"))
    assert len(bot.connector.messages) == 2


async def test_the_same_words_again_are_another_message(bot: Running) -> None:
    await bot.post(teams.message("hi"))
    await bot.post(teams.message("hi"))
    assert len(bot.connector.messages) == 2


async def test_messages_without_ids_are_all_answered(bot: Running) -> None:
    for _ in range(2):
        await bot.post(teams.message("hi") | {"id": None})
    assert len(bot.connector.messages) == 2


async def test_a_press_repeated_under_a_new_id_happens_once_and_gets_the_same_answer(
    bot: Running,
) -> None:
    """An unanswered invoke comes again after about 30 seconds, with an id of its own."""
    first = await bot.post(teams.execute(YES))
    again = await bot.post(teams.execute(YES))
    assert await first.json() == await again.json()
    assert (first.status, again.status) == (200, 200)
    assert len(bot.conversation.presses) == 1


async def test_a_press_repeated_while_the_first_runs_waits_for_its_answer(bot: Running) -> None:
    gate = Gate()

    async def slow(press: CardPress) -> PressReply:
        await gate()
        return PressReply("Noted.")

    bot.conversation.on_press = slow
    first = asyncio.create_task(bot.post(teams.execute(YES)))
    await gate.reached.wait()
    again = asyncio.create_task(bot.post(teams.execute(YES)))
    await asyncio.sleep(0.05)
    assert not again.done()
    gate.open()
    bodies = [await (await turn).json() for turn in (first, again)]
    assert [body["value"] for body in bodies] == ["Noted.", "Noted."]
    assert len(bot.conversation.presses) == 1


async def test_two_people_who_press_the_same_button_are_two_presses(bot: Running) -> None:
    await bot.post(teams.execute(YES))
    await bot.post(teams.execute(YES) | {"from": teams.BEN})
    assert [press.sender.name for press in bot.conversation.presses] == [
        "Anna Weber",
        "Ben Okafor",
    ]


async def test_the_same_button_on_two_cards_is_two_presses(bot: Running) -> None:
    await bot.post(teams.execute(YES, reply_to_id="1"))
    await bot.post(teams.execute(YES, reply_to_id="2"))
    assert len(bot.conversation.presses) == 2


async def test_who_changes_their_mind_twice_is_heard_three_times(bot: Running) -> None:
    for data in (YES, NO, YES):
        await bot.post(teams.execute(data))
    assert [press.data for press in bot.conversation.presses] == [YES, NO, YES]


async def test_a_thumb_repeated_is_one_rating(bot: Running) -> None:
    for _ in range(2):
        assert (await bot.post(teams.thumbs("like"))).status == 200
    assert len(bot.conversation.ratings) == 1


async def test_thumbs_that_name_no_message_are_not_taken_for_one(bot: Running) -> None:
    """Clients leave the message out at times: two answers can be liked within a minute."""
    activity = teams.thumbs("like", reply_to_id=None)
    for another in (activity, teams.thumbs("like", reply_to_id=None), activity):
        await bot.post(another)
    assert len(bot.conversation.ratings) == 2


async def test_expected_replies_are_given_again_to_who_asks_again(bot: Running) -> None:
    """The answer to the first request is lost, and with it the reply that was in it."""
    activity = teams.message(deliveryMode="expectReplies")
    first, again = await bot.post(activity), await bot.post(activity)
    assert await first.json() == await again.json()
    assert len(bot.conversation.messages) == 1
