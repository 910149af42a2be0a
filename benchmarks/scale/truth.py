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


def write_truth(vectors: NDArray[np.float32], questions: NDArray[np.float32], path: Path) -> None:
    """For each filter the rows (q, 100) that are truly nearest, best first."""
    found = {}
    for name in FILTERS:
        found[name] = _nearest(vectors, questions, allowed(name, len(vectors)))
    np.savez(path, **found)  # type: ignore[arg-type]  # its stub takes them for `allow_pickle`


def _nearest(
    vectors: NDArray[np.float32], questions: NDArray[np.float32], mask: NDArray[np.bool_] | None
) -> NDArray[np.int64]:
    rows = np.empty((len(questions), 0), dtype=np.int64)
    scores = np.empty((len(questions), 0), dtype=np.float32)
    for start in range(0, len(vectors), _BLOCK):
        own = questions @ vectors[start : start + _BLOCK].T
        if mask is not None:
            own[:, ~mask[start : start + _BLOCK]] = -np.inf
        best = np.argpartition(-own, min(TOP, own.shape[1] - 1), axis=1)[:, :TOP]
        scores = np.concatenate([scores, np.take_along_axis(own, best, axis=1)], axis=1)
        rows = np.concatenate([rows, best + start], axis=1)
        order = np.argsort(-scores, axis=1, kind="stable")[:, :TOP]
        scores = np.take_along_axis(scores, order, axis=1)
        rows = np.take_along_axis(rows, order, axis=1)
    # Where fewer than a hundred are allowed, the rest is no row.
    return np.where(np.isneginf(scores), -1, rows)
