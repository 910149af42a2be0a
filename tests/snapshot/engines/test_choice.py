"""The engine is chosen by what it finds in the folder's own vectors, and how fast."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from errors import SnapshotError
from snapshot.engines import choice, faiss_pq
from snapshot.engines.choice import Rules, build, pseudo_questions
from snapshot.engines.faiss_flat import FaissIndex
from snapshot.engines.faiss_pq import NarrowedIndex

COUNT, DIM = 20_000, 48


def _vectors() -> NDArray[np.float32]:
    vectors = np.random.default_rng(1).standard_normal((COUNT, DIM)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


VECTORS = _vectors()
# At 1, a hundred candidates are taken for a hundred, and the codes decide; at 40 four thousand, of
# which the vectors decide; at 80 they would be so many that all are compared.
LOSES, FINDS, ALL = 1.0, 40.0, 80.0


class Clock:
    """Every look at it takes `growth` times as long as the one before. The exact search is timed
    first, so below 1 the other engine seems to be the faster one."""

    def __init__(self, growth: float) -> None:
        self._growth = growth
        self._step, self._now = 1.0, 0.0

    def __call__(self) -> float:
        self._now += self._step
        self._step *= self._growth
        return self._now


def _rules(*k_factors: float) -> Rules:
    return Rules(k_factors=k_factors, questions=20)


def _build(asked: str, folder: Path, rules: Rules, growth: float = 0.999) -> choice.Chosen:
    return build(asked, VECTORS, folder, rules, Clock(growth))


def test_a_small_folder_is_searched_exactly_without_measuring(tmp_path: Path) -> None:
    chosen = build("auto", VECTORS[:9_999], tmp_path, _rules(FINDS), Clock(0.999))
    assert (chosen.engine, chosen.measured) == ("faiss", {})


def test_a_large_one_gets_the_faster_engine_if_that_finds_the_same(tmp_path: Path) -> None:
    chosen = _build("auto", tmp_path, _rules(FINDS))
    assert chosen.engine == "faiss_pq"
    assert chosen.measured["recall_at_10"] == 1.0
    assert 0.99 <= chosen.measured["recall_at_100"] < 1  # the codes are used
    assert chosen.measured["search_ms"] < chosen.measured["exact_ms"]


def test_the_first_k_factor_that_finds_enough_is_kept_with_the_index(tmp_path: Path) -> None:
    chosen = _build("auto", tmp_path, _rules(LOSES, FINDS, 45.0))
    assert chosen.measured["k_factor"] == FINDS
    assert faiss_pq.load(tmp_path).k_factor == FINDS


def test_an_engine_that_misses_too_much_is_not_taken(tmp_path: Path) -> None:
    chosen = _build("auto", tmp_path, _rules(LOSES))
    assert chosen.engine == "faiss"
    assert chosen.measured["recall_at_100"] < 0.99
    index = choice.engine("faiss").load(tmp_path)
    assert isinstance(index, FaissIndex)
    np.testing.assert_allclose(index.vectors(np.arange(3)), VECTORS[:3], atol=1e-3)


def test_an_engine_that_would_compare_all_is_not_even_asked(tmp_path: Path) -> None:
    """It would find everything, in the same time."""
    chosen = _build("auto", tmp_path, _rules(LOSES, ALL))
    assert (chosen.engine, chosen.measured["k_factor"]) == ("faiss", LOSES)
    chosen = _build("auto", tmp_path, _rules(ALL))
    assert (chosen.engine, chosen.measured) == ("faiss", {})


def test_an_engine_that_is_not_faster_is_not_taken(tmp_path: Path) -> None:
    assert _build("auto", tmp_path, _rules(FINDS), growth=1.001).engine == "faiss"


def test_an_operator_gets_the_engine_asked_for_whatever_it_misses(tmp_path: Path) -> None:
    chosen = _build("faiss_pq", tmp_path, _rules(LOSES))
    assert chosen.engine == "faiss_pq"
    assert isinstance(faiss_pq.load(tmp_path), NarrowedIndex)
    assert _build("exact", tmp_path, _rules(FINDS)).engine == "exact"


def test_an_unknown_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="'annoy'"):
        _build("annoy", tmp_path, _rules(FINDS))


def test_the_same_vectors_are_asked_the_same() -> None:
    first = pseudo_questions(VECTORS, 50)
    np.testing.assert_array_equal(first, pseudo_questions(VECTORS, 50))
    assert len(np.unique(first, axis=0)) == 50


def test_questions_lie_as_far_from_their_passage_as_people_s_do() -> None:
    few = VECTORS[:2_000]  # among more, others would lie as near by chance
    asked = pseudo_questions(few, 50)
    np.testing.assert_allclose(np.linalg.norm(asked, axis=1), 1.0, atol=1e-5)
    best = (asked @ few.T).max(axis=1)
    assert np.isclose(np.sort(best)[:40], 0.5, atol=1e-2).all()
