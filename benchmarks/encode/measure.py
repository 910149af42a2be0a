"""Ours and sentence-transformers take turns at the same texts, in one process."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.encode.texts import Texts
from encoder.protocol import Encoder, Vectors

_TOP = 10
_CHUNK = 64


@dataclass(slots=True)
class Taken:
    """Seconds a question, and passages a second, each time they were taken."""

    question_s: list[float] = field(default_factory=list)
    passages_per_s: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to encode: how a question and how passages become vectors (n, dim)."""

    name: str
    question: Callable[[str], Vectors]
    passages: Callable[[Sequence[str]], Vectors]


def ours(name: str, encoder: Encoder) -> Way:
    """A product's encoder, which gives tokens besides."""
    return Way(
        name,
        lambda text: encoder.encode_questions([text])[0].vector,
        lambda texts: np.stack([one.vector for one in encoder.encode_passages(texts)]),
    )


def default(model: Any, name: str = "sentence-transformers") -> Way:
    """A SentenceTransformer as its users call it."""
    return Way(
        name,
        lambda text: np.asarray(model.encode(text)),
        lambda texts: np.asarray(model.encode(list(texts), show_progress_bar=False)),
    )


def time_questions(
    ways: Sequence[Way], texts: Texts, rounds: int, block: int, threads: Callable[[int], None]
) -> dict[str, list[float]]:
    """Seconds each question takes each way by one thread, a block of questions at a time in turn,
    the order turning too. In blocks of one each way finds the processor's caches full of another
    model; in longer ones of its own, as in a server."""
    threads(1)
    taken: dict[str, list[float]] = {way.name: [] for way in ways}
    for way in ways:
        way.question(texts.questions[0])
    for turn in range(rounds):
        for first in range(0, len(texts.questions), block):
            start = (turn + first // block) % len(ways)
            for way in (*ways[start:], *ways[:start]):
                for text in texts.questions[first : first + block]:
                    began = time.perf_counter()
                    way.question(text)
                    taken[way.name].append(time.perf_counter() - began)
    return taken


def time_passages(
    ways: Sequence[Way], texts: Texts, threads: Callable[[int], None], cores: int
) -> tuple[dict[str, list[float]], dict[str, Vectors]]:
    """Passages a second each way by all cores, a part of them at a time in turn; and the vectors
    (n, dim) of all."""
    threads(cores)
    rates: dict[str, list[float]] = {way.name: [] for way in ways}
    vectors: dict[str, list[Vectors]] = {way.name: [] for way in ways}
    for way in ways:
        way.passages(texts.passages[:8])
    for start in range(0, len(texts.passages), _CHUNK):
        part = texts.passages[start : start + _CHUNK]
        for way in ways:
            began = time.perf_counter()
            vectors[way.name].append(way.passages(part))
            rates[way.name].append(len(part) / (time.perf_counter() - began))
    return rates, {name: np.concatenate(parts) for name, parts in vectors.items()}


def overlap(
    texts: Texts, way: Way, passages: Vectors, reference: Way, reference_passages: Vectors
) -> float:
    """How much of the reference's first ten this way finds, 0 to 1."""
    found = _first_ten(texts, way, passages)
    true = _first_ten(texts, reference, reference_passages)
    return float(np.mean([len(a & b) / len(b) for a, b in zip(found, true, strict=True)]))


def _first_ten(texts: Texts, way: Way, passages: Vectors) -> list[set[int]]:
    questions = np.stack([way.question(text) for text in texts.questions])
    order = np.argsort(-(questions @ passages.T), axis=1, kind="stable")
    return [set(row[:_TOP].tolist()) for row in order]
