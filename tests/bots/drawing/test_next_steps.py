"""What a card offers to do next, and that there is room for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bots import wording
from bots.actions import Offer
from bots.cards import answer_card, fitted
from bots.drawing.rating_part import Feedback
from bots.drawing.shown import ShownAnswer
from retrieval.answer import Outcome
from showing.ports import Contact
from tests.fakes.answers import CONTACT, LINKS, three, view
from tests.fakes.cards import Card, buttons, elements, lines, violations

ASKS = ("When is it paid?", "Who signs the claim?", "Ask for an advance")
OFFERS = (Offer.VIDEOS, Offer.SHORT, Offer.MORE)
OUTCOMES = (Outcome.ANSWERED, Outcome.CLOSEST)


def shown(outcome: Outcome, asks: int = 3, offers: tuple[Offer, ...] = OFFERS) -> ShownAnswer:
    found = view(*three(), outcome=outcome)
    return replace(found, asks=ASKS[:asks], offers=offers)


def asked(card: Card) -> list[str]:
    """The questions that the card's buttons ask."""
    return [
        one["data"]["question"]
        for one in elements(card, "Action.Execute")
        if one["data"]["action"] == "ask"
    ]


def offered(card: Card) -> list[str]:
    executes = elements(card, "Action.Execute")
    return [one["data"]["offer"] for one in executes if one["data"]["action"] == "offer"]


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("feedback", Feedback)
@pytest.mark.parametrize("asks", range(4))
@pytest.mark.parametrize("offers", range(4))
def test_there_are_never_more_buttons_than_teams_asks_for(
    outcome: Outcome, feedback: Feedback, asks: int, offers: int
) -> None:
    card = answer_card(shown(outcome, asks, OFFERS[:offers]), feedback)
    assert violations(card) == []


@pytest.mark.parametrize(
    ("outcome", "asks", "offers", "left"),
    [
        (Outcome.ANSWERED, 3, (), (3, [])),
        (Outcome.ANSWERED, 3, OFFERS, (1, ["videos", "more"])),
        (Outcome.ANSWERED, 0, OFFERS, (0, ["videos", "short", "more"])),
        (Outcome.CLOSEST, 3, OFFERS, (2, ["more"])),
        (Outcome.CLOSEST, 1, OFFERS, (1, ["videos", "more"])),
        (Outcome.CLOSEST, 3, (Offer.ALL,), (2, ["all"])),
    ],
)
def test_the_room_is_shared_out(
    outcome: Outcome, asks: int, offers: tuple[Offer, ...], left: tuple[int, list[str]]
) -> None:
    card = answer_card(shown(outcome, asks, offers))
    assert (len(asked(card)), offered(card)) == left


def test_an_answer_offers_further_questions_quietly() -> None:
    card = answer_card(shown(Outcome.ANSWERED, offers=()))
    assert asked(card) == list(ASKS)
    assert wording.ALSO_ASK in lines(card)
    assert wording.ALSO_ASK not in lines(answer_card(shown(Outcome.ANSWERED, asks=0)))


def test_what_is_merely_close_leads_to_what_is_answered_and_to_a_person() -> None:
    card = answer_card(shown(Outcome.CLOSEST, offers=()))
    assert asked(card) == list(ASKS)
    assert wording.NEAR_HEADING in lines(card)
    assert f"[Ask the Learning team]({CONTACT.url})" in lines(card)


def test_without_a_person_to_name_there_is_no_link() -> None:
    nobody = replace(shown(Outcome.CLOSEST), contact=Contact("Jo", ""))
    assert "[Ask" not in " ".join(lines(answer_card(nobody)))


def test_nothing_validated_leads_to_what_is_answered_before_it_advises() -> None:
    nothing = replace(
        shown(Outcome.NOTHING_VALIDATED),
        answer=view(outcome=Outcome.NOTHING_VALIDATED).answer,
        links=(),
    )
    card = answer_card(nothing)
    said = lines(card)
    assert asked(card) == list(ASKS)
    assert said.index(wording.NEAR_HEADING) < said.index(wording.TRY_HEADING)
    assert list(buttons(card)) == [*ASKS, "Ask the Learning team"]


def test_what_is_put_into_a_message_asks_nothing() -> None:
    """No press would reach the bot."""
    card = answer_card(shown(Outcome.CLOSEST), Feedback.NONE)
    assert list(elements(card, "Action.Execute")) == []


def test_a_card_that_is_too_large_gives_up_further_questions_first() -> None:
    large = replace(
        shown(Outcome.ANSWERED, offers=()),
        asks=("漢" * 120,) * 3,
        links=("https://bot.example.com/o/".ljust(4_500, "t"), *LINKS[1:]),
        contact=Contact("", "https://help.example.com/" + "p" * 15_000),
    )
    kept, _ = fitted(large)
    assert (kept.asks, len(kept.results)) == ((), 3)
