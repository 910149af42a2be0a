"""How near a question is to what an owner says is asked, by value."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval.pins.asked_places import AskedPlaces, Fitting
from snapshot.manifest import AskedAs
from snapshot.store import SnapshotStore
from tests.fakes.encoder import WordEncoder
from tests.fakes.snapshots import publish

NONE = np.empty(0, dtype=np.int64)
ELSEWHERE = np.eye(1, 64, dtype=np.float32)[0]


def _places(folder: Path, *asked: AskedAs) -> AskedPlaces:
    store = SnapshotStore(folder)
    publish(store, asked_as=asked)
    return AskedPlaces(store.open())


def _at(vector: np.ndarray, cosine: float) -> np.ndarray:
    """A vector at that cosine to one of length 1."""
    other = ELSEWHERE - (ELSEWHERE @ vector) * vector
    other /= np.linalg.norm(other)
    return (cosine * vector + np.sqrt(1 - cosine**2) * other).astype(np.float32)


def _said(found: Fitting) -> dict[int, float]:
    return {
        row: round(fit, 3)
        for row, fit in zip(found.rows.tolist(), found.fits.tolist(), strict=True)
    }


@pytest.mark.parametrize(
    ("cosine", "fit"), [(1.0, 1.0), (0.92, 1.0), (0.75, 0.25), (0.66, 0.04), (0.58, None)]
)
def test_a_near_question_counts_by_how_near_it_is(
    tmp_path: Path, cosine: float, fit: float | None
) -> None:
    places = _places(tmp_path, AskedAs("cab fare", (1,)))
    [wording] = WordEncoder().encode_passages(["cab fare"])
    found = places.fitting("other", "other", _at(wording.vector, cosine), {"other": 1.0}, NONE)
    assert _said(found) == ({} if fit is None else {1: pytest.approx(fit, abs=0.01)})


@pytest.mark.parametrize(
    ("question", "idf", "fit"),
    [
        ("cab", {"cab": 1.0}, 1.0),
        ("how do I get a cab", {"get": 3.0, "cab": 3.0}, 0.25),
        ("cab to the moon", {"cab": 4.0, "moon": 1.0}, 0.64),
        ("cab to the moon", {"cab": 3.9, "moon": 6.1}, None),
        ("moon", {"moon": 4.0}, None),
    ],
)
def test_a_question_that_holds_the_wording_counts_by_how_much_of_it_that_is(
    tmp_path: Path, question: str, idf: dict[str, float], fit: float | None
) -> None:
    """As typed or as read, the very words are the very question."""
    places = _places(tmp_path, AskedAs("cab", (1,)))
    found = places.fitting(question, question, ELSEWHERE, idf, NONE)
    assert _said(found) == ({} if fit is None else {1: fit})
    assert _said(places.fitting("Cab?", question, ELSEWHERE, idf, NONE)) == {1: 1.0}


def test_all_words_of_a_wording_must_be_there(tmp_path: Path) -> None:
    places = _places(tmp_path, AskedAs("airport cab", (1,)))
    idf = {"cab": 9.0, "fare": 1.0}
    assert _said(places.fitting("cab fare", "cab fare", ELSEWHERE, idf, NONE)) == {}


def test_a_passage_has_its_best_wording_and_hidden_ones_are_left_out(tmp_path: Path) -> None:
    places = _places(tmp_path, AskedAs("cab far", (1, 2)), AskedAs("cab", (2, 0)))
    idf = {"cab": 3.0, "far": 3.0}
    assert _said(places.fitting("cab", "cab far", ELSEWHERE, idf, NONE)) == {0: 1, 1: 1, 2: 1}
    only = places.fitting("cab far", "cab far", ELSEWHERE, idf, np.array([1]))
    assert _said(only) == {0: 0.25, 1: 1.0}


def test_without_wordings_nothing_fits(tmp_path: Path) -> None:
    found = _places(tmp_path).fitting("cab", "cab", ELSEWHERE, {"cab": 1.0}, NONE)
    assert (found.rows.tolist(), found.fits.tolist()) == ([], [])
