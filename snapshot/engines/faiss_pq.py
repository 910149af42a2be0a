"""FAISS product quantisation for large folders: candidates by 4-bit codes, ranked by vectors.

Every vector is held twice: as 4 bits for each four dimensions, which fast scan reads at ten times
the speed of the vectors themselves (André et al., Cache locality is not enough, VLDB 2015), and in
half precision. A search takes the best by the codes, `k_factor` times as many as are asked for,
and ranks those by their vectors.
"""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from errors import SnapshotDamaged
from snapshot.engines.faiss_flat import (
    FaissIndex,
    half_precision,
    open_mapped,
    stay_on_this_thread,
    write,
)

FILE_NAME = "vectors.faiss"
_DEFAULT_K_FACTOR = 40.0
# Whoever asks for ten gets the first ten of a hundred, so that recall does not hang on top_k.
_LEAST_ASKED = 100
# Ranking a candidate takes about as long as scoring this many vectors in a row.
_CANDIDATE_ROWS = 4
_SPARE = 1.1
_CODES = 16  # 4 bits
# Sixteen times as many found no better codes.
_TRAINED_ON = 256 * _CODES


class NarrowedIndex:
    """If few rows are allowed, `exact` scores all of them. Otherwise the filter is applied to what
    a search without it finds, so that a filter makes the search miss no more."""

    def __init__(self, index: faiss.IndexRefine) -> None:
        self._index = index
        self.exact = FaissIndex(faiss.downcast_index(index.refine_index))

    @property
    def count(self) -> int:
        return int(self._index.ntotal)

    @property
    def k_factor(self) -> float:
        return float(self._index.k_factor)

    @k_factor.setter
    def k_factor(self, value: float) -> None:
        self._index.k_factor = value

    def narrows(self, top_k: int, k_factor: float) -> bool:
        return _is_worth_it(max(top_k, _LEAST_ASKED), k_factor, self.count)

    def search(
        self, questions: NDArray[np.float32], top_k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        asked = max(top_k, _LEAST_ASKED)
        available = self.count
        if allowed is not None:
            available = int(np.count_nonzero(allowed))
            asked = int(asked * _SPARE * self.count / max(available, 1))
        if not _is_worth_it(asked, self.k_factor, available):
            return self.exact.search(questions, top_k, allowed)
        scores, rows = self._narrowed(questions, asked)
        if allowed is None:
            return scores[:, :top_k], rows[:, :top_k]
        return self._filtered(questions, top_k, allowed, scores, rows)

    def _narrowed(
        self, questions: NDArray[np.float32], asked: int
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        stay_on_this_thread()
        scores, rows = self._index.search(np.ascontiguousarray(questions, dtype=np.float32), asked)
        return scores, rows

    def _filtered(
        self,
        questions: NDArray[np.float32],
        top_k: int,
        allowed: NDArray[np.bool_],
        scores: NDArray[np.float32],
        rows: NDArray[np.int64],
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """What is allowed of what was found. If that is too little, because just what lies nearest
        is hidden, all that are allowed are scored."""
        kept = allowed[rows]
        if kept.sum(axis=1).min() < top_k:
            return self.exact.search(questions, top_k, allowed)
        # Stable: what is kept comes first, in its order.
        first = np.argsort(~kept, axis=1, kind="stable")[:, :top_k]
        return np.take_along_axis(scores, first, axis=1), np.take_along_axis(rows, first, axis=1)

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        return self.exact.vectors(rows)

    def save(self, folder: Path) -> None:
        write(self._index, folder / FILE_NAME)


def _is_worth_it(asked: int, k_factor: float, available: int) -> bool:
    """Whether ranking the candidates takes no longer than scoring all rows that are available."""
    return asked * k_factor * _CANDIDATE_ROWS <= available


def index(vectors: NDArray[np.float32]) -> NarrowedIndex:
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    dim = vectors.shape[1]
    codes = faiss.IndexPQFastScan(dim, dim // _group(dim), 4, faiss.METRIC_INNER_PRODUCT)
    codes.pq.cp.min_points_per_centroid = 1  # it would warn on stderr of every small folder
    codes.train(_sample(vectors))
    codes.add(vectors)
    refined = faiss.IndexRefine(codes, half_precision(vectors))
    refined.k_factor = _DEFAULT_K_FACTOR
    return NarrowedIndex(refined)


def _sample(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Vectors from everywhere to train the codes on, repeated if they are too few."""
    spread = vectors[:: -(-len(vectors) // _TRAINED_ON)]
    return np.resize(spread, (max(len(spread), _CODES), vectors.shape[1]))


def _group(dim: int) -> int:
    """How many dimensions share a code: four, or fewer if four do not divide `dim`."""
    return next(size for size in (4, 3, 2, 1) if dim % size == 0)


def build(vectors: NDArray[np.float32], folder: Path) -> None:
    index(vectors).save(folder)


def load(folder: Path) -> NarrowedIndex:
    refined = open_mapped(folder / FILE_NAME)
    if not isinstance(refined, faiss.IndexRefine):
        raise SnapshotDamaged(f"{folder / FILE_NAME} holds no vectors with codes")
    return NarrowedIndex(refined)
