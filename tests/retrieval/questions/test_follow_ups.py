"""What is read after the question before it: what leans on that, and little else."""

from __future__ import annotations

from pathlib import Path

import yaml

from retrieval.answer import Question
from retrieval.questions.understanding import readings

BEFORE = "How do I claim travel expenses?"
LABELLED = yaml.safe_load(
    (Path(__file__).parents[2] / "data/follow_ups.yaml").read_text(encoding="utf-8")
)


def _joined(text: str) -> bool:
    """Whether it is read after the question before, and in no other way."""
    [first, *others] = readings(Question(text, context=BEFORE))
    return not others and bool(first.earlier)


def test_what_leans_on_the_question_before_is_read_after_it() -> None:
    assert [text for text in LABELLED["follow_ups"] if not _joined(text)] == []


def test_what_says_itself_what_it_is_about_is_not() -> None:
    assert [text for text in LABELLED["alone"] if _joined(text)] == []
