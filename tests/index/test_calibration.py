"""A folder's own sentences say how sure an answer out of it must be."""

from pathlib import Path

import pytest

from index.calibration import calibrate
from snapshot.manifest import Calibration
from snapshot.models import Passage, Resource
from snapshot.store import SnapshotStore
from tests.fakes.content import passage, resource
from tests.fakes.encoder import WordEncoder
from tests.fakes.snapshots import publish

USUAL = 0.6457  # log odds of 0.6


def _answered(tmp_path: Path, folder: list[tuple[Resource, Passage]]) -> float:
    return _calibrated(tmp_path, folder).answered


def _calibrated(tmp_path: Path, folder: list[tuple[Resource, Passage]]) -> Calibration:
    store = SnapshotStore(tmp_path)
    resources, passages = zip(*folder, strict=True)
    publish(store, resources=resources, passages=passages)
    return calibrate(store.open(), WordEncoder())


def _pages(text: str) -> list[tuple[Resource, Passage]]:
    pages = [resource(f"page{number:02}.md") for number in range(40)]
    return [(page, passage(page, text.format(number=f"n{i}"))) for i, page in enumerate(pages)]


def test_few_sentences_leave_the_usual_threshold(tmp_path: Path) -> None:
    assert _answered(tmp_path, _pages("Claim mileage at 45 pence a mile.")[:5]) == pytest.approx(
        USUAL, abs=1e-3
    )


def test_where_pages_say_the_same_an_answer_must_be_surer(tmp_path: Path) -> None:
    alike = _answered(tmp_path / "alike", _pages("Claim mileage at 45 pence a mile {number}."))
    different = _answered(
        tmp_path / "different",
        _pages("{number}a {number}b {number}c {number}d {number}e {number}f."),
    )
    assert alike > different >= 0.5


def test_the_share_of_false_answers_is_bounded_by_what_the_sentences_reach(tmp_path: Path) -> None:
    """None of 40 that share no word; of 40 that are alike all but for their number."""
    none = _calibrated(
        tmp_path / "none", _pages("{number}a {number}b {number}c {number}d {number}e.")
    )
    assert none.false_answers == pytest.approx(1 / 41)
    few = _calibrated(tmp_path / "few", _pages("Claim mileage at 45 pence a mile.")[:5])
    assert few.false_answers in {k / 6 for k in range(1, 7)}


def test_the_same_snapshot_gets_the_same_thresholds(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    folder = _pages("Every page {number} says something of its own here.")
    publish(store, resources=[r for r, _ in folder], passages=[p for _, p in folder])
    assert calibrate(store.open(), WordEncoder()) == calibrate(store.open(), WordEncoder())
