"""What can be asked next: near to the question, known to be answered, and seen by who asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from retrieval.answer import Answer, Lead, Outcome, Question
from retrieval.questions.narrowing import Narrowing
from retrieval.retriever import Retriever
from retrieval.serving.learning import learn_some
from snapshot.manifest import AskedAs, Calibration, Pinned
from snapshot.models import Validation
from snapshot.store import SnapshotStore
from tests.fakes.answers import answer, result
from tests.fakes.content import passage, resource
from tests.fakes.encoder import WordEncoder
from tests.fakes.snapshots import publish

LEAVE = resource("hr/leave.md", title="Annual leave")
BOARD = resource("hr/board.md", title="Leave for the board", audience=("board",))
PASSAGES = (
    passage(LEAVE, "The form for leave is in Harbour.", 0, "Unused leave form"),
    passage(LEAVE, "Unused leave carries over until March.", 1, "2. Unused leave"),
    passage(LEAVE, "Leave is paid as worked days are.", 2, "Pay"),
    passage(BOARD, "The board takes leave as it likes.", 0, "Unused leave at will"),
)
EVERYONE_ASKS = Question("unused leave", leads=True)
BOARD_ASKS = replace(EVERYONE_ASKS, audience=frozenset({"board"}))
Make = Callable[..., Retriever]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def make(**parts: object) -> Retriever:
        store = SnapshotStore(tmp_path / "snapshots")
        given = {"resources": (LEAVE, BOARD), "passages": PASSAGES} | parts
        given.setdefault("calibration", Calibration(answered=0.3, closest=0.0))
        publish(store, **given)  # type: ignore[arg-type]
        return Retriever(store.open(), WordEncoder())

    return make


def learned(retriever: Retriever, question: Question) -> Answer:
    """The answer once all is known that came near."""
    retriever.answer(question)
    while learn_some(retriever):
        pass
    return retriever.answer(question)


def test_what_is_near_and_answered_can_be_asked_next(make: Make) -> None:
    """Without its number; not what the answer stands under, and nothing of one word."""
    found = learned(make(), EVERYONE_ASKS)
    assert found.results[0].place == "2. Unused leave"
    assert found.leads == ("Unused leave form",)


def test_nothing_is_offered_before_it_is_known(make: Make) -> None:
    assert make().answer(EVERYONE_ASKS).leads == ()


def test_an_answer_knows_by_then_what_was_learned_since(make: Make) -> None:
    """Answers are remembered, and would be offered nothing for as long."""
    retriever = make()
    early = retriever.answer(EVERYONE_ASKS)
    while learn_some(retriever):
        pass
    assert early.leads == ("Unused leave form",)


def test_what_is_not_answered_is_not_offered(make: Make) -> None:
    strict = make(calibration=Calibration(answered=2.0, closest=0.0))
    assert learned(strict, EVERYONE_ASKS).leads == ()


def test_only_who_may_see_it_is_offered_what_is_restricted(make: Make) -> None:
    retriever = make()
    assert "Unused leave at will" in learned(retriever, BOARD_ASKS).leads
    assert learned(retriever, EVERYONE_ASKS).leads == ("Unused leave form",)
    assert not any("will" in one.text or "board" in one.text for one in seen_by_everyone(retriever))


def seen_by_everyone(retriever: Retriever) -> tuple[Lead, ...]:
    return retriever.answer(EVERYONE_ASKS).near


def test_what_is_restricted_moves_nothing_for_others(make: Make, tmp_path: Path) -> None:
    """As if it were not there."""
    with_it = learned(make(), EVERYONE_ASKS)
    store = SnapshotStore(tmp_path / "without")
    calibration = Calibration(answered=0.3, closest=0.0)
    publish(store, resources=(LEAVE,), passages=PASSAGES[:3], calibration=calibration)
    without = learned(Retriever(store.open(), WordEncoder()), EVERYONE_ASKS)
    assert [(one.text, one.place) for one in with_it.near] == [
        (one.text, one.place) for one in without.near
    ]


def test_what_is_no_longer_validated_is_not_offered(make: Make) -> None:
    until = Validation("Learning team", date(2026, 1, 15), review_by=date(2026, 11, 26))
    retriever = make(resources=(replace(LEAVE, validation=until), BOARD))
    noon = datetime(2026, 11, 26, 12, tzinfo=UTC)
    assert learned(retriever, replace(EVERYONE_ASKS, asked_at=noon)).leads != ()
    next_day = replace(EVERYONE_ASKS, asked_at=noon.replace(day=27))
    assert learned(retriever, next_day).leads == ()


def test_what_owners_say_is_asked_comes_too(make: Make) -> None:
    retriever = make(asked_as=[AskedAs("can I get leave", (0,))])
    assert "can I get leave" in learned(retriever, EVERYONE_ASKS).leads


def test_the_question_itself_is_not_offered(make: Make) -> None:
    asked = replace(EVERYONE_ASKS, text="Unused: leave form?")
    assert "Unused leave form" not in learned(make(), asked).leads


def test_two_wordings_of_one_place_are_one() -> None:
    near = tuple(Lead(text, "r", place) for text, place in (("A b", ("r", 1)), ("C d", ("r", 1))))
    assert replace(answer(result()), near=near).leads == ("A b",)


def test_what_is_pinned_or_told_in_distress_leads_nowhere_else(make: Make) -> None:
    pinned = Pinned(("unused leave",), LEAVE.validation, texts={"": "Ask Ada."})
    retriever = make(pinned=[pinned])
    for text in (EVERYONE_ASKS.text, "can I leave, I want to die"):
        assert learned(retriever, replace(EVERYONE_ASKS, text=text)).near == ()


def test_nothing_is_looked_for_that_nobody_wants(make: Make) -> None:
    """Who shows no such thing does not pay for it; what is narrowed leads back and nowhere else."""
    retriever = make()
    only = replace(EVERYONE_ASKS, only=Narrowing(folders=frozenset({"hr"})))
    for question in (replace(EVERYONE_ASKS, leads=False), only):
        assert retriever.answer(question).near == ()
    assert learn_some(retriever) == 0


def test_nothing_validated_leads_on_as_well(make: Make) -> None:
    retriever = make(calibration=Calibration(answered=0.3, closest=0.2))
    found = learned(retriever, replace(EVERYONE_ASKS, text="unused moon"))
    assert (found.outcome, found.leads) == (Outcome.NOTHING_VALIDATED, ("Unused leave",))
