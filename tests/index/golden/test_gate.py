"""What an answer is judged by, what counts as falling below, and what is remembered of the last
accepted score."""

from dataclasses import replace
from pathlib import Path

import pytest

from errors import SnapshotDamaged
from index.golden.gate import (
    ACCEPTED_FILE,
    GoldenGate,
    GoldenReport,
    GoldenScore,
    Verdict,
    read_accepted,
    write_accepted,
)
from index.golden.questions import GoldenQuestion, GoldenSet
from retrieval.answer import Outcome
from snapshot.models import Page
from snapshot.store import SnapshotStore
from tests.fakes.answers import answer, result
from tests.fakes.content import resource
from tests.fakes.encoder import WordEncoder
from tests.fakes.snapshots import EXPENSES, PASSAGES, publish

A, B = "20260101T000000Z-aaaaaaaa", "20260102T000000Z-bbbbbbbb"
FILE = "travel/expenses.md"


def verdict(key: str, is_right: bool) -> Verdict:
    return Verdict(key, f"what is {key}?", (f"{key}.md",), "found.md", "answered", is_right)


def score(**results: bool) -> GoldenScore:
    return GoldenScore(tuple(verdict(key, is_right) for key, is_right in results.items()))


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    store = SnapshotStore(tmp_path / "snapshots")
    store.folder.mkdir()
    return store


def judged(store: SnapshotStore, before: GoldenScore, now: GoldenScore) -> GoldenReport:
    write_accepted(store, A, before)
    return GoldenReport(now, read_accepted(store))


@pytest.mark.parametrize(
    ("places", "page", "outcome", "expected"),
    [
        ((f"{FILE}#page=4",), 4, Outcome.ANSWERED, True),
        ((f"{FILE}#page=4",), 4, Outcome.CLOSEST, True),
        (("b.md", FILE), 4, Outcome.CLOSEST, True),
        ((f"{FILE}#page=4",), 5, Outcome.ANSWERED, False),
        ((f"{FILE}#page=4",), 4, Outcome.NOTHING_VALIDATED, False),
        ((f"{FILE}#page=4",), None, Outcome.NOTHING_VALIDATED, False),
        ((), 4, Outcome.ANSWERED, False),
        ((), 4, Outcome.CLOSEST, True),
        ((), None, Outcome.NOTHING_VALIDATED, True),
    ],
)
def test_the_first_result_must_open_at_a_right_place_and_nothing_be_claimed_without_one(
    places: tuple[str, ...], page: int | None, outcome: Outcome, expected: bool
) -> None:
    results = [] if page is None else [result(resource(FILE), locator=Page(page))]
    question = GoldenQuestion("?", places, "line 1")
    assert Verdict.of(question, answer(*results, outcome=outcome)).is_right is expected


def test_only_the_first_result_counts() -> None:
    question = GoldenQuestion("?", (FILE,), "line 1")
    second = result(resource(FILE), locator=Page(4), rank=2)
    given = answer(result(resource("b.md"), locator=Page(1)), second)
    assert Verdict.of(question, given) == Verdict(
        question.key, "?", (FILE,), "b.md#page=1", "answered", is_right=False
    )


def test_what_finds_nothing_says_so() -> None:
    given = answer(outcome=Outcome.NOTHING_VALIDATED)
    found = Verdict.of(GoldenQuestion("?", (FILE,), "line 1"), given)
    assert (found.found, found.outcome) == ("nothing", "nothing_validated")


def test_the_first_score_is_accepted_whatever_it_is() -> None:
    report = GoldenReport(score(a=False), before=None)
    assert (report.is_below, report.is_accepted, report.lost) == (False, True, ())
    assert report.score.share == 0.0


@pytest.mark.parametrize(
    ("before", "now", "is_below"),
    [
        (score(a=True, b=True), score(a=True, b=False), True),
        (score(a=True, b=False), score(a=False, b=True), False),
        (score(a=True, b=True, c=False), score(a=False, b=False, c=True), True),
        (score(a=True), score(a=True, new=False), False),
        (score(a=True, b=True), score(a=False, b=True, x=True, y=True), True),
        (score(gone=True, b=False), score(b=False), False),
        (score(a=True), score(other=False), False),
    ],
    ids=[
        "fewer are right",
        "as many are right",
        "more are lost than gained",
        "a new question that is wrong does not count against it",
        "new questions that are right do not make up for a lost one",
        "a question that is gone does not count",
        "nothing to compare",
    ],
)
def test_only_questions_that_were_asked_both_times_are_compared(
    store: SnapshotStore, before: GoldenScore, now: GoldenScore, is_below: bool
) -> None:
    assert judged(store, before, now).is_below is is_below


def test_what_was_right_and_is_wrong_is_named(store: SnapshotStore) -> None:
    report = judged(store, score(a=True, b=False, c=True), score(a=False, b=False, c=True))
    assert report.lost == (verdict("a", False),)
    assert report.before is not None
    assert (report.before.right, report.before.questions, report.before.snapshot) == (2, 3, A)


def test_an_admin_can_take_a_lower_score(store: SnapshotStore) -> None:
    write_accepted(store, A, score(a=True))
    report = GoldenReport(score(a=False), read_accepted(store), with_accept=True)
    assert (report.is_below, report.is_accepted) == (True, True)


def test_nothing_is_accepted_before_the_first(store: SnapshotStore) -> None:
    assert read_accepted(store) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"results": [{}]}', '{"snapshot": 1}'])
def test_a_damaged_record_says_how_to_write_it_anew(store: SnapshotStore, text: str) -> None:
    (store.folder / ACCEPTED_FILE).write_text(text)
    with pytest.raises(SnapshotDamaged, match=rf"{ACCEPTED_FILE} cannot be read.*--accept"):
        read_accepted(store)


MILEAGE = GoldenQuestion("claim mileage pence", (f"{FILE}#mileage",), "line 1")
HOLIDAY = GoldenQuestion("unused holiday carries over", ("hr/leave.md",), "line 2")


def measure(
    store: SnapshotStore,
    snapshot_id: str,
    *questions: GoldenQuestion,
    accept: bool = False,
    activating: bool = False,
) -> dict[str, bool] | None:
    """Which questions are right; None if they are not asked."""
    gate = GoldenGate(store, GoldenSet(questions), accept)
    report = gate.measure(snapshot_id, WordEncoder(), activating=activating)
    if report is None:
        return None
    assert report.with_accept is accept
    return {one.question: one.is_right for one in report.score.verdicts}


def accept(store: SnapshotStore, snapshot_id: str, *questions: GoldenQuestion) -> None:
    results = (replace(verdict(one.key, True), question=one.text) for one in questions)
    write_accepted(store, snapshot_id, GoldenScore(tuple(results)))


def test_a_folder_without_questions_is_not_asked(store: SnapshotStore) -> None:
    publish(store, A)
    assert measure(store, A, activating=True) is None


def test_the_active_snapshot_is_asked_only_if_its_score_is_not_known(
    store: SnapshotStore,
) -> None:
    publish(store, A)
    assert measure(store, A, MILEAGE) == {MILEAGE.text: True}
    accept(store, A, MILEAGE)
    assert measure(store, A, MILEAGE) is None
    assert measure(store, A, MILEAGE, accept=True) is None
    assert measure(store, A, MILEAGE, HOLIDAY) == {MILEAGE.text: True, HOLIDAY.text: True}


def test_the_score_of_a_snapshot_that_was_activated_by_hand_can_be_taken(
    store: SnapshotStore,
) -> None:
    publish(store, A)
    publish(store, B, resources=[EXPENSES], passages=PASSAGES[:2])
    accept(store, A, HOLIDAY)
    assert measure(store, B, HOLIDAY) is None
    assert measure(store, B, HOLIDAY, activating=True) == {HOLIDAY.text: False}
    assert measure(store, B, HOLIDAY, accept=True) == {HOLIDAY.text: False}


def test_a_damaged_record_stops_a_build_unless_any_score_is_taken(store: SnapshotStore) -> None:
    publish(store, A)
    (store.folder / ACCEPTED_FILE).write_text("{")
    with pytest.raises(SnapshotDamaged):
        measure(store, A, MILEAGE, activating=True)
    assert measure(store, A, MILEAGE, accept=True, activating=True) == {MILEAGE.text: True}


def test_asking_is_told_question_by_question_with_what_deserves_a_look(
    store: SnapshotStore,
) -> None:
    publish(store, A)
    told: list[tuple[str, int, int]] = []
    gone = GoldenQuestion("gone?", ("gone.md",), "line 3")
    gate = GoldenGate(store, GoldenSet((MILEAGE, gone), ("a note",), store.folder))
    report = gate.measure(A, WordEncoder(), lambda *step: told.append(step), activating=True)
    assert told == [("ask", 1, 2), ("ask", 2, 2)]
    assert report is not None
    assert report.score.notes == (
        "a note",
        "line 3: 'gone.md' is in no file of the content folder",
    )
