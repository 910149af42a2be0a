"""What was answered is remembered whole, for a day, and up to a number of answers."""

from dataclasses import replace

from bots.drawing.shown import ShownAnswer
from bots.memory import ANSWERS_FOR_S, Given, Memory
from showing.ports import Contact
from tests.fakes.answers import answer, result


def _given(number: int) -> Given:
    view = ShownAnswer(
        f"q{number}",
        answer(result(), result()),
        links=(f"https://intranet/{number}", ""),
        contact=Contact("the help desk", "mailto:help@example.org"),
        files_ignored=bool(number % 2),
    )
    return Given(view, chat="chat", asker=f"asker{number}")


def test_what_is_remembered_is_what_was_given_however_long_ago() -> None:
    """The newest as it is, the older ones packed: nobody can tell."""
    memory = Memory()
    given = [_given(number) for number in range(200)]
    for one in given:
        memory.remember(one, thread="chat")
    assert [memory.given(f"q{number}") for number in range(200)] == given
    assert memory.given("q199") is given[199]
    assert memory.given("q0") is not given[0]


def test_answers_are_forgotten_after_a_day_and_when_there_are_too_many() -> None:
    now = 0.0
    memory = Memory(capacity=2, clock=lambda: now)
    for number in range(3):
        memory.remember(_given(number), thread="chat")
    assert memory.given("q0") is None
    assert memory.given("q2") == _given(2)
    now = ANSWERS_FOR_S - 1
    assert memory.given("q2") == _given(2)
    now = ANSWERS_FOR_S
    assert memory.given("q2") is None


def test_an_answer_that_is_given_again_replaces_the_one_before() -> None:
    memory = Memory()
    memory.remember(_given(1), thread="chat")
    later = replace(_given(1), chat="another")
    memory.remember(later, thread="chat")
    assert memory.given("q1") == later
