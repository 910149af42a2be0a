"""The usual measures of retrieval, of abstention and of their uncertainty.

Ranking measures take the ranked ids of what was found and the gold grades (> 0) by id, and agree
with trec_eval's (https://trec.nist.gov/trec_eval/), which `tests/evaluation/test_metrics.py` checks
through ir_measures.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Gold = Mapping[str, int]


def ndcg(ranked: Sequence[str], gold: Gold, k: int = 10) -> float:
    """Normalised discounted cumulative gain of the first k, with linear gains (Järvelin and
    Kekäläinen, 2002); 0 if nothing is gold."""
    ideal = _dcg(sorted(gold.values(), reverse=True)[:k])
    return _dcg([gold.get(name, 0) for name in ranked[:k]]) / ideal if ideal else 0.0


def reciprocal_rank(ranked: Sequence[str], gold: Gold, k: int = 10) -> float:
    """One over the rank of the first right one among the first k, 0 without one."""
    for rank, name in enumerate(ranked[:k], start=1):
        if gold.get(name, 0) > 0:
            return 1 / rank
    return 0.0


def recall(ranked: Sequence[str], gold: Gold, k: int = 5) -> float:
    """The share of the right ones that is among the first k."""
    right = {name for name, grade in gold.items() if grade > 0}
    return len(right & set(ranked[:k])) / len(right) if right else 0.0


def hit(ranked: Sequence[str], gold: Gold, k: int = 1) -> float:
    """1 if a right one is among the first k, else 0."""
    return float(any(gold.get(name, 0) > 0 for name in ranked[:k]))


def bootstrap_interval(
    values: ArrayLike, *, resamples: int = 2_000, seed: int = 0
) -> tuple[float, float]:
    """The 95 % interval of the mean, by resampling questions (percentile method; Efron, 1979).
    The same values give the same interval. (nan, nan) for none."""
    array = np.asarray(values, dtype=np.float64)
    if len(array) == 0:
        return math.nan, math.nan
    picks = np.random.default_rng(seed).integers(0, len(array), (resamples, len(array)))
    low, high = np.percentile(array[picks].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def auroc(positive: ArrayLike, negative: ArrayLike) -> float:
    """The chance that a positive's score exceeds a negative's, ties counting half (the area under
    the ROC curve, by Mann and Whitney's U); nan if either is empty."""
    wins, losses = np.asarray(positive), np.asarray(negative)
    if not len(wins) or not len(losses):
        return math.nan
    ranks = _average_ranks(np.concatenate([wins, losses]))[: len(wins)]
    u = ranks.sum() - len(wins) * (len(wins) + 1) / 2
    return float(u / (len(wins) * len(losses)))


def kept_share(positive: ArrayLike, negative: ArrayLike, keep: float = 0.9) -> float:
    """The share of negatives whose score reaches the highest threshold that keeps at least that
    share of the positives; nan if either is empty."""
    wins, losses = np.asarray(positive), np.asarray(negative)
    if not len(wins) or not len(losses):
        return math.nan
    kept = max(math.ceil(round(keep * len(wins), 9)), 1)
    threshold = np.sort(wins)[len(wins) - kept]
    return float((losses >= threshold).mean())


def calibration_error(confidence: ArrayLike, right: ArrayLike, bins: int = 10) -> float:
    """Expected calibration error: how far confidence lies from the share that is right, over bins
    of equal width weighted by their size (Naeini et al., 2015); nan for nothing."""
    sure, correct = np.asarray(confidence, dtype=float), np.asarray(right, dtype=float)
    if not len(sure):
        return math.nan
    which = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [
        (which == one).mean() * abs(sure[which == one].mean() - correct[which == one].mean())
        for one in np.unique(which)
    ]
    return float(sum(gaps))


def _dcg(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1))


def _average_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 1 in ascending order, equal values sharing the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    means: NDArray[np.float64] = ends - (counts - 1) / 2
    return means[inverse]
