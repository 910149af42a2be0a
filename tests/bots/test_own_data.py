"""People ask what is kept of them, and to be forgotten: told to them alone, and done when sure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from analytics.erasing.erasure import Cause, Known
from analytics.erasing.retention import Keep
from bots import own_wording
from bots.messages import CardPress, PressReply
from errors import DatabaseAway
from identity.person import Person
from retrieval.answer import ChannelKind
from tests.fakes.cards import buttons, lines, urls, violations
from tests.fakes.talk import ALEX, CHAT, PRIVACY_URL, Talk
from words.catalogue import words_for

SINCE = datetime(2026, 11, 3, 9, tzinfo=UTC)
KNOWN = Known({"openings": 1, "ratings": 4, "results": 30, "questions": 12}, 3, 1, SINCE)
ASKERS = [
    *("<tenant|alex-oid>", "<old tenant|alex-oid>"),
    *("<tenant|29:alex>", "<old tenant|29:alex>"),
]


@pytest.fixture
def talk() -> Talk:
    talk = Talk()
    talk.own_data.is_known = KNOWN
    return talk


async def press(talk: Talk, data: dict[str, Any], sender: Person = ALEX) -> PressReply:
    return await talk.it.press(CardPress(data, sender, CHAT))


async def test_somebody_reads_what_is_kept_of_them(talk: Talk) -> None:
    """Looked up under every name they had; in words, with who sees it and for how long."""
    reply = await talk.ask("What do you know about me?")
    assert reply.card is not None
    assert violations(reply.card) == []
    said = lines(reply.card)
    assert "• 12 questions since 3 Nov 2026, with what I showed you and 1 opening." in said
    assert "• 3 ratings of answers, 1 with a comment." in said
    assert any(
        own_wording.OWN_CODE in line and "after 180 days" in line and "after 730 days" in line
        for line in said
    )
    assert urls(reply.card) == [PRIVACY_URL]
    assert talk.own_data.asked_for == [ASKERS]
    assert talk.recorder.events == []
    assert talk.answerer.questions == []


async def test_nothing_kept_is_said(talk: Talk) -> None:
    talk.own_data.is_known = Known({"openings": 0, "ratings": 0, "questions": 0}, 0, 0, None)
    reply = await talk.ask("what do you know about me")
    assert reply.card is not None
    assert f"• {own_wording.OWN_NOTHING}" in lines(reply.card)


@pytest.mark.parametrize("kind", [ChannelKind.GROUP, ChannelKind.CHANNEL])
@pytest.mark.parametrize("text", ["what do you know about me", "forget me"])
async def test_in_front_of_others_nothing_is_said(talk: Talk, kind: ChannelKind, text: str) -> None:
    reply = await talk.ask(text, channel_kind=kind)
    assert (reply.text, reply.card) == (own_wording.OWN_PRIVATE, None)
    assert talk.own_data.asked_for == []


async def test_nobody_is_forgotten_without_being_sure(talk: Talk) -> None:
    """From what is known to the question, and back."""
    reply = await talk.ask("what do you know about me")
    assert reply.card is not None
    sure = await press(talk, buttons(reply.card)[own_wording.FORGET_ME]["data"])
    assert sure.card is not None
    assert violations(sure.card) == []
    assert own_wording.to_forget(words_for("en"), 12, 4) in lines(sure.card)
    kept = await press(talk, buttons(sure.card)[own_wording.FORGET_NOT]["data"])
    assert kept.card is not None
    assert (lines(kept.card), buttons(kept.card)) == ([own_wording.NOT_FORGOTTEN], {})
    assert (talk.own_data.erased, talk.own_data.let_go) == ([], [])


async def test_who_is_sure_is_forgotten_under_every_name_they_had(talk: Talk) -> None:
    """In the log and in what the bot remembers; the card then has no button any more."""
    reply = await talk.ask("forget me")
    assert reply.card is not None
    done = await press(talk, buttons(reply.card)[own_wording.FORGET_SURE]["data"])
    assert done.card is not None
    assert violations(done.card) == []
    assert own_wording.forgotten(words_for("en"), 12, 4) in lines(done.card)
    assert own_wording.OWN_CHAT in lines(done.card)
    assert buttons(done.card) == {}
    assert (talk.own_data.erased, talk.own_data.let_go) == ([ASKERS], ASKERS)
    assert talk.own_data.causes == [Cause.CHAT]
    assert talk.recorder.events == []


async def test_a_button_acts_for_who_presses_it(talk: Talk) -> None:
    """Whoever's card it is: nobody can have somebody else forgotten."""
    guest = Person("29:guest", "Guest", "", "tenant")
    reply = await talk.ask("forget me")
    assert reply.card is not None
    await press(talk, buttons(reply.card)[own_wording.FORGET_SURE]["data"], guest)
    assert talk.own_data.erased == [["<tenant|29:guest>", "<old tenant|29:guest>"]]


async def test_a_database_that_is_away_is_said_and_nothing_is_half_forgotten(talk: Talk) -> None:
    sure = await talk.ask("forget me")
    assert sure.card is not None
    talk.own_data.fails = DatabaseAway("the disk is gone")
    assert (await talk.ask("what do you know about me")).text == own_wording.OWN_AWAY
    reply = await press(talk, buttons(sure.card)[own_wording.FORGET_SURE]["data"])
    assert reply == PressReply(own_wording.OWN_AWAY)
    assert talk.own_data.let_go == []


@pytest.mark.parametrize(
    ("texts_days", "rows_days", "said"),
    [
        (180, 0, "Your words and the code go after 180 days."),
        (0, 730, "Everything goes after 730 days."),
        (0, 0, "It is kept until you have it erased."),
    ],
)
async def test_how_long_things_are_kept_is_as_it_is_set(
    talk: Talk, texts_days: int, rows_days: int, said: str
) -> None:
    talk.restarted(own_data=talk.own_data.parts(keep=Keep(texts_days, rows_days)))
    reply = await talk.ask("what do you know about me")
    assert reply.card is not None
    assert reply.text.endswith(said)
    assert urls(reply.card) == []
