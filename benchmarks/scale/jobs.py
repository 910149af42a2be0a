"""What one process measures of one index: each is built in one and searched in another, so that
its memory is its own. `processes.alone` starts them.

Compared are the engine that the product chooses, and FAISS as anyone would use it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from benchmarks.processes import peak_mb, private_mb, resident_mb
from retrieval.serving.machine import limit_blas_threads
from snapshot.engines import AUTO, VectorIndex, choice, engine
from snapshot.engines.faiss_flat import FaissIndex

Found = dict[str, Any]
TOP = 100  # as many as an answer asks for
FILTERS = {"all": 0.0, "hide1": 0.01, "leave1": 0.99}
OURS, FLAT16, FLAT32, HNSW = "ours", "faiss Flat fp16", "faiss Flat fp32", "faiss HNSW32"
_RUN = 14  # passages of one resource stand together and are hidden together
_WARM = 5
_FILE = "vectors.faiss"
_ENGINE = "engine"


def build(engine: str, vectors: Path, count: int, folder: Path) -> Found:
    """Seconds to build with all cores, megabytes on the disk, and the most memory it took."""
    rows = np.load(vectors, mmap_mode="r")[:count]
    started = time.perf_counter()
    COMPARED[engine][0](rows, folder)
    took_s = time.perf_counter() - started
    return {
        "build_s": took_s,
        "disk_mb": _disk_mb(folder),
        "peak_mb": peak_mb(),
        "chosen": _chosen_in(folder),
    }


def search(engine: str, folder: Path, questions: Path, truth: Path, budget_s: float) -> Found:
    """Milliseconds to load what the disk's cache holds; for each filter p50, p99 (by the clock,
    and by the processor, which other work on the machine disturbs less) and recall of a top-100
    search by one thread, asking for `budget_s` seconds at most; memory after all of it. Before the
    figures of a filter that hides something stands its name."""
    limit_blas_threads()
    faiss.omp_set_num_threads(1)
    for path in folder.iterdir():
        with path.open("rb") as file:  # as the product does, to verify it
            hashlib.file_digest(file, "sha256")
    started = time.perf_counter()
    index = COMPARED[engine][1](folder)
    load_ms = 1_000 * (time.perf_counter() - started)
    asked, true = np.load(questions), np.load(truth)
    found: Found = {"load_ms": load_ms}
    for name in FILTERS:
        figures = _searched(index, asked, allowed(name, index.count), true[name], budget_s)
        before = "" if name == "all" else f"{name}_"
        found |= {f"{before}{figure}": value for figure, value in figures.items()}
    return found | {"resident_mb": resident_mb(), "private_mb": private_mb()}


def _searched(
    index: VectorIndex,
    questions: NDArray[np.float32],
    mask: NDArray[np.bool_] | None,
    true: NDArray[np.int64],
    budget_s: float,
) -> dict[str, float]:
    """Of one question at least, and of no more once so many seconds have gone."""
    for question in questions[:_WARM]:
        index.search(question[None], TOP, mask)
    took, took_cpu, found = [], [], []
    end = time.perf_counter() + budget_s
    for question in questions:
        started, started_cpu = time.perf_counter(), time.thread_time()
        found.append(index.search(question[None], TOP, mask)[1][0])
        took_cpu.append(1_000 * (time.thread_time() - started_cpu))
        took.append(1_000 * (time.perf_counter() - started))
        if time.perf_counter() > end:
            break
    figures = {
        f"{clock}p{percent}_ms": float(np.percentile(each, percent))
        for clock, each in (("", took), ("cpu_", took_cpu))
        for percent in (50, 99)
    }
    recalls = {f"recall_{first}": _recall(found, true, first) for first in (10, TOP)}
    return figures | recalls | {"samples": len(took)}


def allowed(filter_name: str, count: int) -> NDArray[np.bool_] | None:
    """Which of so many rows may be found, (count,); None if all may."""
    share = FILTERS[filter_name]
    return ~np.repeat(_hidden(-(-count // _RUN), share), _RUN)[:count] if share else None


def _hidden(resources: int, share: float) -> NDArray[np.bool_]:
    hidden: NDArray[np.bool_] = np.random.default_rng(7).random(resources) < share
    return hidden


def _recall(found: Sequence[NDArray[np.int64]], true: NDArray[np.int64], first: int) -> float:
    shares = []
    for own, rows in zip(found, true, strict=False):
        right = rows[:first][rows[:first] >= 0]
        shares.append(np.isin(right, own[:first]).mean())
    return float(np.mean(shares))


def _disk_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*")) / 1e6


def _build_ours(vectors: NDArray[np.float32], folder: Path) -> None:
    chosen = choice.build(AUTO, vectors, folder)
    (folder / _ENGINE).write_text(chosen.engine)


def _load_ours(folder: Path) -> VectorIndex:
    return engine(_chosen_in(folder)).load(folder)


def _chosen_in(folder: Path) -> str:
    """The engine that the product chose there; "" if another was asked."""
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


Build = Callable[[NDArray[np.float32], Path], None]
Load = Callable[[Path], VectorIndex]
# How each builds an index of vectors (n, dim) in a folder, and opens it for searching.
COMPARED: dict[str, tuple[Build, Load]] = {
    OURS: (_build_ours, _load_ours),
    FLAT16: (engine("faiss").build, engine("faiss").load),
    FLAT32: (_build_flat32, _load_in_memory),
    HNSW: (_build_hnsw, _load_in_memory),
}
