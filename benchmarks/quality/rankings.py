"""The ways to rank the passages that were looked up: the plain ones, and the product's own with one
thing left out or changed.

A plain way is BM25 alone, dense alone, or both put together without any weight of the evidence. It
takes the candidates of both searches and gives the numbers of those it finds, best first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.looking import Looked
from retrieval.ranking import Candidates, Weights, best_first, fuse

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
    """The lowest becomes 0 and the highest 1; all 0 if they are equal."""
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

COMPARED = 100
Fuse = Callable[[Candidates, NDArray[np.float32], Weights], NDArray[np.float32]]


def ours(
    looked: Looked,
    *,
    weights: Weights | None = None,
    compared: int = COMPARED,
    late_scores: NDArray[np.float32] | None = None,
    fused: Fuse = fuse,
) -> Order:
    """As the product ranks: the best by cosine and BM25 are compared token by token, and all three
    kinds of evidence make the order."""
    weights = weights or looked.weights
    candidates = looked.candidates
    late = looked.late_scores if late_scores is None else late_scores
    cheap = weights.dense * candidates.dense + weights.lexical * candidates.lexical
    chosen = best_first(cheap, candidates.rows)[:compared]
    taken = candidates.take(chosen)
    return chosen[best_first(fused(taken, late[chosen], weights), taken.rows)]


def _min_max_fused(
    candidates: Candidates, late: NDArray[np.float32], weights: Weights
) -> NDArray[np.float32]:
    scaled = replace(
        candidates, dense=min_max(candidates.dense), lexical=min_max(candidates.lexical)
    )
    return fuse(scaled, min_max(late), weights)


def _without_idf(looked: Looked) -> Order:
    best = looked.match.best
    return ours(looked, late_scores=best.mean(axis=1) if best.size else None)


def _without_headings(looked: Looked) -> Order:
    """Only the passage's own text is compared token by token; its vector and its words in the
    lexical index keep the heading."""
    match = looked.match
    if not match.similarities.size:
        return ours(looked)
    in_heading = np.concatenate(looked.starts) < 0
    similarities = np.where(in_heading[:, None], np.float32(0), match.similarities)
    best = replace(match, similarities=similarities).best
    return ours(looked, late_scores=best @ match.weights)


def _without(kind: str) -> Callable[[Looked], Order]:
    return lambda looked: ours(looked, weights=replace(looked.weights, **{kind: 0.0}))


def _at_any_length(looked: Looked) -> Order:
    return ours(looked, weights=replace(looked.weights, late=0.5, dense=0.3, lexical=0.2))


FULL = "all of it"
ABLATIONS: Mapping[str, Callable[[Looked], Order]] = {
    FULL: ours,
    "without late interaction": _without("late"),
    "without dense": _without("dense"),
    "without lexical": _without("lexical"),
    "without titles and headings alone": _without("named"),
    "the same weights for questions of any length": _at_any_length,
    "min-max within the question, not absolute scales": partial(ours, fused=_min_max_fused),
    "question's tokens all weigh the same": _without_idf,
    "headings left out of the token match": _without_headings,
    "first 20 compared, not 100": partial(ours, compared=20),
    "first 50 compared": partial(ours, compared=50),
    "first 200 compared": partial(ours, compared=200),
}
