"""The text beside the card is enough by itself."""

from __future__ import annotations

from dataclasses import replace

from bots import wording
from bots.drawing.shown import spoken
from retrieval.answer import Outcome
from snapshot.models import Whole
from tests.fakes.answers import SENTENCE, policy, result, view


def test_answer_first_then_title_and_place() -> None:
    assert spoken(view(result())) == f"{SENTENCE} (From: Travel and expenses policy, page 4)"


def test_without_a_place_the_title_is_enough() -> None:
    whole = result(locator=Whole())
    assert spoken(view(whole)) == f"{SENTENCE} (From: Travel and expenses policy)"


def test_closest_says_so() -> None:
    said = spoken(view(result(), outcome=Outcome.CLOSEST))
    assert said.startswith(f"{wording.CLOSEST_HEADING}. {SENTENCE} (From:")


def test_nothing_quotes_the_question() -> None:
    said = spoken(view(outcome=Outcome.NOTHING_VALIDATED, question="flux"))
    assert said == f"{wording.NOTHING_HEADING}: “flux”. {wording.NOTHING_NOTED}"


def test_is_short_and_on_one_line() -> None:
    endless = "Very long words. " * 20 + "x" * 5000
    said = spoken(view(result(policy(title=endless), text=f"- {endless}", sentence=endless)))
    assert "\n" not in said
    assert len(said) < 400


def test_mentions_files() -> None:
    said = spoken(replace(view(result()), files_ignored=True))
    assert said.endswith(wording.FILES_IGNORED)
