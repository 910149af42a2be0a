"""The plain methods, by value."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.quality.rankings import PLAIN, bm25, convex, dense, min_max, reciprocal_rank_fusion
from retrieval.ranking import Candidates


def candidates(dense: list[float], bm25: list[float]) -> Candidates:
    scores = np.array(bm25, dtype=np.float32)
    return Candidates(
        np.arange(10, 10 + len(dense), dtype=np.int64),
        np.array(dense, dtype=np.float32),
        scores,
        scores / 100,
        *(np.zeros(len(dense), dtype=np.float32) for _ in range(4)),
    )


FOUR = candidates([0.9, 0.5, 0.7, 0.1], [0.0, 8.0, 4.0, 6.0])


def test_bm25_ranks_what_holds_a_word_and_leaves_out_the_rest() -> None:
    """The first candidate was found by its vector only."""
    assert bm25(FOUR).tolist() == [1, 3, 2]


def test_dense_ranks_by_cosine() -> None:
    """All candidates have one."""
    assert dense(FOUR).tolist() == [0, 2, 1, 3]


def test_dense_keeps_the_first_hundred() -> None:
    """What only the words found does not stand in the ranking of vectors."""
    many = candidates(np.linspace(1, 0, 150).tolist(), [1.0] * 150)
    assert dense(many).tolist() == list(range(100))


def test_equal_scores_rank_by_row() -> None:
    """So that a run can be repeated."""
    assert dense(candidates([0.5, 0.5, 0.7], [0, 0, 0])).tolist() == [2, 0, 1]


def test_rank_fusion_adds_up_reciprocal_ranks() -> None:
    """1: 1/61 + 1/63; 2: 1/63 + 1/62; 3: 1/62 + 1/64; 0, not found by its words: 1/61."""
    assert reciprocal_rank_fusion(FOUR).tolist() == [1, 2, 3, 0]


def test_convex_weighs_scaled_scores() -> None:
    """0: .6; 1: .6 * .5 + .4 = .7; 2: .6 * .75 + .4 * .5 = .65; 3: .4 * .75 = .3."""
    assert convex(FOUR).tolist() == [1, 2, 0, 3]


def test_min_max_scales_to_zero_and_one() -> None:
    """The lowest becomes 0, the highest 1."""
    scaled = min_max(np.array([2.0, 4.0, 3.0], dtype=np.float32))
    assert scaled.tolist() == [0.0, 1.0, 0.5]


def test_min_max_of_equal_scores_is_zero() -> None:
    """Nothing tells them apart, and nothing is divided by zero."""
    assert min_max(np.array([3.0, 3.0], dtype=np.float32)).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("name", PLAIN)
def test_no_candidates_give_no_ranking(name: str) -> None:
    """As a question of which nothing is known has none."""
    assert PLAIN[name](candidates([], [])).tolist() == []
