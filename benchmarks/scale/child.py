"""What one process measures of one engine: each is built in one and searched in another, so that
its memory is its own. `ask` starts it; it reads a job as JSON and prints what it found as JSON."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from benchmarks.memory import peak_mb, private_mb, resident_mb
from benchmarks.results import ROOT
from benchmarks.scale import lexical
from benchmarks.scale.engines import COMPARED, chosen_in
from benchmarks.scale.truth import FILTERS, TOP, allowed
from retrieval.serving.machine import limit_blas_threads
from snapshot.engines import VectorIndex

_WARM = 5


def ask(job: str, **arguments: Any) -> dict[str, Any]:
    """What a process of its own finds. Raises subprocess.CalledProcessError where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.scale.child", job, json.dumps(arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def build(engine: str, vectors: str, count: int, folder: str) -> dict[str, Any]:
    """Seconds to build with all cores, megabytes on the disk, and the most memory it took."""
    rows = np.load(vectors, mmap_mode="r")[:count]
    started = time.perf_counter()
    COMPARED[engine].build(rows, Path(folder))
    took = time.perf_counter() - started
    size = sum(path.stat().st_size for path in Path(folder).iterdir())
    return {
        "build_s": took,
        "disk_mb": size / 1e6,
        "peak_mb": peak_mb(),
        "chosen": chosen_in(Path(folder)),
    }


def search(engine: str, folder: str, questions: str, truth: str, budget_s: float) -> dict[str, Any]:
    """Milliseconds to load what the disk's cache holds; for each filter p50, p99 (by the clock,
    and by the processor, which other work on the machine disturbs less) and recall of a top-100
    search by one thread, asking for `budget_s` seconds at most; memory after all of it."""
    faiss.omp_set_num_threads(1)
    for path in Path(folder).iterdir():
        with path.open("rb") as file:  # as the product does, to verify it
            hashlib.file_digest(file, "sha256")
    started = time.perf_counter()
    index = COMPARED[engine].load(Path(folder))
    load_ms = 1_000 * (time.perf_counter() - started)
    asked, true = np.load(questions), np.load(truth)
    filters = {
        name: _searched(index, asked, allowed(name, index.count), true[name], budget_s)
        for name in FILTERS
    }
    held = {"resident_mb": resident_mb(), "private_mb": private_mb()}
    return {"load_ms": load_ms, "filters": filters, **held}


def _searched(
    index: VectorIndex,
    questions: NDArray[np.float32],
    mask: NDArray[np.bool_] | None,
    true: NDArray[np.int64],
    budget_s: float,
) -> dict[str, float]:
    for question in questions[:_WARM]:
        index.search(question[None], TOP, mask)
    took: list[float] = []
    took_cpu: list[float] = []
    found: list[NDArray[np.int64]] = []
    for question in _until(questions, budget_s):
        started, started_cpu = time.perf_counter(), time.thread_time()
        _, rows = index.search(question[None], TOP, mask)
        took_cpu.append(1_000 * (time.thread_time() - started_cpu))
        took.append(1_000 * (time.perf_counter() - started))
        found.append(rows[0])
    return {
        "p50_ms": float(np.percentile(took, 50)),
        "p99_ms": float(np.percentile(took, 99)),
        "cpu_p50_ms": float(np.percentile(took_cpu, 50)),
        "cpu_p99_ms": float(np.percentile(took_cpu, 99)),
        "recall_10": _recall(found, true, 10),
        "recall_100": _recall(found, true, TOP),
        "samples": len(took),
    }


def _until(questions: NDArray[np.float32], budget_s: float) -> Iterator[NDArray[np.float32]]:
    end = time.perf_counter() + budget_s
    for question in questions:
        yield question
        if time.perf_counter() > end:
            return


def _recall(found: Sequence[NDArray[np.int64]], true: NDArray[np.int64], first: int) -> float:
    shares = []
    for own, rows in zip(found, true, strict=False):
        right = rows[:first][rows[:first] >= 0]
        shares.append(np.isin(right, own[:first]).mean())
    return float(np.mean(shares))


_JOBS: dict[str, Callable[..., dict[str, Any]]] = {
    "build": build,
    "search": search,
    "lexical_build": lexical.build,
    "lexical_search": lexical.search,
}


def main() -> None:
    job, arguments = sys.argv[1:]
    if job != "build":
        limit_blas_threads()
    print(json.dumps(_JOBS[job](**json.loads(arguments))))


if __name__ == "__main__":
    main()
