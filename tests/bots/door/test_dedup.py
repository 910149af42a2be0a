"""The same delivery is one turn; what only looks like it is another."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from bots.door.dedup import CAPACITY, WINDOW_S, Delivery, Once, delivery_of, fingerprint
from bots.door.payload import parse_activity
from state.kinds import Kind
from state.state import State
from tests.fakes import activities as teams
from tests.fakes.hours import Hours

MESSAGE = Delivery("message", "conversation", "1", "anna")
PRESS = Delivery("invoke", "conversation", "1", "anna", fingerprint("yes"))


NUMBERS = Kind.of("number.1", int, lifetime_s=WINDOW_S, capacity=CAPACITY)


class Work:
    """Counts how often it is done."""

    def __init__(self) -> None:
        self.done = 0

    async def __call__(self) -> int:
        self.done += 1
        return self.done


async def test_work_is_done_once_and_its_result_is_given_again() -> None:
    once: Once[int] = Once(NUMBERS)
    work = Work()
    assert MESSAGE not in once
    assert [await once.run(MESSAGE, work) for _ in range(3)] == [1, 1, 1]
    assert MESSAGE in once


@pytest.mark.parametrize(
    "other",
    [
        replace(MESSAGE, conversation_id="another"),
        replace(MESSAGE, activity_id="2"),
        replace(MESSAGE, kind="messageUpdate"),
        replace(MESSAGE, edit=fingerprint("mended")),
    ],
    ids=["conversation", "id", "kind", "edit"],
)
async def test_another_delivery_is_other_work(other: Delivery) -> None:
    once: Once[int] = Once(NUMBERS)
    work = Work()
    assert [await once.run(MESSAGE, work), await once.run(other, work)] == [1, 2]


async def test_who_comes_meanwhile_waits_for_the_same_result() -> None:
    once: Once[int] = Once(NUMBERS)
    open_ = asyncio.Event()

    async def slow() -> int:
        await open_.wait()
        return 7

    first = asyncio.create_task(once.run(PRESS, slow))
    await asyncio.sleep(0)
    second = asyncio.create_task(once.run(replace(PRESS, activity_id="2"), slow))
    await asyncio.sleep(0)
    open_.set()
    assert (await first, await second) == (7, 7)


async def test_who_gives_up_waiting_does_not_stop_the_work() -> None:
    once: Once[int] = Once(NUMBERS)
    open_ = asyncio.Event()

    async def slow() -> int:
        await open_.wait()
        return 7

    first = asyncio.create_task(once.run(PRESS, slow))
    await asyncio.sleep(0)
    second = asyncio.create_task(once.run(PRESS, slow))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.sleep(0)
    open_.set()
    assert await first == 7


@pytest.mark.parametrize("delivery", [PRESS, replace(PRESS, activity_id=None), MESSAGE])
async def test_what_is_under_way_has_ended_when_it_is_closed(delivery: Delivery) -> None:
    once: Once[int] = Once(NUMBERS)
    ended = []

    async def slow() -> int:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append(True)
        return 7

    waiting = asyncio.create_task(once.run(delivery, slow))
    await asyncio.sleep(0.01)
    await once.close()
    assert ended == [True]
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_what_is_done_is_left_alone_when_it_is_closed() -> None:
    once: Once[int] = Once(NUMBERS)

    async def quick() -> int:
        return 7

    assert await once.run(PRESS, quick) == 7
    await once.close()
    assert await once.run(PRESS, quick) == 7


async def test_work_that_failed_is_done_again() -> None:
    once: Once[int] = Once(NUMBERS)

    async def failing() -> int:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        await once.run(PRESS, failing)
    assert PRESS not in once
    assert await once.run(PRESS, Work()) == 1


async def test_work_that_nobody_waits_for_any_more_is_done_again() -> None:
    once: Once[int] = Once(NUMBERS)
    first = asyncio.create_task(once.run(PRESS, asyncio.Event().wait))
    await asyncio.sleep(0)
    assert PRESS in once
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert PRESS not in once
    assert await once.run(PRESS, Work()) == 1


async def test_a_press_repeated_under_another_id_is_done_once() -> None:
    once: Once[int] = Once(NUMBERS)
    work = Work()
    repeated = replace(PRESS, activity_id="2")
    nameless = replace(PRESS, activity_id=None)
    results = [await once.run(delivery, work) for delivery in (PRESS, repeated, nameless)]
    assert results == [1, 1, 1]


async def test_a_delivery_without_an_id_is_known_only_by_what_was_pressed() -> None:
    once: Once[int] = Once(NUMBERS)
    work = Work()
    nameless = replace(MESSAGE, activity_id=None)
    assert [await once.run(nameless, work), await once.run(nameless, work)] == [1, 2]


async def test_a_press_is_forgotten_when_its_sender_presses_something_else() -> None:
    """Otherwise who changes their mind twice would not be heard the second time."""
    once: Once[int] = Once(NUMBERS)
    work = Work()
    no = replace(PRESS, activity_id="2", press=fingerprint("no"))
    yes_again = replace(PRESS, activity_id="3")
    presses = (PRESS, no, yes_again, PRESS)  # the last is the first, delivered once more
    assert [await once.run(delivery, work) for delivery in presses] == [1, 2, 3, 1]


async def test_somebody_else_s_press_is_another() -> None:
    once: Once[int] = Once(NUMBERS)
    work = Work()
    bens = replace(PRESS, activity_id="2", sender_id="ben")
    elsewhere = replace(PRESS, activity_id="3", conversation_id="another")
    assert [await once.run(one, work) for one in (PRESS, bens, elsewhere)] == [1, 2, 3]


async def test_the_work_is_a_task_whose_name_says_what_it_is() -> None:
    async def named() -> str:
        task = asyncio.current_task()
        return task.get_name() if task else ""

    once: Once[str] = Once(Kind.of("word.1", str))
    assert await once.run(MESSAGE, named) == "delivery"


@pytest.mark.parametrize("delivery", [MESSAGE, PRESS], ids=["message", "press"])
async def test_a_delivery_is_known_for_two_minutes(delivery: Delivery) -> None:
    hours = Hours()
    once = Once(NUMBERS, State(clock=hours.clock()))
    await once.run(delivery, Work())
    hours.pass_by(119.5)
    assert delivery in once
    hours.pass_by(1.0)
    assert delivery not in once
    assert await once.run(delivery, Work()) == 1


async def test_nothing_is_under_way_when_all_is_done() -> None:
    once = Once(NUMBERS)
    for delivery in (MESSAGE, PRESS, replace(PRESS, press=fingerprint("no"))):
        await once.run(delivery, Work())
    await asyncio.sleep(0)
    assert once._flights == {}


def test_a_fingerprint_does_not_depend_on_the_order_of_keys() -> None:
    assert fingerprint({"a": 1, "b": [2]}) == fingerprint({"b": [2], "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": "1"})
    assert fingerprint("a", "b") != fingerprint("ab", "")


def known_by(activity: teams.JSON) -> Delivery:
    return delivery_of(parse_activity(json.dumps(activity).encode()))


def test_a_message_is_known_by_its_id_in_its_conversation() -> None:
    anna, chat = teams.ANNA["id"], teams.PERSONAL_ID
    assert known_by(teams.message(id="7")) == Delivery("message", chat, "7", anna)
    assert known_by(teams.message(id=None)) == Delivery("message", chat, None, anna)


def test_a_press_is_known_by_what_was_pressed_too() -> None:
    pressed = known_by(teams.execute({"helpful": True}, id="7"))
    value = teams.execute({"helpful": True})["value"]
    assert pressed == Delivery(
        "invoke",
        teams.PERSONAL_ID,
        "7",
        teams.ANNA["id"],
        press=fingerprint("adaptiveCard/action", "1767225600000", value),
    )
    for other in (
        teams.execute({"helpful": False}, id="7"),
        teams.execute({"helpful": True}, id="7", reply_to_id="1"),
        teams.execute({"helpful": True}, id="7", name="task/fetch"),
    ):
        assert known_by(other).press not in (None, pressed.press)


def test_a_thumb_is_a_press_only_if_it_names_its_message() -> None:
    """The same thumb again can be for another message."""
    assert known_by(teams.thumbs()).press is not None
    assert known_by(teams.thumbs(reply_to_id=None)).press is None
    assert known_by(teams.execute({}, reply_to_id=None)).press is not None


def test_an_edit_is_known_by_its_words_too() -> None:
    edited = known_by(teams.edited("taxi?", id="7"))
    assert (edited.kind, edited.edit, edited.press) == ("messageUpdate", fingerprint("taxi?"), None)
    assert known_by(teams.message("taxi?")).edit is None
