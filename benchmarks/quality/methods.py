"""The plain ways to rank, over the same passages: BM25 alone, dense alone, and both put together
without any weight of the evidence.

Each takes the candidates of both searches and gives the numbers of those it finds, best first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from retrieval.ranking import Candidates, best_first

Order = NDArray[np.int64]

_DEPTH = 100
_RRF_K = 60
_DENSE_WEIGHT = 0.6


def bm25(candidates: Candidates) -> Order:
    """The first hundred that hold a word of the question."""
    order = best_first(candidates.bm25, candidates.rows)
    return order[candidates.bm25[order] > 0][:_DEPTH]


def dense(candidates: Candidates) -> Order:
    """The hundred nearest by cosine."""
    return best_first(candidates.dense, candidates.rows)[:_DEPTH]


def reciprocal_rank_fusion(candidates: Candidates) -> Order:
    """By the sum of 1 / (60 + rank) over both rankings (Cormack et al., 2009)."""
    scores = np.zeros(len(candidates.rows), dtype=np.float32)
    for order in (bm25(candidates), dense(candidates)):
        scores[order] += (1 / (_RRF_K + np.arange(1, len(order) + 1))).astype(np.float32)
    return best_first(scores, candidates.rows)[:_DEPTH]


def convex(candidates: Candidates) -> Order:
    """By 0.6 times the cosine and 0.4 times BM25, each scaled to 0 to 1 within the question
    (Bruch et al., "An Analysis of Fusion Functions for Hybrid Retrieval", 2023)."""
    scores = _DENSE_WEIGHT * min_max(candidates.dense) + (1 - _DENSE_WEIGHT) * min_max(
        candidates.bm25
    )
    return best_first(scores, candidates.rows)[:_DEPTH]


def min_max(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """The lowest becomes 0 and the highest 1; all 0 where they are equal."""
    if not len(scores):
        return scores
    low, high = float(scores.min()), float(scores.max())
    scaled: NDArray[np.float32] = ((scores - low) / (high - low or 1.0)).astype(np.float32)
    return scaled


OURS = "ours"
PLAIN: Mapping[str, Callable[[Candidates], Order]] = {
    "BM25": bm25,
    "dense": dense,
    "RRF": reciprocal_rank_fusion,
    "convex 0.6": convex,
}
