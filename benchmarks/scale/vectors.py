"""Vectors to search: real ones, of snapshots of real content and of its sentences, and beyond them
others made from them, so that they crowd as real ones do."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.sets import load_sets
from encoder.reference import SentenceTransformerEncoder
from snapshot.sentences import sentence_spans
from snapshot.store import SnapshotStore

Vectors = NDArray[np.float32]
DIM = 384
QUESTIONS = 300
_LEAST_SENTENCE = 31  # characters: shorter ones are headings, numbers and names
_MOST_QUESTIONS = 2_000
_NEIGHBOURS = 20
# With this, as many synthetic vectors as there are real passages have the same cosines to their
# 1st, 10th and 100th neighbour: .85, .64 and .41 against .85, .65 and .43.
_STRAY = np.float32(0.35)
_BLOCK = 100_000


@dataclass(frozen=True, slots=True)
class Searched:
    """Vectors (n, dim): so many of passages, then of sentences; and those of questions (q, dim)."""

    vectors: Vectors
    passages: int
    questions: Vectors


def read_real(stores: Sequence[Path], evaluation: Path, kept: Path) -> Searched:
    """All that the active snapshots of these stores hold, and the questions of the evaluation
    sets. What has to be encoded is kept in the folder `kept`, and takes minutes the first time."""
    snapshots = [SnapshotStore(store).open() for store in stores]
    passages = [one.vectors.vectors(np.arange(one.vectors.count)) for one in snapshots]
    texts = [one.passage(row).text for one in snapshots for row in range(one.vectors.count)]
    sentences = [
        text[start:end]
        for text in texts
        for start, end in sentence_spans(text)
        if end - start >= _LEAST_SENTENCE
    ]
    labelled = [one.text for labelled in load_sets(evaluation) for one in labelled.questions]
    questions = list(dict.fromkeys(labelled))
    np.random.default_rng(0).shuffle(questions)
    questions = questions[:_MOST_QUESTIONS]
    model = snapshots[0].manifest.encoder.model
    encoded = _encoded("sentences", list(dict.fromkeys(sentences)), model, kept)
    asked = _encoded("questions", questions, model, kept)
    return Searched(np.concatenate([*passages, encoded]), len(texts), asked)


def _encoded(name: str, texts: Sequence[str], model: str, kept: Path) -> Vectors:
    """Of each text (dim,), encoded only once."""
    digest = hashlib.sha256("\0".join([model, *texts]).encode()).hexdigest()
    path = kept / f"{name}-{digest[:12]}.npy"
    if not path.exists():
        encoder = SentenceTransformerEncoder(model)
        vectors = encoder.model.encode_query(list(texts), normalize_embeddings=True)
        kept.mkdir(parents=True, exist_ok=True)
        np.save(path, vectors)
    return np.asarray(np.load(path), dtype=np.float32)


def nothing_real() -> Searched:
    """Stand-ins if there is no real content."""
    return Searched(clusters(2_000, DIM, seed=1), 2_000, clusters(QUESTIONS, DIM, seed=2))


def clusters(count: int, dim: int, seed: int) -> Vectors:
    """(count, dim) around 50 centres."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(0).standard_normal((50, dim), dtype=np.float32)
    noise = random.standard_normal((count, dim), dtype=np.float32)
    return unit(centres[random.integers(50, size=count)] + noise)


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
    header = {"descr": "<f4", "fortran_order": False, "shape": (count, real.shape[1])}
    with part.open("wb") as file:  # a mapped file would be counted as this process's memory
        np.lib.format.write_array_header_1_0(file, header)
        real[:first].tofile(file)
        for start in range(first, count, _BLOCK):
            _made(real, near, min(_BLOCK, count - start), seed=start).tofile(file)
    part.rename(path)
    return path


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
    return unit(real[a] + along * (real[b] - real[a]) + _STRAY * (real[c] - real[d]))


def unit(vectors: Vectors) -> Vectors:
    scaled: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return scaled.astype(np.float32)
