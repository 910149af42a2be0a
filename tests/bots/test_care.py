"""What somebody in distress is shown, what is kept of it, and how a pinned answer looks."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from analytics.events import TopicRaised
from bots import wording
from bots.drawing.shown import ShownAnswer
from bots.messages import Thumbs
from retrieval.answer import Answer, Outcome
from retrieval.pins.sensitive import Sensitive
from showing.ports import NOBODY
from snapshot.manifest import Pinned, Topic
from snapshot.models import Validation
from tests.fakes.answers import ASKED_AT, QUESTION, SENTENCE, answer, result
from tests.fakes.cards import elements, lines, urls, violations
from tests.fakes.talk import ALEX, CHAT, Talk

SAID = "my manager keeps touching me"
BY = Validation("Sofia", date(2026, 9, 28))
TEXTS = {"en": "Sam listens.\nIn confidence.", "de": "Sam hört zu."}
HELP = Pinned((), BY, Topic.HARASSMENT, texts=TEXTS, contact_name="Sam", contact_url="tel:+4940")


def _care(
    topic: Topic = Topic.HARASSMENT, language: str = "en", pinned: Pinned | None = None
) -> Answer:
    outcome = Outcome.ANSWERED if pinned else Outcome.NOTHING_VALIDATED
    return replace(answer(outcome=outcome), pinned=pinned, sensitive=Sensitive(topic, language))


async def _card(talk: Talk, text: str = SAID) -> dict[str, Any]:
    reply = await talk.ask(text)
    assert reply.card is not None
    assert violations(reply.card) == []
    return reply.card


async def test_a_filled_topic_shows_what_the_company_says_and_whom_to_reach() -> None:
    talk = Talk()
    talk.answerer.answer_given = _care(pinned=HELP)
    card = await _card(talk)
    shown = "\n".join(lines(card))
    assert "Sam listens." in shown
    assert "You can talk to: Sam" in shown
    assert "Call 112." in shown
    assert "A pinned answer by Sofia" in shown
    assert urls(card) == ["tel:+4940"]
    assert "Action.Execute" not in json.dumps(card)
    assert wording.HELPFUL_QUESTION not in shown


@pytest.mark.parametrize(
    ("language", "urgent"),
    [
        ("en", "Call 112."), ("de", "Rufen Sie 112 an."),
        ("fr", "Appelez le 112."), ("es", "Llame al 112."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("topic", Topic)
async def test_an_unfilled_topic_names_the_contact_and_the_number(
    topic: Topic, language: str, urgent: str
) -> None:
    talk = Talk()
    talk.answerer.answer_given = _care(topic, language)
    card = await _card(talk)
    shown = "\n".join(lines(card))
    assert urgent in shown
    assert "the Learning team" in shown
    assert urls(card) == ["https://help.example.com"]
    assert card["lang"] == language
    for unkind in (wording.TRY_OTHER_WORDS, wording.NOTHING_HEADING, SAID, wording.NOTHING_NOTED):
        assert unkind not in json.dumps(card)


def test_without_a_contact_it_names_people_whom_one_trusts() -> None:
    view = ShownAnswer("q1", _care(), (), NOBODY, emergency_number="999")
    assert view.care is not None
    assert "somebody whom you trust" in view.care.contact_line
    assert "Call 999." in view.care.urgent


async def test_a_place_that_is_pinned_for_a_topic_is_opened() -> None:
    talk = Talk()
    place = result()
    pinned = replace(HELP, texts={}, resource_id=place.resource.id)
    talk.answerer.answer_given = replace(_care(pinned=pinned), results=(place,))
    card = await _card(talk)
    assert urls(card) == ["https://bot.example.com/o/q1.1", "tel:+4940"]
    assert SENTENCE in "\n".join(lines(card))


async def test_a_pinned_place_begins_with_its_first_step_below_the_number_to_call() -> None:
    """Nothing is marked, whatever sentence the search takes for the best."""
    talk = Talk()
    steps = "1. Look that you are safe.\n2. Ring.\n3. Help.\n4. Leave the place as it is."
    place = result(text=steps, sentence="4. Leave the place as it is.")
    pinned = replace(HELP, texts={}, resource_id=place.resource.id)
    talk.answerer.answer_given = replace(
        _care(Topic.MEDICAL_EMERGENCY, pinned=pinned), results=(place,)
    )
    card = await _card(talk)
    shown = lines(card)
    number, first = (
        next(at for at, line in enumerate(shown) if words in line)
        for words in ("Call 112.", "Look that you are safe.")
    )
    assert number < first
    marked = [one["text"] for one in elements(card, "TextRun") if one.get("weight") == "Bolder"]
    assert [one for one in marked if one in steps and len(one) > 2] == []


async def test_nothing_is_kept_but_the_topic_the_outcome_and_the_day() -> None:
    talk = Talk()
    talk.answerer.answer_given = replace(_care(pinned=HELP), results=(result(),))
    reply = await talk.ask(SAID)
    assert list(elements(reply.card, "Action.Execute")) == []  # it asks for no rating
    [event] = talk.recorder.events
    day = datetime(ASKED_AT.year, ASKED_AT.month, ASKED_AT.day, tzinfo=UTC)
    assert event == TopicRaised("q1", day, "harassment", "answered")
    assert SAID not in repr(event)


async def test_it_is_read_together_with_no_later_question() -> None:
    talk = Talk()
    await talk.ask(QUESTION)
    talk.answerer.answer_given = _care()
    await talk.ask(SAID)
    await talk.ask("and my colleague?")
    assert [one.context for one in talk.answerer.questions] == [None, QUESTION, None]


async def test_a_comment_of_somebody_in_distress_is_not_kept() -> None:
    talk = Talk()
    await talk.ask(QUESTION)
    for comment in ("useless, I want to die", "too long"):
        await talk.it.thumbs(Thumbs(False, comment, ALEX, CHAT))
    assert [event.comment for event in talk.recorder.rated] == ["", "too long"]


@pytest.mark.parametrize(
    ("language", "text"), [("de-CH", TEXTS["de"]), ("fr", TEXTS["en"]), ("EN", TEXTS["en"])]
)
def test_the_text_is_in_the_language_of_who_asks_if_there_is_one(language: str, text: str) -> None:
    assert HELP.text_in(language) == text


async def test_a_pinned_text_says_that_it_is_pinned_and_by_whom() -> None:
    talk = Talk()
    pinned = Pinned(("wifi",), BY, texts={"": "Ask reception."}, contact_name="reception, 4000")
    talk.answerer.answer_given = replace(answer(), pinned=pinned)
    reply = await talk.ask("guest wifi")
    assert reply.text == "Pinned answer: Ask reception."
    assert reply.card is not None
    shown = lines(reply.card)
    assert wording.PINNED_HEADING in shown
    assert "Pinned for this question by Sofia on 28 Sep 2026" in shown
    assert "Ask: reception, 4000" in shown
    assert wording.HELPFUL_QUESTION in shown
    assert [event.outcome for event in talk.recorder.asked] == ["answered"]


async def test_a_pinned_place_says_by_whom_beside_its_own_validation() -> None:
    talk = Talk()
    pinned = Pinned(("claim",), BY, resource_id="x")
    talk.answerer.answer_given = replace(answer(result()), pinned=pinned)
    card = await _card(talk, "claim")
    shown = lines(card)
    assert "Pinned for this question by Sofia on 28 Sep 2026" in shown
    assert any(line.startswith("Validated by Learning team") for line in shown)


async def test_a_follow_up_says_what_it_was_understood_as() -> None:
    """And the next follow-up is read after the same question, not after a mere rest of one."""
    talk = Talk()
    await talk.ask(QUESTION)
    talk.answerer.answer_given = replace(answer(result()), earlier=QUESTION)
    card = await _card(talk, "Portugal?")
    assert f"Understood as: “Portugal?” after “{QUESTION}”" in lines(card)
    talk.answerer.answer_given = answer(result())
    alone = await _card(talk, "How do I park a bicycle?")
    assert not any("Understood as" in line for line in lines(alone))
    await talk.ask("Where?")
    assert [asked.context for asked in talk.answerer.questions] == [
        None, QUESTION, QUESTION, "How do I park a bicycle?"
    ]  # fmt: skip
