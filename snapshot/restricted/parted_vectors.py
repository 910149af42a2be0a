"""Vectors in two parts: those of what is for everyone, and those of what is for some.

An engine may learn from the vectors that it holds, and give each search a share of its time. So
what is for everyone gets an index of its own, which is the one that the folder would have without
anything else. The other part is searched exactly, and only by those who may see some of it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from snapshot.engines import AUTO, VectorIndex, choice, engine, row_of

FOLDER = "restricted"
_FLAT = "faiss"


class PartedVectors:
    """Both parts as one `VectorIndex`; `is_open` (n,) says of each row whether it is for
    everyone."""

    def __init__(
        self, for_all: VectorIndex, for_some: VectorIndex, is_open: NDArray[np.bool_]
    ) -> None:
        self._parts = (
            (for_all, np.flatnonzero(is_open)),
            (for_some, np.flatnonzero(~is_open)),
        )
        self._is_open = is_open
        # The place of each row within its part.
        self._places = np.where(is_open, np.cumsum(is_open), np.cumsum(~is_open)) - 1

    @property
    def count(self) -> int:
        return sum(part.count for part, _ in self._parts)

    def search(
        self, questions: NDArray[np.float32], top_k: int, allowed: NDArray[np.bool_] | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """As `VectorIndex.search`. A part of which all may be seen is searched without a filter,
        one of which nothing may be seen not at all."""
        found = []
        for part, rows in self._parts:
            own = None if allowed is None else allowed[rows]
            if own is None or own.any():
                scores, places = part.search(
                    questions, top_k, None if own is None or own.all() else own
                )
                found.append((scores, rows[places]))
        if not found:
            none = np.empty((len(questions), 0))
            return none.astype(np.float32), none.astype(np.int64)
        if len(found) == 1:
            return found[0]
        scores, rows = (np.concatenate(each, axis=1) for each in zip(*found, strict=True))
        best = np.argsort(-scores, axis=1, kind="stable")[:, :top_k]
        return np.take_along_axis(scores, best, axis=1), np.take_along_axis(rows, best, axis=1)

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        (for_all, _), (for_some, _) = self._parts
        is_open = self._is_open[rows]
        places = self._places[rows]
        own, others = for_all.vectors(places[is_open]), for_some.vectors(places[~is_open])
        found = np.empty((len(rows), own.shape[1]), dtype=np.float32)
        found[is_open], found[~is_open] = own, others
        return found


def build(
    asked: str, vectors: NDArray[np.float32], is_open: NDArray[np.bool_], folder: Path
) -> choice.Chosen:
    """Writes the vectors (n, dim) of both parts; the second is missing if it would be empty. The
    engine is chosen by the first part alone; see `choice.build`."""
    if is_open.all():
        return choice.build(asked, vectors, folder)
    # Nothing can be learnt from no vectors.
    chosen = choice.build(asked if is_open.any() else _exact(asked), vectors[is_open], folder)
    (folder / FOLDER).mkdir(exist_ok=True)
    engine(_exact(chosen.engine)).build(vectors[~is_open], folder / FOLDER)
    return chosen


def load(name: str, is_open: NDArray[np.bool_], folder: Path) -> VectorIndex:
    """Opens what `build` wrote with the engine of that name. Raises SnapshotDamaged if it cannot be
    read."""
    for_all = engine(name).load(folder)
    if is_open.all():
        return for_all
    return PartedVectors(for_all, engine(_exact(name)).load(folder / FOLDER), is_open)


def _exact(name: str) -> str:
    """The engine of the second part: one that learns nothing from what it holds, of which hardly
    anybody may see all."""
    return name if name == AUTO or not row_of(name).is_tuned else _FLAT
