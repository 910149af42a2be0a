"""The fused score is a convex combination of both evidences."""

import numpy as np

from retrieval.ranking import Candidates, best_first, fuse


def _candidates(dense: list[float], lexical: list[float]) -> Candidates:
    return Candidates(
        np.arange(len(dense), dtype=np.int64),
        np.array(dense, dtype=np.float32),
        np.array(lexical, dtype=np.float32),
    )


def test_scores_span_zero_to_one_by_both_evidences() -> None:
    fused = fuse(_candidates([0.8, 0.2, 0.5], [10.0, 0.0, 20.0]), dense_weight=0.6)
    np.testing.assert_allclose(fused, [0.6 + 0.4 * 0.5, 0.0, 0.6 * 0.5 + 0.4], atol=1e-6)


def test_an_evidence_that_tells_nothing_apart_counts_nothing() -> None:
    fused = fuse(_candidates([0.8, 0.2], [0.0, 0.0]), dense_weight=0.6)
    np.testing.assert_allclose(fused, [0.6, 0.0], atol=1e-6)


def test_no_candidates_give_no_scores() -> None:
    assert fuse(_candidates([], [])).shape == (0,)


def test_among_equals_the_earlier_row_comes_first() -> None:
    scores = np.array([0.5, 0.9, 0.5], dtype=np.float32)
    assert best_first(scores, np.array([7, 1, 3])).tolist() == [1, 2, 0]
