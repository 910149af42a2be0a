"""What is compared: the engine that the product chooses, and FAISS as anyone would use it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from snapshot.engines import AUTO, VectorIndex, choice, engine
from snapshot.engines.faiss_flat import FaissIndex

OURS, FLAT16, FLAT32, HNSW = "ours", "faiss Flat fp16", "faiss Flat fp32", "faiss HNSW32"
HNSW_UP_TO = 100_000  # beyond, it takes longer to build than all others together
_FILE = "vectors.faiss"
_ENGINE = "engine"
Build = Callable[[NDArray[np.float32], Path], None]


@dataclass(frozen=True, slots=True)
class Compared:
    """Builds an index of vectors (n, dim) in a folder, and opens it for searching."""

    build: Build
    load: Callable[[Path], VectorIndex]


def _build_ours(vectors: NDArray[np.float32], folder: Path) -> None:
    chosen = choice.build(AUTO, vectors, folder)
    (folder / _ENGINE).write_text(chosen.engine)


def _load_ours(folder: Path) -> VectorIndex:
    return engine(chosen_in(folder)).load(folder)


def chosen_in(folder: Path) -> str:
    """The engine that the product chose there; "" where another was asked."""
    path = folder / _ENGINE
    return path.read_text() if path.exists() else ""


def _build_flat32(vectors: NDArray[np.float32], folder: Path) -> None:
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors))
    faiss.write_index(index, str(folder / _FILE))


def _build_hnsw(vectors: NDArray[np.float32], folder: Path) -> None:
    index = faiss.IndexHNSWFlat(vectors.shape[1], 32, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efSearch = 200
    index.add(np.ascontiguousarray(vectors))
    faiss.write_index(index, str(folder / _FILE))


def _load_in_memory(folder: Path) -> VectorIndex:
    return FaissIndex(faiss.read_index(str(folder / _FILE)))


COMPARED = {
    OURS: Compared(_build_ours, _load_ours),
    FLAT16: Compared(engine("faiss").build, engine("faiss").load),
    FLAT32: Compared(_build_flat32, _load_in_memory),
    HNSW: Compared(_build_hnsw, _load_in_memory),
}
