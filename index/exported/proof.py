"""Whether an exported model finds what its reference finds, on the folder's own text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoded, Vectors
from index.exported.sample import Sample

_TOP = 10
LEAST_OVERLAP = 0.99  # of the reference's first ten
LEAST_COSINE = 0.99  # of a passage's two vectors, on average, and of its tokens'
MOST_LOST = 0.005  # of nDCG@10


@dataclass(frozen=True, slots=True)
class Seen:
    """A sample as an encoder sees it."""

    passages: list[Encoded]
    questions: list[Encoded]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How near to the reference: mean cosine of the vectors of a passage, and of a question's
    tokens; the share of the reference's first ten that are found; and how much of its nDCG@10 is
    lost, where a question's own passage is the right one, with the standard error of that."""

    cosine: float = 1.0
    token_cosine: float = 1.0
    overlap: float = 1.0
    lost: float = 0.0
    lost_error: float = 0.0

    def problem(self, *, is_exact: bool = True) -> str | None:
        """Why this is not good enough; None where it is. `is_exact` asks for the reference's own
        answers; without it only for answers as good."""
        if is_exact and self.cosine < LEAST_COSINE:
            return f"its vectors differ: mean cosine {self.cosine:.4f}, {LEAST_COSINE} is needed"
        if is_exact and self.token_cosine < LEAST_COSINE:
            return f"its tokens differ: mean cosine {self.token_cosine:.4f}, not {LEAST_COSINE}"
        if is_exact and self.overlap < LEAST_OVERLAP:
            return f"it finds {self.overlap:.3f} of the first ten, {LEAST_OVERLAP} are needed"
        if self.lost - self.lost_error > MOST_LOST:  # by more than chance
            return f"it loses {self.lost:.4f} of nDCG@10, and {MOST_LOST} is the most allowed"
        return None


def compare(reference: Seen, other: Seen, sample: Sample) -> Agreement:
    """An empty sample agrees perfectly. A text whose tokens are cut otherwise does not at all."""
    if not sample.passages:
        return Agreement()
    true, own = _vectors(reference.passages), _vectors(other.passages)
    cosine = float(np.einsum("nd,nd->n", true, own).mean())
    if not sample.questions:
        return Agreement(cosine)
    first = _first_ten(_vectors(reference.questions), true)
    found = _first_ten(_vectors(other.questions), own)
    overlap = np.mean([len(set(a) & set(b)) / len(a) for a, b in zip(first, found, strict=True)])
    losses = _gains(first, sample) - _gains(found, sample)
    return Agreement(
        cosine,
        _token_cosine(reference.questions, other.questions),
        float(overlap),
        float(losses.mean()),
        float(losses.std() / np.sqrt(len(losses))),
    )


def _vectors(encoded: list[Encoded]) -> Vectors:
    return np.stack([one.vector for one in encoded])


def _first_ten(questions: Vectors, passages: Vectors) -> NDArray[np.int64]:
    return np.argsort(-(questions @ passages.T), axis=1, kind="stable")[:, :_TOP]


def _gains(found: NDArray[np.int64], sample: Sample) -> NDArray[np.float64]:
    """nDCG@10 of each question, with one right passage: 1 / log2(1 + its rank), or 0."""
    return np.array(
        [
            1 / np.log2(2 + ranks[0]) if len(ranks := np.flatnonzero(row == source)) else 0.0
            for row, source in zip(found, sample.sources, strict=True)
        ]
    )


def _token_cosine(reference: list[Encoded], other: list[Encoded]) -> float:
    cosines = []
    for true, own in zip(reference, other, strict=True):
        if true.tokens.spans.tolist() != own.tokens.spans.tolist():
            cosines.append(0.0)
        elif len(true.tokens.vectors):
            cosines.append(float((true.tokens.vectors * own.tokens.vectors).sum(axis=1).mean()))
    return float(np.mean(cosines)) if cosines else 1.0
