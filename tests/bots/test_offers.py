"""Below an answer: the same question for some resources alone, in its place, and a way back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analytics.events import Asked
from bots import wording
from bots.actions import OFFER, Offer, Offered
from bots.further import offers_for
from bots.messages import CardPress, PressReply, Reply
from retrieval.answer import Answer, ChannelKind
from retrieval.narrowing import ALL, Narrowing
from snapshot.formats.format_row import Kind
from snapshot.models import EVERYONE, Resource
from tests.fakes.answers import answer, three
from tests.fakes.cards import elements, lines, violations
from tests.fakes.content import resource
from tests.fakes.talk import ALEX, CHAT, QUESTION, Talk
from words.catalogue import words_for

SAY = words_for("en")

PAGE = resource("a.md")
CLIP = resource("c.vtt", kind=Kind.VIDEO, duration_minutes=5)
TALK = resource("t.vtt", kind=Kind.VIDEO, duration_minutes=50)
PAPER = resource("p.pdf", kind=Kind.DOCUMENT)
FOUND = (PAGE, CLIP, PAPER, TALK)


def _answer(*found: Resource) -> Answer:
    return replace(answer(*three()), found=found)


@pytest.mark.parametrize(
    ("found", "offers"),
    [
        ((), ()),
        ((PAGE, PAGE, PAGE), ()),
        ((PAGE, CLIP), (Offer.VIDEOS, Offer.SHORT)),
        ((CLIP, TALK), (Offer.SHORT,)),
        ((TALK, TALK), ()),
        ((PAGE, PAPER, TALK), (Offer.VIDEOS, Offer.DOCUMENTS)),
        (FOUND, (Offer.VIDEOS, Offer.DOCUMENTS, Offer.MORE)),
        ((*[PAGE] * 10, CLIP), (Offer.MORE,)),
    ],
)
def test_only_what_leads_somewhere_else_is_offered(
    found: tuple[Resource, ...], offers: tuple[Offer, ...]
) -> None:
    assert offers_for(_answer(*found), shown=3) == offers


def test_what_is_narrowed_leads_back() -> None:
    asked = _answer(*FOUND)
    narrowed = replace(asked, question=replace(asked.question, only=Narrowing(max_minutes=5)))
    assert offers_for(narrowed, shown=3) == (Offer.ALL,)


@pytest.fixture
def talk() -> Talk:
    talk = Talk()
    talk.answerer.answer_given = _answer(*FOUND)
    return talk


async def _press(
    talk: Talk, reply: Reply | PressReply, offer: Offer, **changes: object
) -> PressReply:
    """The press of that offer's button on the card."""
    assert reply.card is not None
    [data] = [
        one["data"]
        for one in elements(reply.card, "Action.Execute")
        if one["data"].get("offer") == offer
    ]
    return await talk.it.press(replace(CardPress(data, ALEX, CHAT), **changes))  # type: ignore[arg-type]


async def test_a_press_asks_again_and_the_answer_takes_the_place_of_the_card(talk: Talk) -> None:
    first = await talk.ask()
    narrowed = await _press(talk, first, Offer.VIDEOS)
    asked = talk.answerer.questions[-1]
    assert (asked.text, asked.only) == (QUESTION, Narrowing(frozenset({"video"})))
    assert narrowed.card is not None
    assert violations(narrowed.card) == []
    assert wording.narrowed(SAY, QUESTION, "videos") in lines(narrowed.card)
    back = await _press(talk, narrowed, Offer.ALL)
    assert talk.answerer.questions[-1].only == ALL
    assert back.card is not None
    assert "Understood as" not in str(back.card)


async def test_each_is_logged_as_a_question_of_its_own(talk: Talk) -> None:
    first = await talk.ask()
    await _press(talk, first, Offer.DOCUMENTS)
    logged = [one for one in talk.recorder.events if isinstance(one, Asked)]
    assert [one.text for one in logged] == [QUESTION, QUESTION]
    assert len({one.query_id for one in logged}) == 2


async def test_who_presses_is_shown_what_they_may_see(talk: Talk) -> None:
    shared = await talk.ask(channel_kind=ChannelKind.GROUP)
    await _press(talk, shared, Offer.VIDEOS, channel_kind=ChannelKind.GROUP)
    assert talk.answerer.questions[-1].audience == frozenset({EVERYONE})


async def test_nothing_of_the_kind_is_said_and_leaves_the_card(talk: Talk) -> None:
    first = await talk.ask()
    talk.answerer.answer_given = replace(answer(), found=())
    pressed = await _press(talk, first, Offer.VIDEOS)
    assert (pressed.card, pressed.text) == (
        None,
        wording.none_on(SAY, "videos", QUESTION),
    )


async def test_more_results_are_a_message_of_their_own(talk: Talk) -> None:
    first = await talk.ask()
    pressed = await _press(talk, first, Offer.MORE)
    assert pressed.card is None
    assert pressed.message == Reply(wording.NO_MORE)  # the three there are were shown


async def test_a_press_in_another_chat_or_on_a_card_long_ago_is_told(
    talk: Talk,
) -> None:
    first = await talk.ask()
    elsewhere = await _press(talk, first, Offer.VIDEOS, conversation_id="19:other")
    assert elsewhere.text == wording.PRESS_UNKNOWN
    forgotten = CardPress(OFFER.data(Offered("never", Offer.VIDEOS)), ALEX, CHAT)
    assert (await talk.it.press(forgotten)).text == wording.PRESS_UNKNOWN


async def test_a_card_that_was_rated_still_offers_what_it_did(talk: Talk) -> None:
    first = await talk.ask()
    assert first.card is not None
    [rate, *_] = [
        one["data"]
        for one in elements(first.card, "Action.Execute")
        if one["data"]["action"] == "rate"
    ]
    rated = await talk.it.press(CardPress(rate, ALEX, CHAT))
    assert rated.card is not None
    assert wording.offer_button(SAY, Offer.VIDEOS) in str(rated.card)
