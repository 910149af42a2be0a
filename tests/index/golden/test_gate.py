"""What counts as falling below, and what is remembered of the last accepted score."""

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
from snapshot.reading import Snapshot
from snapshot.store import SnapshotStore
from tests.fakes.snapshots import publish

A, B = "20260101T000000Z-aaaaaaaa", "20260102T000000Z-bbbbbbbb"


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


class Judge:
    """Always the same score. Counts how often it was asked."""

    def __init__(self, result: GoldenScore) -> None:
        self.result = result
        self.asked: list[str] = []

    def __call__(self, snapshot: Snapshot) -> GoldenScore:
        self.asked.append(snapshot.id)
        return self.result

    def gate(self, *, accept: bool = False) -> GoldenGate:
        return GoldenGate(self, frozenset(one.key for one in self.result.verdicts), accept)


def test_the_active_snapshot_is_asked_only_where_its_score_is_not_known(
    store: SnapshotStore,
) -> None:
    publish(store, A)
    judge = Judge(score(a=True))
    assert judge.gate().measure(store, A, activating=False) is not None
    write_accepted(store, A, judge.result)
    assert judge.gate().measure(store, A, activating=False) is None
    assert judge.gate(accept=True).measure(store, A, activating=False) is None
    more = Judge(score(a=True, b=False))
    assert more.gate().measure(store, A, activating=False) is not None
    assert (judge.asked, more.asked) == ([A], [A])


def test_the_score_of_a_snapshot_that_was_activated_by_hand_can_be_taken(
    store: SnapshotStore,
) -> None:
    publish(store, A)
    publish(store, B)
    write_accepted(store, A, score(a=True))
    judge = Judge(score(a=False))
    assert judge.gate().measure(store, B, activating=False) is None
    report = judge.gate(accept=True).measure(store, B, activating=False)
    assert report is not None
    assert report.is_accepted
    assert judge.asked == [B]


def test_a_damaged_record_stops_a_build_unless_any_score_is_taken(store: SnapshotStore) -> None:
    publish(store, A)
    (store.folder / ACCEPTED_FILE).write_text("{")
    judge = Judge(score(a=False))
    with pytest.raises(SnapshotDamaged):
        judge.gate().measure(store, A, activating=True)
    report = judge.gate(accept=True).measure(store, A, activating=True)
    assert report is not None
    assert report.is_accepted
