"""Exact search with NumPy: the reference that every other engine is compared with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from errors import SnapshotDamaged
from snapshot.manifest import damage_named

FILE_NAME = "vectors.npy"


class ExactIndex:
    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._vectors = vectors

    @property
    def count(self) -> int:
        return len(self._vectors)

    def search(
        self, questions: NDArray[np.float32], top_k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        rows = np.arange(self.count) if allowed is None else np.flatnonzero(allowed)
        scores = questions @ self._vectors[rows].T
        best = np.argsort(-scores, axis=1, kind="stable")[:, :top_k]
        return np.take_along_axis(scores, best, axis=1), rows[best].astype(np.int64)

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        return np.asarray(self._vectors[rows], dtype=np.float32)


def build(vectors: NDArray[np.float32], folder: Path) -> None:
    np.save(folder / FILE_NAME, np.ascontiguousarray(vectors, dtype=np.float32))


def load(folder: Path) -> ExactIndex:
    with damage_named(folder / FILE_NAME):
        vectors = np.load(folder / FILE_NAME, mmap_mode="r", allow_pickle=False)
    if vectors.ndim != 2 or vectors.dtype != np.float32:
        raise SnapshotDamaged(f"{folder / FILE_NAME} holds no (n, dim) float32 vectors")
    return ExactIndex(vectors)
