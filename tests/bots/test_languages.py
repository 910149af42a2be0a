"""Teams' users are spoken to in their own language; content keeps its own."""

from __future__ import annotations

import pytest

from bots import own_wording, wording
from bots.actions import OFFER, RATE, Offer, Offered, Rating
from bots.drawing.card_parts import MAX_CARD_BYTES, size_bytes
from bots.messages import CardPress
from retrieval.answer import Outcome
from tests.fakes.answers import QUESTION, SENTENCE, answer, policy, result
from tests.fakes.cards import buttons, lines, violations
from tests.fakes.talk import ALEX, CHAT, Talk
from words.catalogue import LANGUAGES, words_for

ENGLISH_LINES = {
    text
    for module in (wording, own_wording)
    for name, text in vars(module).items()
    if name.isupper() and isinstance(text, str) and " " in text.strip()
}


async def test_an_answer_is_told_in_german_and_quoted_as_it_stands() -> None:
    reply = await Talk().ask(locale="de-AT")
    assert reply.text == f"{SENTENCE} (Aus: Travel and expenses policy, Seite 4)"
    assert reply.card is not None
    assert reply.card["lang"] == "en"
    assert "Geprüft von Learning team am 15. Jan. 2026" in " ".join(lines(reply.card))
    assert "Öffnen bei Seite 4" in buttons(reply.card)
    assert violations(reply.card) == []


async def test_a_press_is_answered_in_the_language_of_who_presses() -> None:
    talk = Talk()
    await talk.ask(locale="fr-FR")
    pressed = await talk.it.press(
        CardPress(RATE.data(Rating("q1", helpful=True)), ALEX, CHAT, locale="es-MX")
    )
    assert pressed.text == "Gracias. Ha marcado esto como útil."
    unknown = await talk.it.press(CardPress({"action": "x"}, ALEX, CHAT, locale="de"))
    assert unknown.text.startswith("Mit dieser Schaltfläche")
    offered = await talk.it.press(
        CardPress(OFFER.data(Offered("q1", Offer.VIDEOS)), ALEX, CHAT, locale="fr")
    )
    assert "vidéos uniquement" in " ".join(lines(offered.card or {}))


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
@pytest.mark.parametrize(
    "said",
    [
        "help",
        "hello",
        "thanks",
        "bye",
        "who are you",
        "show me more",
        "list all videos",
        "that is wrong",
        "talk to a human",
        "forget me",
        "what do you know about me",
        "x" * 3000,
    ],
)
async def test_no_reply_has_an_english_sentence_in_it(language: str, said: str) -> None:
    reply = await Talk().ask(said, locale=language)
    shown = [reply.text, *([*lines(reply.card), *buttons(reply.card)] if reply.card else [])]
    for line in shown:
        assert not [one for one in ENGLISH_LINES if one in line], line
    if reply.card:
        assert reply.card["lang"] == language
        assert violations(reply.card) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", Outcome)
async def test_each_outcome_fits_a_card_in_each_language(language: str, outcome: Outcome) -> None:
    talk = Talk()
    long = result(policy(title="漢" * 500), text="漢字。" * 3000, sentence="漢字。" * 90)
    talk.answerer.answer_given = answer(long, long, long, outcome=outcome)
    reply = await talk.ask(f"{QUESTION} {'漢' * 400}", locale=language)
    assert reply.card is not None
    assert size_bytes(reply.card) <= MAX_CARD_BYTES
    assert violations(reply.card) == []
    heading = words_for(language)(wording.CLOSEST_HEADING)
    assert (heading in lines(reply.card)) == (outcome is Outcome.CLOSEST)
