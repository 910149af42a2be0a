"""Two or three words, as people type them: the right place comes first, and what is not answered is
not called so. Each was seen failing."""

from __future__ import annotations

import pytest

from retrieval.answer import Outcome, Question
from retrieval.retriever import Retriever

OFF_TOPIC = (
    "mortgage", "poker", "recipe", "pizza dough", "football scores", "weather tomorrow",
    "bitcoin price", "horoscope", "stock tips", "guitar chords", "netflix", "cheap flights",
    "car insurance", "marathon training", "divorce lawyer", "movie times", "crossword",
    "lottery numbers", "dog food", "translate hello", "world war two", "chess openings",
    "wedding dress", "lawn mower", "astrology signs", "used cars", "baby names",
    "rent apartment", "tax refund", "knitting", "cricket",
)  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "path", "heading", "said"),
    [
        ("laptop stolen", "security/lost-or-stolen-device.md", "Do this now", "4444"),
        ("book a room", "it/rooms-and-desks.md", "A room, from Outlook or Teams", "room"),
        (
            "how many days of holiday do I get?",
            "time-off/annual-leave.md",
            "How many days you have",
            "between 26 and 30 days",
        ),
        (
            "what's the mileage rate",
            "expenses-and-travel/mileage.md",
            "Rates from 1 April 2026",
            "Car or van",
        ),
    ],
)
def test_the_right_section_and_sentence_come_first(
    sample: Retriever, asked: str, path: str, heading: str, said: str
) -> None:
    first = sample.answer(Question(asked)).results[0]
    assert first.resource.path == path
    assert first.best.passage.heading_path[-1] == heading
    assert said in first.best.sentence_text


@pytest.mark.parametrize(
    "asked",
    [
        "sick on holiday",
        "vpn not connecting",
        "four day week",
        "maternity pay",
        "lunch vouchers",
        pytest.param(
            "notice period",
            marks=pytest.mark.xfail(
                strict=True,
                reason="its very words stand in a checklist for contracts with suppliers, and no "
                "page on leaving holds them",
            ),
        ),
    ],
)
def test_a_wrong_place_that_comes_first_is_not_called_an_answer(
    sample: Retriever, asked: str
) -> None:
    assert sample.answer(Question(asked)).outcome is not Outcome.ANSWERED


@pytest.mark.parametrize("asked", OFF_TOPIC)
def test_a_word_that_the_folder_is_not_about_is_not_answered(sample: Retriever, asked: str) -> None:
    assert sample.answer(Question(asked)).outcome is not Outcome.ANSWERED


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("parental leave", "handbook/travel-and-leave/paid-parental-leave.md"),
        ("maternity leave", "handbook/travel-and-leave/paid-parental-leave.md"),
        ("lost my PIV card", "handbook/getting-started/piv.md"),
    ],
)
def test_a_page_on_the_topic_comes_before_pages_that_link_to_it(
    real: Retriever, asked: str, path: str
) -> None:
    assert real.answer(Question(asked)).results[0].resource.path == path


@pytest.mark.parametrize("asked", ["mortgage", "poker", "recipe", "horoscope", "knitting"])
def test_one_word_found_somewhere_is_no_answer(real: Retriever, asked: str) -> None:
    assert real.answer(Question(asked)).outcome is not Outcome.ANSWERED
