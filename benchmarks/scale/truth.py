"""Filters, and what an exact search in single precision finds behind them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TOP = 100  # as many as an answer asks for
FILTERS = {"all": 0.0, "hide1": 0.01, "leave1": 0.99}
_RUN = 14  # passages of one resource stand together and are hidden together
_BLOCK = 100_000


def allowed(filter_name: str, count: int) -> NDArray[np.bool_] | None:
    """Which of so many rows may be found, (count,); None where all may."""
    share = FILTERS[filter_name]
    if not share:
        return None
    hidden = np.random.default_rng(7).random(-(-count // _RUN)) < share
    return ~np.repeat(hidden, _RUN)[:count]


def write_truth(
    vectors: NDArray[np.float32], questions: NDArray[np.float32], path: Path, block: int = _BLOCK
) -> None:
    """For each filter the rows (q, 100) that are truly nearest, best first. The vectors may be a
    mapped file: a block of rows is read at a time, and once for all filters."""
    nearest = {name: _Nearest(len(questions), allowed(name, len(vectors))) for name in FILTERS}
    for start in range(0, len(vectors), block):
        scores = questions @ vectors[start : start + block].T
        for one in nearest.values():
            one.add(scores, start)
    found = {name: one.rows for name, one in nearest.items()}
    np.savez(path, **found)  # type: ignore[arg-type]  # its stub takes them for `allow_pickle`


class _Nearest:
    """The best of the blocks so far that the mask allows. Where there are fewer than a hundred,
    the rest of `rows` is -1."""

    def __init__(self, questions: int, mask: NDArray[np.bool_] | None) -> None:
        self._mask = mask
        self._scores = np.full((questions, TOP), -np.inf, dtype=np.float32)
        self.rows = np.full((questions, TOP), -1, dtype=np.int64)

    def add(self, scores: NDArray[np.float32], start: int) -> None:
        """The scores (q, b) of the rows from `start` on. Few of a later block reach the hundredth
        so far, and only those are sorted."""
        reaching = scores > self._scores[:, -1:]
        if self._mask is not None:
            reaching &= self._mask[start : start + scores.shape[1]]
        for question, columns in enumerate(map(np.flatnonzero, reaching)):
            all_scores = np.concatenate([self._scores[question], scores[question, columns]])
            all_rows = np.concatenate([self.rows[question], columns + start])
            best = np.argpartition(-all_scores, TOP - 1)[:TOP]
            best = best[np.argsort(-all_scores[best], kind="stable")]
            self._scores[question], self.rows[question] = all_scores[best], all_rows[best]
