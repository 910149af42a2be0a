"""A card stays below the size that Teams takes, whatever it holds and whatever is pressed."""

from __future__ import annotations

import json
from datetime import date

import pytest

from bots import wording
from bots.actions import Offer
from bots.cards import PRESSED_BYTES, answer_card, fitted
from bots.drawing.card_parts import MAX_CARD_BYTES
from bots.drawing.rating_part import Feedback
from bots.drawing.shown import MAX_ASKS, ShownAnswer
from retrieval.answer import Outcome
from retrieval.leads import MAX_LEAD_CHARS
from showing.ports import Contact
from snapshot.models import Heading, Validation
from tests.fakes.answers import answer, policy, result, three, view
from tests.fakes.cards import lines, violations

WORDS = {
    "latin": "x" * 10_000,
    "cjk": "漢字" * 5_000,
    "emoji": "👩‍👩‍👧👍🏽" * 2_000,
    "rtl": "مرحبا " * 2_000,
    "markdown": "*[_`" * 3_000,
    "controls": "a\x00\u202e\ud800\n" * 2_000,
    "sentences": "Some words here. " * 700,
    "list": "- an item\n" * 1_000,
}


def pathological(words: str, outcome: Outcome, links: tuple[str, ...]) -> ShownAnswer:
    """Everything that a card can hold, as long as it can be."""
    resource = policy(
        title=words, validation=Validation(words, date(2026, 11, 2)), duration_minutes=10**6
    )
    found = result(resource, text=words, sentence=words, locator=Heading("a", words))
    results = (found, found, found) if outcome is not Outcome.NOTHING_VALIDATED else ()
    asked = answer(*results, outcome=outcome, question=words[:2_000])
    contact = Contact(words, "https://help.example.com/" + "p" * 1_500)
    return ShownAnswer(
        "q" * 64,
        asked,
        links[: len(results)],
        contact,
        files_ignored=True,
        offers=(Offer.VIDEOS, Offer.DOCUMENTS, Offer.MORE),
        asks=MAX_ASKS * tuple(filter(str.isprintable, [words[:MAX_LEAD_CHARS]])),
    )


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("link_chars", [100, 4_200, 100_000])
def test_every_card_fits_teams_and_the_schema(
    words: str, outcome: Outcome, link_chars: int
) -> None:
    """Whatever the content holds, and whatever is pressed."""
    link = "https://bot.example.com/o/".ljust(link_chars, "t")
    shown, made = fitted(pathological(words, outcome, (link, link, link)))
    assert made == answer_card(shown)
    for feedback in Feedback:
        card = answer_card(shown, feedback)
        assert violations(card) == []
        json.dumps(card, ensure_ascii=False).encode()  # no lone surrogates


def test_a_card_that_is_too_large_is_shortened_with_a_note() -> None:
    """The last results go first, and the card says that there were more."""
    link = "https://bot.example.com/o/".ljust(4_900, "t")
    whole = pathological("👍🏽" * 500, Outcome.ANSWERED, (link, link, link))
    assert len(json.dumps(answer_card(whole))) > MAX_CARD_BYTES
    shown, _ = fitted(whole)
    assert 1 <= len(shown.results) < 3
    assert wording.SHORTENED in lines(answer_card(shown))


def test_an_ordinary_card_is_not_shortened() -> None:
    shown, _ = fitted(view(*three()))
    assert shown == view(*three())


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
@pytest.mark.parametrize("outcome", Outcome)
def test_a_press_adds_no_more_than_is_allowed_for(words: str, outcome: Outcome) -> None:
    """Or a card that had room enough would not fit once its button is pressed."""
    asked = pathological(words, outcome, ("https://bot.example.com/o/t",) * 3)
    drawn = len(json.dumps(answer_card(asked)))
    pressed = max(len(json.dumps(answer_card(asked, feedback))) for feedback in Feedback)
    assert pressed <= drawn + PRESSED_BYTES + len(asked.contact.url)
