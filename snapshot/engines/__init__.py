"""Nearest-neighbour search over passage vectors, one engine a file, imported only when chosen."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from errors import SnapshotError

ENGINES = {
    "faiss": "snapshot.engines.faiss_flat",
    "faiss_pq": "snapshot.engines.faiss_pq",
    "exact": "snapshot.engines.exact",
}


class VectorIndex(Protocol):
    """Finds the rows whose vectors lie nearest to a question's.

    Vectors are (n, dim) float32, L2-normalised, and row i is passage i of the snapshot. Scores
    are inner products, so cosines: higher is better.
    """

    @property
    def count(self) -> int: ...

    def search(
        self, questions: NDArray[np.float32], top_k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Scores (q, k) in descending order and rows (q, k), for questions (q, dim).

        `allowed` is (n,): only rows marked there are considered. An engine that is exact stays so
        among them; one that is not finds as much of what is allowed as it would of all without a
        filter, and is exact where few are allowed. k is `top_k`, or fewer where fewer rows can
        be had.
        """
        ...

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors (k, dim) of those rows, as exact as the index holds them."""
        ...


class Engine(Protocol):
    """Makes and opens indexes of one kind. An engine's module offers these two functions."""

    FILE_NAME: str

    def build(self, vectors: NDArray[np.float32], folder: Path) -> None:
        """Writes an index of the vectors (n, dim) into the folder."""
        ...

    def load(self, folder: Path) -> VectorIndex:
        """Opens what `build` wrote. Raises errors.SnapshotDamaged where that cannot be read."""
        ...


def engine(name: str) -> Engine:
    """The engine of that name. Raises SnapshotError for an unknown name, or where the package
    that it needs is not installed."""
    if name not in ENGINES:
        raise SnapshotError(f"there is no engine {name!r}: choose one of {', '.join(ENGINES)}")
    try:
        return cast("Engine", import_module(ENGINES[name]))
    except ImportError as error:
        raise SnapshotError(
            f"the engine {name!r} needs a package that is missing: {error}. "
            "Install requirements.txt, or set SIGNPOST_ENGINE=exact"
        ) from error
