"""Evidence of three kinds adds up to one ranking, each on its own scale."""

import numpy as np
import pytest

from retrieval.ranking import Candidates, Weights, best_first, fuse, preselect, weights_for

WEIGHTS = Weights(late=0.5, dense=0.3, lexical=0.2)


def _candidates(dense: list[float], lexical: list[float]) -> Candidates:
    shares = np.array(lexical, dtype=np.float32)
    return Candidates(np.arange(len(dense)), np.array(dense, dtype=np.float32), 10 * shares, shares)


def test_the_score_is_the_weighted_sum_of_the_evidence() -> None:
    scores = fuse(
        _candidates([0.4, 0.2], [0.5, 1.0]), np.array([0.6, 0.1], dtype=np.float32), WEIGHTS
    )
    assert scores.tolist() == pytest.approx([0.52, 0.31])
    assert scores.dtype == np.float32


def test_weak_word_matches_count_little_however_they_compare() -> None:
    """Scaled within the question, the second's BM25 would count in full."""
    scores = fuse(
        _candidates([0.5, 0.4], [0.0, 0.05]), np.array([0.5, 0.5], dtype=np.float32), WEIGHTS
    )
    assert scores[0] > scores[1]


def test_the_first_stage_keeps_the_best_by_cosine_and_words() -> None:
    kept = preselect(_candidates([0.1, 0.5, 0.3], [1.0, 0.0, 0.1]), 2, WEIGHTS)
    assert kept.rows.tolist() == [0, 1]
    assert kept.dense.tolist() == pytest.approx([0.1, 0.5])
    assert kept.bm25.tolist() == pytest.approx([10.0, 0.0])
    assert kept.lexical.tolist() == pytest.approx([1.0, 0.0])


@pytest.mark.parametrize(
    ("words", "lexical"), [(1, 0.15), (8, 0.15), (14, 0.25), (20, 0.35), (300, 0.35)]
)
def test_the_words_of_long_questions_count_for_more(words: int, lexical: float) -> None:
    weights = weights_for("word " * words)
    assert weights.lexical == pytest.approx(lexical)
    assert weights.late + weights.dense + weights.lexical == pytest.approx(1)
    assert weights.dense == 0.3


def test_what_only_its_letters_find_counts_as_in_a_long_question() -> None:
    assert weights_for("SF-50", exact=True) == weights_for("word " * 20)


def test_among_equals_the_earlier_passage_comes_first() -> None:
    scores = np.array([0.5, 0.9, 0.5], dtype=np.float32)
    assert best_first(scores, np.array([7, 8, 3])).tolist() == [1, 2, 0]
