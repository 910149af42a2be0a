"""A question that leans on the one before it is searched together with it."""

import pytest

from retrieval.answer import Question
from retrieval.followup import with_context

BEFORE = "how much parental leave do I get?"


@pytest.mark.parametrize(
    "text",
    ["and for fathers?", "how do I apply for it?", "what about part-timers", "is that paid?"],
)
def test_a_follow_up_carries_the_question_before(text: str) -> None:
    assert with_context(Question(text, context=BEFORE)) == f"{BEFORE} {text}"


@pytest.mark.parametrize("text", ["where can I park my bike?", "reset password"])
def test_a_question_that_stands_alone_does_not(text: str) -> None:
    assert with_context(Question(text, context=BEFORE)) == text


def test_without_a_question_before_there_is_nothing_to_carry() -> None:
    assert with_context(Question("and for  fathers?")) == "and for fathers?"
