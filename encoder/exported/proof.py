"""Whether an exported model finds what its reference finds, on the folder's own text and golden
questions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from encoder.protocol import Encoded, Vectors

_TOP = 10
LEAST_OVERLAP = 0.99  # of the reference's first ten
LEAST_COSINE = 0.99  # of a passage's two vectors, on average, and of its tokens'
MOST_LOST = 0.005  # of nDCG@10


@dataclass(frozen=True, slots=True)
class Seen:
    """A sample as an encoder sees it; `questions` are all that it asks."""

    passages: list[Encoded]
    questions: list[Encoded]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How near an encoder comes to the reference.

    `cosine` and `token_cosine` are means over the two vectors of a passage and of a question's
    token. `overlap` is the share of the reference's first ten that is found. `lost` is how much of
    its nDCG@10 is lost on sentences, whose own passage is the right one, and `golden_lost` on
    golden questions that something answers; both with their standard errors.
    """

    cosine: float = 1.0
    token_cosine: float = 1.0
    overlap: float = 1.0
    lost: float = 0.0
    lost_error: float = 0.0
    golden_lost: float = 0.0
    golden_lost_error: float = 0.0

    def problem(self, *, is_exact: bool = True) -> str | None:
        """Why the export is not good enough, None if it is. With `is_exact` it must find the
        reference's own answers; otherwise answers as good will do."""
        if is_exact and self.cosine < LEAST_COSINE:
            return f"its vectors differ: mean cosine {self.cosine:.4f}, {LEAST_COSINE} is needed"
        if is_exact and self.token_cosine < LEAST_COSINE:
            return f"its tokens differ: mean cosine {self.token_cosine:.4f}, not {LEAST_COSINE}"
        if is_exact and self.overlap < LEAST_OVERLAP:
            return f"it finds {self.overlap:.3f} of the first ten, {LEAST_OVERLAP} are needed"
        if self.lost - self.lost_error > MOST_LOST:  # by more than chance
            return f"it loses {self.lost:.4f} of nDCG@10, and {MOST_LOST} is the most allowed"
        if self.golden_lost - self.golden_lost_error > MOST_LOST:
            return (
                f"it loses {self.golden_lost:.4f} of nDCG@10 on the folder's golden questions, and "
                f"{MOST_LOST} is the most allowed"
            )
        return None


def compare(reference: Seen, other: Seen, sample: Sample) -> Agreement:
    """An empty sample agrees perfectly. A text that is cut into other tokens does not agree."""
    if not sample.passages:
        return Agreement()
    true, own = _vectors(reference.passages), _vectors(other.passages)
    cosine = float(np.einsum("nd,nd->n", true, own).mean())
    if not sample.asked:
        return Agreement(cosine)
    first = _first_ten(_vectors(reference.questions), true)
    found = _first_ten(_vectors(other.questions), own)
    overlap = np.mean([len(set(a) & set(b)) / len(a) for a, b in zip(first, found, strict=True)])
    right = [*({source} for source in sample.sources), *sample.right]
    losses = _ndcg(first, right) - _ndcg(found, right)
    sentences = len(sample.questions)
    return Agreement(
        cosine,
        _token_cosine(reference.questions, other.questions),
        float(overlap),
        *_mean_and_error(losses[:sentences]),
        *_mean_and_error(losses[sentences:]),
    )


def golden_ndcg(seen: Seen, sample: Sample) -> list[float]:
    """nDCG@10 of each golden question that something in the sample answers."""
    if not any(sample.right):
        return []
    golden = _vectors(seen.questions[len(sample.questions) :])
    found = _ndcg(_first_ten(golden, _vectors(seen.passages)), sample.right)
    return [value for value in found.tolist() if not np.isnan(value)]


def _vectors(encoded: list[Encoded]) -> Vectors:
    return np.stack([one.vector for one in encoded])


def _first_ten(questions: Vectors, passages: Vectors) -> NDArray[np.int64]:
    return np.argsort(-(questions @ passages.T), axis=1, kind="stable")[:, :_TOP]


def _ndcg(found: NDArray[np.int64], right: Sequence[Collection[int]]) -> NDArray[np.float64]:
    """nDCG@10 of each question (Järvelin and Kekäläinen, 2002). Each right passage gains 1; without
    any the value is NaN."""
    discounts = 1 / np.log2(np.arange(2, _TOP + 2))
    values = np.full(len(found), np.nan)
    for number, (row, wanted) in enumerate(zip(found, right, strict=True)):
        if wanted:
            gained = discounts[: len(row)][np.isin(row, list(wanted))].sum()
            values[number] = gained / discounts[: len(wanted)].sum()
    return values


def _mean_and_error(losses: NDArray[np.float64]) -> tuple[float, float]:
    """The mean without NaN, and its standard error; infinite for one number: it may be chance."""
    losses = losses[~np.isnan(losses)]
    if not len(losses):
        return 0.0, 0.0
    error = losses.std(ddof=1) / np.sqrt(len(losses)) if len(losses) > 1 else np.inf
    return float(losses.mean()), float(error)


def _token_cosine(reference: list[Encoded], other: list[Encoded]) -> float:
    cosines = []
    for true, own in zip(reference, other, strict=True):
        if true.tokens.spans.tolist() != own.tokens.spans.tolist():
            cosines.append(0.0)
        elif len(true.tokens.vectors):
            cosines.append(float((true.tokens.vectors * own.tokens.vectors).sum(axis=1).mean()))
    return float(np.mean(cosines)) if cosines else 1.0


@dataclass(frozen=True, slots=True)
class Sample:
    """Stretches of the folder, and what to ask.

    `questions` are sentences out of them: question i is from passage `sources[i]`. Golden question
    i is answered by any passage of `right[i]`, which is empty if nothing in the folder answers it.
    """

    passages: tuple[str, ...]
    questions: tuple[str, ...]
    sources: tuple[int, ...]
    golden: tuple[str, ...] = ()
    right: tuple[frozenset[int], ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """The sentences, then the golden questions."""
        return self.questions + self.golden
