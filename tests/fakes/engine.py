"""An engine as somebody would add one: this module, and a row of the table that names it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from errors import SnapshotDamaged
from snapshot.engines import EngineRow

ROW = EngineRow("added", "tests.fakes.engine", "added-engine")
FILE_NAME = "vectors.added.npy"


class AddedIndex:
    """Scores one question after another."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._vectors = vectors

    @property
    def count(self) -> int:
        return len(self._vectors)

    def search(
        self, questions: NDArray[np.float32], top_k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        hidden = np.zeros(self.count, bool) if allowed is None else ~allowed
        scores, rows = [], []
        for question in questions:
            own = np.where(hidden, -np.inf, self._vectors @ question)
            best = np.argsort(-own, kind="stable")[: min(top_k, int((~hidden).sum()))]
            scores.append(own[best])
            rows.append(best)
        return np.stack(scores).astype(np.float32), np.stack(rows).astype(np.int64)

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        return np.asarray(self._vectors[rows], dtype=np.float32)


def build(vectors: NDArray[np.float32], folder: Path) -> None:
    np.save(folder / FILE_NAME, vectors)


def load(folder: Path) -> AddedIndex:
    try:
        return AddedIndex(np.load(folder / FILE_NAME, mmap_mode="r"))
    except (OSError, ValueError) as error:
        raise SnapshotDamaged(f"{folder / FILE_NAME} cannot be read: {error}") from error
