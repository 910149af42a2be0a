"""The product's ranking with one thing left out or changed: what is each of them worth?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.looking import Looked
from benchmarks.quality.methods import Order, min_max
from retrieval.ranking import Candidates, Weights, best_first, fuse

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
    return ours(looked, weights=Weights(late=0.5, dense=0.3, lexical=0.2))


FULL = "all of it"
ABLATIONS: Mapping[str, Callable[[Looked], Order]] = {
    FULL: ours,
    "without late interaction": _without("late"),
    "without dense": _without("dense"),
    "without lexical": _without("lexical"),
    "the same weights for questions of any length": _at_any_length,
    "min-max within the question, not absolute scales": partial(ours, fused=_min_max_fused),
    "question's tokens all weigh the same": _without_idf,
    "headings left out of the token match": _without_headings,
    "first 20 compared, not 100": partial(ours, compared=20),
    "first 50 compared": partial(ours, compared=50),
    "first 200 compared": partial(ours, compared=200),
}
