"""Every action of the table is drawn, understood and handled; one more is a row and a handler."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bots import wording
from bots.actions import ACTIONS, CardAction, Handlers, Offer
from bots.cards import answer_card
from bots.conversation import Conversation
from bots.drawing.card_parts import action_button
from bots.drawing.kept_answer import Given
from bots.drawing.plain_cards import introduction_card
from bots.drawing.rating_part import Feedback
from bots.drawing.shown import ShownAnswer
from bots.memory import Memory
from bots.messages import CardPress, PressReply
from identity.audiences import Audiences
from retrieval.answer import Outcome
from showing.ports import NOBODY
from tests.fakes import activities as teams
from tests.fakes.answers import answer, result
from tests.fakes.cards import elements
from tests.fakes.parts import (
    FakeAnswerer,
    FakeLinks,
    FakeOwnData,
    FakePseudonyms,
    FakeRecorder,
)
from tests.fakes.running import Running, running
from words.catalogue import words_for

SAY = words_for("en")
ANNA = FakePseudonyms().pseudonym(teams.TENANT_ID, teams.ANNA["aadObjectId"])
ANSWERED = ShownAnswer(
    "q1",
    answer(result()),
    ("https://bot.example.com/o/1",),
    offers=tuple(Offer),
    asks=("When is it paid?", "Who signs it?"),
    private=True,
)
NOTHING_KEPT = FakeOwnData().is_known
NOTHING = replace(ANSWERED, answer=answer(outcome=Outcome.NOTHING_VALIDATED), links=())
# Every card that the product draws: a new one is added here.
CARDS = [
    *(answer_card(ANSWERED, feedback) for feedback in Feedback),
    answer_card(NOTHING),
    introduction_card(SAY, wording.WELCOME_HEADING, ["How do I start?"], NOBODY, "Hello."),
    FakeOwnData().parts().known_card(NOTHING_KEPT, SAY),
    FakeOwnData().parts().sure_card(NOTHING_KEPT, SAY),
]
# What a client can send in the place of any value.
# A question may be any line: whoever sends it could have typed it.
ANY_LINE = {"question"}
JUNK = [None, [], {}, {"a": 1}, 7, -1.5, "", " ", "\x00", "ein Wort", "x" * 10_000]


def buttons(name: str) -> list[dict[str, Any]]:
    """The buttons of all cards that ask for that action, each thing to ask for once: the same press
    again is taken for a repeat."""
    drawn = (button for card in CARDS for button in elements(card, "Action.Execute"))
    asking = [button for button in drawn if button["verb"] == name]
    assert asking != [] or name not in ACTIONS, f"no card draws a button for {name}"
    return list({json.dumps(button["data"]): button for button in asking}.values())


def malformed(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The data with one value missing, or another in its place."""
    for key in data.keys() - {"action"}:
        yield {name: value for name, value in data.items() if name != key}
        for junk in JUNK:
            if not (key in ANY_LINE and junk == "ein Wort"):
                yield {**data, key: junk}


def conversation(
    actions: Mapping[str, CardAction[Any]] = ACTIONS, *given: ShownAnswer
) -> Conversation:
    """One that has `given` these answers."""
    memory = Memory()
    for one in given:
        memory.remember(Given(one, teams.PERSONAL_ID, ANNA), teams.PERSONAL_ID)
    return Conversation(
        FakeAnswerer(),
        FakeRecorder(),
        FakeLinks(),
        FakePseudonyms(),
        Audiences(),
        FakeOwnData().parts(),
        actions=actions,
        memory=memory,
    )


async def said_by_execute(bot: Running, data: Mapping[str, Any]) -> str:
    response = await bot.post(teams.execute(dict(data)))
    body = await response.json()
    assert (response.status, body["statusCode"]) == (200, 200)
    return str(body["value"])


async def said_by_submit(bot: Running, data: Mapping[str, Any]) -> str:
    response = await bot.post(teams.submit(dict(data)))
    assert response.status == 200
    return bot.connector.said[-1]


def test_the_table_has_what_the_cards_draw_and_nothing_else() -> None:
    """An action without a card could never be asked for, one without a row never be answered."""
    drawn = [button for card in CARDS for button in elements(card, "Action.Execute")]
    assert {button["verb"] for button in drawn} == set(ACTIONS)
    assert [button for button in drawn if button["data"]["action"] != button["verb"]] == []
    assert [name for name, action in ACTIONS.items() if action.name != name] == []


def test_a_submit_is_drawn_only_as_the_fallback_of_an_execute() -> None:
    assert [card for card in CARDS if list(elements(card, "Action.Submit"))] == []


@pytest.mark.parametrize("name", ACTIONS)
def test_what_its_buttons_carry_is_read_back(name: str) -> None:
    action = ACTIONS[name]
    for button in buttons(name):
        asked_for = action.parse(button["data"])
        assert asked_for is not None
        assert action.data(asked_for) == button["data"]
        assert button["fallback"] == {
            "type": "Action.Submit",
            "title": button["title"],
            "data": button["data"],
        }


@pytest.mark.parametrize("name", ACTIONS)
def test_malformed_data_are_nothing(name: str) -> None:
    for button in buttons(name):
        for data in malformed(button["data"]):
            assert (data, ACTIONS[name].parse(data)) == (data, None)


@pytest.mark.parametrize("name", ACTIONS)
async def test_malformed_data_get_a_polite_word_through_the_real_endpoint(name: str) -> None:
    wrong = [*malformed(buttons(name)[0]["data"]), {"action": f"{name}?"}, {"action": [name]}]
    async with running() as bot:
        bot.conversation.on_press = conversation().press
        for data in (wrong[0], *wrong[-2:]):
            assert await said_by_execute(bot, data) == wording.PRESS_UNKNOWN
            assert await said_by_submit(bot, data) == wording.PRESS_UNKNOWN


@pytest.mark.parametrize("name", ACTIONS)
async def test_execute_and_its_fallback_reach_the_handler_through_the_real_endpoint(
    name: str,
) -> None:
    reached: list[Any] = []

    async def handle(handlers: Handlers, press: CardPress, asked_for: Any) -> PressReply:
        reached.append(asked_for)
        return PressReply(f"Done {len(reached)}.")

    table = {**ACTIONS, name: replace(ACTIONS[name], handle=handle)}
    async with running() as bot:
        bot.conversation.on_press = conversation(table).press
        for button in buttons(name):
            reached.clear()
            assert await said_by_execute(bot, button["data"]) == "Done 1."
            assert await said_by_submit(bot, button["fallback"]["data"]) == "Done 2."
            assert reached == [ACTIONS[name].parse(button["data"])] * 2


@pytest.mark.parametrize("name", ACTIONS)
async def test_its_own_handler_has_something_to_say(name: str) -> None:
    async with running() as bot:
        bot.conversation.on_press = conversation(ACTIONS, ANSWERED).press
        for button in buttons(name):
            assert await said_by_execute(bot, button["data"]) not in {"", wording.PRESS_UNKNOWN}


# What somebody adds: what the buttons say, a handler, and a row.


@dataclass(frozen=True)
class Snooze:
    """Ask again later."""

    hours: int


async def snoozed(handlers: Handlers, press: CardPress, snooze: Snooze) -> PressReply:
    return PressReply(f"{press.sender.name} is asked again in {snooze.hours} hours.")


def _snooze(data: Mapping[str, Any]) -> Snooze | None:
    match data:
        case {"hours": int(hours)} if 0 < hours < 100:
            return Snooze(hours)
    return None


SNOOZE = CardAction("snooze", _snooze, snoozed)


async def test_an_action_is_added_by_one_row_and_one_handler() -> None:
    button = action_button(SNOOZE, Snooze(8), "Later").model_dump(by_alias=True, exclude_none=True)
    assert button["verb"] == "snooze"
    assert button["data"] == {"action": "snooze", "hours": 8}
    async with running() as bot:
        bot.conversation.on_press = conversation({**ACTIONS, SNOOZE.name: SNOOZE}).press
        for said in (said_by_execute, said_by_submit):
            assert await said(bot, button["data"]) == "Anna Weber is asked again in 8 hours."
            assert await said(bot, {"action": "snooze", "hours": 100}) == wording.PRESS_UNKNOWN
            for other in buttons("rate"):
                assert await said(bot, other["data"]) != wording.PRESS_UNKNOWN
        bot.conversation.on_press = conversation().press
        assert await said_by_execute(bot, button["data"]) == wording.PRESS_UNKNOWN
