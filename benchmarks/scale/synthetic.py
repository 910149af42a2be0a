"""Vectors and texts beyond the real ones, made from them, so that they crowd as real ones do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import faiss
import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
_NEIGHBOURS = 20
# With this, as many synthetic vectors as there are real passages have the same cosines to their
# 1st, 10th and 100th neighbour: .85, .64 and .41 against .85, .65 and .43.
_STRAY = np.float32(0.35)
_BLOCK = 100_000
_SENTENCES = 5


def write_vectors(real: Vectors, count: int, folder: Path) -> Path:
    """A .npy file of (count, dim) float32, the real ones first; kept, and made again, in the old
    one's place, only for other real ones.

    A synthetic vector lies between a real one and one of its nearest twenty, moved by 0.35 of the
    difference between two other neighbours: real differences, so that it strays in the directions
    in which real ones do.
    """
    digest = hashlib.sha256(np.ascontiguousarray(real).tobytes()).hexdigest()
    path = folder / f"vectors-{count}-{digest[:12]}.npy"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    for other in folder.glob(f"vectors-{count}-*"):
        other.unlink()
    part = path.with_suffix(".part")
    near = _neighbours(real)
    first = min(count, len(real))
    with part.open("wb") as file:  # a mapped file would be counted as this process's memory
        _write_header(file, (count, real.shape[1]))
        real[:first].tofile(file)
        for start in range(first, count, _BLOCK):
            _made(real, near, min(_BLOCK, count - start), seed=start).tofile(file)
    part.rename(path)
    return path


def _write_header(file: BinaryIO, shape: tuple[int, ...]) -> None:
    header = {"descr": "<f4", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)


def _neighbours(real: Vectors) -> NDArray[np.int64]:
    index = faiss.IndexFlatIP(real.shape[1])
    index.add(np.ascontiguousarray(real))
    _, rows = index.search(np.ascontiguousarray(real), _NEIGHBOURS + 1)
    nearest: NDArray[np.int64] = rows[:, 1:]
    return nearest


def _made(real: Vectors, near: NDArray[np.int64], count: int, seed: int) -> Vectors:
    random = np.random.default_rng(seed)
    a, c = random.integers(len(real), size=(2, count))
    b = near[a, random.integers(near.shape[1], size=count)]
    d = near[c, random.integers(near.shape[1], size=count)]
    along = random.random((count, 1), dtype=np.float32)
    vectors = real[a] + along * (real[b] - real[a]) + _STRAY * (real[c] - real[d])
    return unit(vectors)


def unit(vectors: Vectors) -> Vectors:
    scaled: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return scaled.astype(np.float32)


def clusters(count: int, dim: int, seed: int) -> Vectors:
    """Stand-ins for real vectors where there are none: (count, dim) around 50 centres."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(0).standard_normal((50, dim), dtype=np.float32)
    noise = random.standard_normal((count, dim), dtype=np.float32)
    return unit(centres[random.integers(50, size=count)] + noise)


def texts(real: Sequence[str], count: int) -> Iterator[str]:
    """The real passages, then passages of sentences (here: lines and stops) from several."""
    yield from real[:count]
    random = np.random.default_rng(1)
    parts = [part for text in real for part in text.replace(". ", ".\n").split("\n") if part]
    for _ in range(count - len(real)):
        yield " ".join(parts[row] for row in random.integers(len(parts), size=_SENTENCES))


def words(count: int, seed: int) -> list[str]:
    """Stand-ins for real texts where there are none: few words are frequent, most are rare."""
    random = np.random.default_rng(seed)
    return [
        " ".join(f"word{rank}" for rank in random.zipf(1.3, size=60) if rank < 50_000)
        for _ in range(count)
    ]
