"""Nearest-neighbour search over passage vectors, one engine a file, imported only when chosen.

`ROWS` is the table of engines. An engine is added by a module that offers what `Engine` lists,
and a row here: the setting, its documentation, the automatic choice and the contract tests follow.
Whoever needs only the table pays for nothing that engines import.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from errors import SnapshotError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class EngineRow:
    """`package` is what to `pip install` for it. `automatic_from` is how many passages a folder
    has at least if the automatic choice takes the engine; None keeps it for operators that ask for
    it. An engine that `is_tuned` is not exact: its module offers what `TunedEngine` lists, and the
    automatic choice takes it only if it finds enough of what the exact search finds."""

    name: str
    module: str
    package: str
    automatic_from: int | None = None
    is_tuned: bool = False


ROWS = (
    EngineRow("faiss", "snapshot.engines.faiss_flat", "faiss-cpu", automatic_from=0),
    EngineRow(
        "faiss_pq", "snapshot.engines.faiss_pq", "faiss-cpu", automatic_from=10_000, is_tuned=True
    ),
    EngineRow("exact", "snapshot.engines.exact", "numpy"),
)
ENGINES = {row.name: row for row in ROWS}


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
        filter, and is exact if few are allowed. k is `top_k`, or fewer if fewer rows can be had.
        """
        ...

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors (k, dim) of those rows, as exact as the index holds them."""
        ...


class TunedIndex(VectorIndex, Protocol):
    """Takes candidates by codes, `k_factor` times as many as are asked for, and ranks those."""

    k_factor: float

    @property
    def exact(self) -> VectorIndex:
        """Scores all rows instead."""
        ...

    def narrows(self, top_k: int, k_factor: float) -> bool:
        """Whether a search without a filter would go by the codes, and not score all rows."""
        ...

    def save(self, folder: Path) -> None: ...


class Engine(Protocol):
    """Makes and opens indexes of one kind. An engine's module offers these two functions."""

    FILE_NAME: str

    def build(self, vectors: NDArray[np.float32], folder: Path) -> None:
        """Writes an index of the vectors (n, dim) into the folder."""
        ...

    def load(self, folder: Path) -> VectorIndex:
        """Opens what `build` wrote. Raises errors.SnapshotDamaged if that cannot be read."""
        ...


class TunedEngine(Engine, Protocol):
    """The module of an engine that is tuned before its index is saved offers this as well."""

    def index(self, vectors: NDArray[np.float32]) -> TunedIndex:
        """An index of the vectors (n, dim), in memory."""
        ...


def row_of(name: str) -> EngineRow:
    """Raises SnapshotError that names the known engines if there is none of that name."""
    if name not in ENGINES:
        raise SnapshotError(f"there is no engine {name!r}: choose one of {', '.join(ENGINES)}")
    return ENGINES[name]


def engine(name: str) -> Engine:
    """The engine of that name. Raises SnapshotError for an unknown name, or if the package that it
    needs is not installed."""
    row = row_of(name)
    try:
        return cast("Engine", import_module(row.module))
    except ImportError as error:
        raise SnapshotError(
            f"the engine {name!r} needs a package that is missing: {error}. "
            f"Run `pip install {row.package}`, or set SIGNPOST_ENGINE=exact"
        ) from error
