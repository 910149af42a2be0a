"""One size: what the machine has room for is built once, then searched in turns, so that load falls
on all engines alike, and held against an exact search in single precision."""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from benchmarks.processes import alone, available_mb
from benchmarks.runner import tell
from benchmarks.scale import jobs
from benchmarks.scale.jobs import COMPARED, FILTERS, FLAT32, HNSW, TOP, allowed

_HNSW_UP_TO = 100_000
_BLOCK = 20_000
_FLOAT_BYTES = 4
# Times the vectors' size in single precision: they themselves, FAISS's flat index of them, twice
# half of that in half precision, and the codes.
_ON_DISK = 3.1
# What a process needs that holds them, over their own size.
_IN_MEMORY = 1.3


@dataclass(frozen=True, slots=True)
class EngineFigures:
    """What one engine's processes found at one size: one build, and a search a round."""

    engine: str
    count: int
    built: dict[str, Any]
    searched: tuple[dict[str, Any], ...]

    def each(self, name: str) -> list[float]:
        """That figure of every round."""
        return [float(one[name]) for one in self.searched]

    def median(self, name: str) -> float:
        return statistics.median(self.each(name))


def measure(
    vectors: Path,
    count: int,
    questions: NDArray[np.float32],
    engines: Sequence[str],
    folder: Path,
    *,
    rounds: int,
    budget_s: float,
) -> list[EngineFigures]:
    """Measures those engines on the first `count` vectors of the file. What they wrote is removed
    again. Each asks for `budget_s` seconds a filter and round at most."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tell(f"{count:,}: exact search")
    asked, truth = folder / "questions.npy", folder / "truth.npz"
    np.save(asked, questions)
    write_truth(np.load(vectors, mmap_mode="r")[:count], questions, truth)
    built: dict[str, dict[str, Any]] = {}
    searched: dict[str, list[dict[str, Any]]] = {name: [] for name in engines}
    folders = {name: folder / str(number) for number, name in enumerate(engines)}
    for name, own in folders.items():
        tell(f"{count:,}: build {name}")
        own.mkdir()
        built[name] = alone(jobs.build, engine=name, vectors=vectors, count=count, folder=own)
    against = {"questions": asked, "truth": truth, "budget_s": budget_s}
    for turn in range(rounds):
        for name, own in folders.items():
            tell(f"{count:,}: search {name}, round {turn + 1} of {rounds}")
            searched[name].append(alone(jobs.search, engine=name, folder=own, **against))
    shutil.rmtree(folder)
    return [EngineFigures(name, count, built[name], tuple(searched[name])) for name in engines]


def write_truth(
    vectors: NDArray[np.float32], questions: NDArray[np.float32], path: Path, block: int = _BLOCK
) -> None:
    """For each filter the rows (q, 100) that are truly nearest, best first; if there are fewer,
    the rest is -1. The vectors may be a mapped file: a block of rows is read at a time, and once
    for all filters."""
    nearest = {name: faiss.ResultHeap(len(questions), TOP, keep_max=True) for name in FILTERS}
    masks = {name: allowed(name, len(vectors)) for name in FILTERS}
    for start in range(0, len(vectors), block):
        scores = questions @ vectors[start : start + block].T
        rows = np.broadcast_to(np.arange(start, start + scores.shape[1]), scores.shape)
        for name, mask in masks.items():
            seen = scores
            if mask is not None:
                seen = np.where(mask[start : start + block], scores, np.float32(-np.inf))
            nearest[name].add_result(seen, rows)
    for one in nearest.values():
        one.finalize()
    found = {name: one.I for name, one in nearest.items()}
    np.savez(path, **found)  # type: ignore[arg-type]  # its stub takes them for `allow_pickle`


@dataclass(frozen=True, slots=True)
class Room:
    """Megabytes of 10^6 bytes that are free on the disk and in memory."""

    disk_mb: float
    memory_mb: float

    @classmethod
    def now(cls, folder: Path) -> Room:
        """On the disk of that folder, which exists. Vectors that are kept there need no new room:
        they are read again, or replaced."""
        kept = sum(path.stat().st_size for path in folder.glob("vectors-*.npy"))
        return cls((shutil.disk_usage(folder).free + kept) / 1e6, available_mb())

    def sizes(self, sizes: Sequence[int], dim: int) -> tuple[list[int], list[str]]:
        """Those whose files the disk takes, and a sentence for each other."""
        needed_mb = {count: _ON_DISK * _vectors_mb(count, dim) for count in sizes}
        left_out = [
            f"{count:,} passages were left out: they take {needed / 1e3:.0f} GB on the "
            f"disk, and {self.disk_mb / 1e3:.0f} are free."
            for count, needed in needed_mb.items()
            if needed >= self.disk_mb
        ]
        return [count for count in sizes if needed_mb[count] < self.disk_mb], left_out

    def engines(self, count: int, dim: int) -> tuple[list[str], list[str]]:
        """Those to compare at that size, and a sentence for each that is left out."""
        left_out = {}
        if count > _HNSW_UP_TO:
            left_out[HNSW] = "it takes longer to build than all others together"
        needed_mb = _IN_MEMORY * _vectors_mb(count, dim)
        if needed_mb > self.memory_mb:
            left_out[FLAT32] = (
                f"it takes {needed_mb / 1e3:.1f} GB of memory, and {self.memory_mb / 1e3:.1f} are "
                "available"
            )
        sentences = [f"{name} was left out at {count:,}: {why}." for name, why in left_out.items()]
        return [name for name in COMPARED if name not in left_out], sentences


def _vectors_mb(count: int, dim: int) -> float:
    return count * dim * _FLOAT_BYTES / 1e6
