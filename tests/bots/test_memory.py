"""What was answered is remembered, for a day, and up to a number of answers; by another process
too, as far as the state is shared."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from analytics.database import Database
from bots.cards import answer_card
from bots.drawing.kept_answer import Given
from bots.drawing.rating_part import Feedback
from bots.drawing.shown import ShownAnswer, spoken
from bots.memory import ANSWERS_FOR_S, FOLLOW_UP_FOR_S, Memory
from retrieval.answer import Answer, NotUnderstood, OpenLink, Question
from retrieval.pins.sensitive import sensitive
from retrieval.questions.narrowing import Narrowing
from showing.ports import Contact
from showing.records import asked
from snapshot.manifest import Pinned
from snapshot.models import Heading, Link, Page, Slide, TimeRange, Validation, Whole
from state.state import State
from tests.fakes.answers import LINKS, answer, result, three, view
from tests.fakes.hours import Hours

PINNED = Pinned(
    ("who signs",), Validation("Jo Smith", date(2026, 1, 31)), texts={"en": "The head signs."}
)


def _given(number: int = 1, shown: ShownAnswer | None = None) -> Given:
    view = shown or ShownAnswer(
        f"q{number}",
        answer(result(), result()),
        links=(f"https://intranet/{number}", ""),
        contact=Contact("the help desk", "mailto:help@example.org"),
        files_ignored=bool(number % 2),
    )
    return Given(view, chat="chat", asker=f"asker{number}")


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
async def two(tmp_path: Path, hours: Hours) -> AsyncIterator[tuple[State, State]]:
    """The state of two processes."""
    url = f"sqlite:///{tmp_path / 'signpost.db'}"
    await (await Database.open(url)).close()
    both = [await State.open(url, b"secret", clock=hours.clock(), wait_s=10.0) for _ in range(2)]
    yield both[0], both[1]
    for one in both:
        await one.close()


async def test_what_is_remembered_is_what_was_given_however_long_ago() -> None:
    """The newest as it is, the older ones packed: nobody can tell."""
    memory = Memory()
    given = [_given(number) for number in range(200)]
    for one in given:
        memory.remember(one, thread="chat")
    assert [await memory.given(f"q{number}") for number in range(200)] == given
    assert memory.just_given("q199") is given[199]
    assert memory.just_given("q0") is not given[0]


async def test_answers_are_forgotten_after_a_day_and_when_there_are_too_many(hours: Hours) -> None:
    memory = Memory(State(clock=hours.clock(), capacity=2))
    for number in range(3):
        memory.remember(_given(number), thread="chat")
    assert await memory.given("q0") is None
    assert await memory.given("q2") == _given(2)
    hours.pass_by(ANSWERS_FOR_S - 1)
    assert await memory.given("q2") == _given(2)
    hours.pass_by(1)
    assert await memory.given("q2") is None


async def test_an_answer_that_is_given_again_replaces_the_one_before() -> None:
    memory = Memory()
    memory.remember(_given(1), thread="chat")
    later = replace(_given(1), chat="another")
    memory.remember(later, thread="chat")
    assert await memory.given("q1") == later


PLACES = [Whole(), Page(3), Slide(7), Heading("a", "A"), TimeRange(1.5, 9.0)]


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(view(*three()), id="three results"),
        *(pytest.param(view(result(locator=one)), id=type(one).__name__) for one in PLACES),
        pytest.param(ShownAnswer("q", replace(answer(), pinned=PINNED)), id="pinned"),
        pytest.param(
            ShownAnswer(
                "q",
                replace(
                    answer(result()),
                    earlier="What about taxis?",
                    understood=(("taxy", "taxi"),),
                    not_understood=NotUnderstood("pt", ("en",)),
                    question=Question(
                        "É?", audience=frozenset({"a", "b"}), only=Narrowing(tags=frozenset({"x"}))
                    ),
                ),
                LINKS[:1],
                narrowed_to="PDFs",
                shortened=True,
                inner_links=(OpenLink(0, 4, "https://x.example", "A form"),),
            ),
            id="all there is to say",
        ),
    ],
)
async def test_another_process_draws_the_same_card(
    two: tuple[State, State], shown: ShownAnswer
) -> None:
    """So does one that starts later. What the query log is told is the same, too."""
    given, (here, there) = _given(shown=shown), two
    Memory(here).remember(given, "thread")
    await here.flush()
    kept = await Memory(there).given(shown.query_id)
    assert kept is not None
    assert replace(kept, view=shown) == given
    assert answer_card(kept.view, Feedback.HELPFUL) == answer_card(shown, Feedback.HELPFUL)
    assert spoken(kept.view) == spoken(shown)
    assert kept.view.answer.question == shown.answer.question
    records = [asked("q", one.answer, one.results, "asker") for one in (kept.view, shown)]
    assert records[0] == records[1]


async def test_a_passage_of_a_transcript_keeps_its_marks_and_links(
    two: tuple[State, State],
) -> None:
    found = result(locator=TimeRange(0.0, 60.0))
    passage = replace(
        found.best.passage, marks=((0, 0.0), (19, 12.5)), links=(Link(0, 4, "https://x.example"),)
    )
    found = replace(found, hits=(replace(found.best, passage=passage),))
    Memory(two[0]).remember(_given(shown=view(found)), "thread")
    await two[0].flush()
    kept = await Memory(two[1]).given("q1")
    assert kept is not None
    assert kept.view.results == (found,)
    assert kept.view.results[0].place == "0:12"


async def test_another_process_knows_what_is_spoken_of(
    two: tuple[State, State], hours: Hours
) -> None:
    here, there = (Memory(one) for one in two)
    given = _given()
    here.remember(given, "thread")
    here.remember_message(given, "m1")
    here.remember_seen(given, 7)
    await two[0].flush()
    assert await there.previous("thread", "asker1") == given
    assert await there.previous_question("thread", "asker1") == given.view.answer.question.text
    assert await there.previous("thread", "another") is None
    assert await there.seen(given) == 7
    assert await there.query_in_message("chat", "m1") == "q1"
    assert await there.last_query("chat", "asker1") == "q1"
    hours.pass_by(FOLLOW_UP_FOR_S)
    assert await there.previous("thread", "asker1") is None
    assert await there.last_query("chat", "asker1") == "q1"


async def test_what_somebody_in_distress_said_is_kept_nowhere(two: tuple[State, State]) -> None:
    """It is at hand until it is sent, and ends what was spoken of before."""
    here, there = (Memory(one) for one in two)
    here.remember(_given(1), "thread")
    topic = sensitive("I want to kill myself")
    assert topic is not None
    said: Answer = replace(answer(), sensitive=topic)
    given = replace(_given(2, ShownAnswer("q2", said)), asker="asker1")
    here.remember(given, "thread")
    await two[0].flush()
    assert here.just_given("q2") == given
    for one in (here, there):
        assert await one.previous("thread", "asker1") is None
    assert await there.given("q2") is None


async def test_a_person_can_be_forgotten(two: tuple[State, State]) -> None:
    for one in (_given(1), _given(2)):
        Memory(two[0]).remember(one, "thread")
        Memory(two[0]).remember_message(one, f"m{one.asker}")
    assert await two[0].forget_owner("asker1") == 4
    memory = Memory(two[0])
    assert await memory.given("q1") is None
    assert await memory.previous("thread", "asker1") is None
    assert await memory.given("q2") == _given(2)
