"""Dense and lexical evidence become one ranking of passages, and passages one of resources."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Weight of the cosine against BM25. A convex combination of min-max-normalised scores with a
# dense weight of 0.5 to 0.7 beat reciprocal rank fusion on eleven public sets (see docs/quality.md
# for ours); Bruch et al., "An Analysis of Fusion Functions for Hybrid Retrieval", 2022.
DENSE_WEIGHT = 0.75


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages under consideration, as parallel arrays (k,). Scores: higher is better."""

    rows: NDArray[np.int64]
    dense: NDArray[np.float32]
    lexical: NDArray[np.float32]


def fuse(candidates: Candidates, dense_weight: float = DENSE_WEIGHT) -> NDArray[np.float32]:
    """Fused scores (k,), 0 to 1 within the question: the convex combination of both scores,
    each scaled so that the candidates span 0 to 1. A score that tells nothing apart counts 0."""
    fused = dense_weight * _min_max(candidates.dense)
    fused += (1 - dense_weight) * _min_max(candidates.lexical)
    return fused.astype(np.float32)


def best_first(scores: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """The order of descending scores; among equals the earlier row comes first."""
    return np.lexsort((rows, -scores))


def _min_max(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    if len(scores) == 0:
        return scores
    low, high = float(scores.min()), float(scores.max())
    if high <= low:
        return np.zeros_like(scores)
    return (scores - low) / np.float32(high - low)
