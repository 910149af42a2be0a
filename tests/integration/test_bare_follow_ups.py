"""A bare phrase after a question: it is read after that if a place says both, and alone if not."""

from __future__ import annotations

import pytest

from retrieval.answer import Question
from retrieval.retriever import Retriever

LEAVE = "how many days can I carry over?"
MILEAGE = "what's the mileage rate"


@pytest.mark.parametrize(
    ("before", "asked", "path", "heading"),
    [
        (LEAVE, "Portugal?", "time-off/annual-leave.md", "Days left at the end of the year"),
        (LEAVE, "netherlands", "time-off/annual-leave.md", "Days left at the end of the year"),
        (MILEAGE, "Portugal?", "expenses-and-travel/mileage.md", "Rates from 1 April 2026"),
        (MILEAGE, "bicycle?", "expenses-and-travel/mileage.md", "Rates from 1 April 2026"),
        ("how many days of holiday do I get?", "part time?", "time-off/annual-leave.md",
         "How many days you have"),
        ("how long do we keep applications?", "Portugal?",
         "data-protection/retention-schedule.pdf", ""),
    ],
)  # fmt: skip
def test_what_cannot_stand_alone_is_read_after_the_question_before(
    sample: Retriever, before: str, asked: str, path: str, heading: str
) -> None:
    answer = sample.answer(Question(asked, context=before))
    assert answer.earlier == before
    assert answer.results[0].resource.path == path
    assert not heading or answer.results[0].best.passage.heading_path[-1] == heading


@pytest.mark.parametrize("before", [LEAVE, "how much parental leave do I get?", "book a room"])
@pytest.mark.parametrize("asked", ["vpn", "expenses?", "laptop stolen", "poker?", "pension"])
def test_a_new_subject_is_answered_as_if_nothing_had_been_asked_before(
    sample: Retriever, before: str, asked: str
) -> None:
    alone, after = sample.answer(Question(asked)), sample.answer(Question(asked, context=before))
    assert after.earlier == ""
    assert after.outcome is alone.outcome
    assert [one.url for one in after.results] == [one.url for one in alone.results]


def test_what_is_pinned_for_a_phrase_is_not_read_after_anything(sample: Retriever) -> None:
    """Nor does a message of somebody in distress take anything along."""
    for asked in ("guest wifi", "bullying?"):
        assert sample.answer(Question(asked, context=LEAVE)).earlier == ""
