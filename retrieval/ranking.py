"""Dense, lexical and late evidence become one ranking of passages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Weights:
    """What each kind of evidence counts for. All are on absolute scales, so that weak evidence
    counts little: a question in other words than the passage's keeps BM25 from deciding, and one
    in the very words lets it. Scaling each within the question (min-max), as is often done, lifts
    noise to full weight (docs/quality.md)."""

    late: float
    dense: float
    lexical: float


# Tuned on half of the labelled sets' documents; docs/quality.md has the other half's figures.
WEIGHTS = Weights(late=0.5, dense=0.3, lexical=0.2)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages under consideration, as parallel arrays (k,). Scores: higher is better.

    `dense` is the cosine of question and passage, `bm25` the BM25 score, `lexical` that as a share
    of the most that BM25 can give the question, 0 to 1.
    """

    rows: NDArray[np.int64]
    dense: NDArray[np.float32]
    bm25: NDArray[np.float32]
    lexical: NDArray[np.float32]

    def take(self, order: NDArray[np.int64]) -> Candidates:
        """Those candidates, in that order."""
        return Candidates(
            self.rows[order], self.dense[order], self.bm25[order], self.lexical[order]
        )


def preselect(candidates: Candidates, count: int, weights: Weights = WEIGHTS) -> Candidates:
    """The best of them by what costs nothing: cosine and BM25."""
    scores = weights.dense * candidates.dense + weights.lexical * candidates.lexical
    return candidates.take(best_first(scores, candidates.rows)[:count])


def fuse(
    candidates: Candidates, late: NDArray[np.float32], weights: Weights = WEIGHTS
) -> NDArray[np.float32]:
    """(k,): the weighted sum of all evidence, at most 1."""
    fused: NDArray[np.float32] = (
        weights.late * late
        + weights.dense * candidates.dense
        + weights.lexical * candidates.lexical
    ).astype(np.float32)
    return fused


def best_first(scores: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """The order of descending scores; among equals the earlier row comes first."""
    return np.lexsort((rows, -scores))
