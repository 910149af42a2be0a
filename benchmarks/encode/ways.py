"""The ways to encode, and what is encoded: a build's passages and people's questions."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.product import texts_of
from benchmarks.quality.sets import WORKPLACE_SETS, workplace_questions
from encoder.protocol import Encoder, Vectors
from snapshot.reading import Snapshot
from snapshot.sentences import sentence_spans

_WORDS = range(4, 25)
_TOP = 10
_CHUNK = 64


@dataclass(frozen=True, slots=True)
class Texts:
    """`source` says where the questions are from."""

    passages: list[str]
    questions: list[str]
    source: str


def texts(snapshot: Snapshot, shared: Path, passages: int, questions: int) -> Texts:
    """So many of each, the same every time. Questions are the labelled ones if they are at hand,
    else sentences of the snapshot's own."""
    choice = random.Random(0)  # noqa: S311 (no secret)
    every, rows = texts_of(snapshot), list(range(len(snapshot.owners)))
    choice.shuffle(rows)
    asked, source = workplace_questions(shared), f"labelled questions ({', '.join(WORKPLACE_SETS)})"
    if not asked:
        asked, source = [s for row in rows for s in _sentences(snapshot, row)], "its sentences"
    choice.shuffle(asked)
    return Texts([every[row] for row in rows[:passages]], asked[:questions], source)


def _sentences(snapshot: Snapshot, row: int) -> list[str]:
    text = snapshot.passage(row).text
    found = [text[start:end] for start, end in sentence_spans(text)]
    return [sentence for sentence in found if len(sentence.split()) in _WORDS]


@dataclass(frozen=True, slots=True)
class Way:
    """How a question and how passages become vectors (n, dim)."""

    question: Callable[[str], Vectors]
    passages: Callable[[Sequence[str]], Vectors]


def ours(encoder: Encoder) -> Way:
    """A product's encoder, which gives tokens besides."""
    return Way(
        lambda text: encoder.encode_questions([text])[0].vector,
        lambda texts: np.stack([one.vector for one in encoder.encode_passages(texts)]),
    )


def default(model: Any) -> Way:
    """A SentenceTransformer as its users call it."""
    return Way(
        lambda text: np.asarray(model.encode(text)),
        lambda texts: np.asarray(model.encode(list(texts), show_progress_bar=False)),
    )


def time_passages(
    ways: Sequence[Way], passages: Sequence[str]
) -> list[tuple[list[float], Vectors]]:
    """By way: passages a second, a part of them at a time in turn; and the vectors of all."""
    rates: list[list[float]] = [[] for _ in ways]
    vectors: list[list[Vectors]] = [[] for _ in ways]
    for way in ways:
        way.passages(passages[:8])
    for start in range(0, len(passages), _CHUNK):
        part = passages[start : start + _CHUNK]
        for number, way in enumerate(ways):
            began = time.perf_counter()
            vectors[number].append(way.passages(part))
            rates[number].append(len(part) / (time.perf_counter() - began))
    return [(rate, np.concatenate(parts)) for rate, parts in zip(rates, vectors, strict=True)]


def first_ten(questions: Sequence[str], way: Way, passages: Vectors) -> list[set[int]]:
    """The rows of the ten passages nearest to each question."""
    asked = np.stack([way.question(text) for text in questions])
    order = np.argsort(-(asked @ passages.T), axis=1, kind="stable")
    return [set(row[:_TOP].tolist()) for row in order]


def overlap(found: Sequence[set[int]], true: Sequence[set[int]]) -> float:
    """How much of the true first ten was found, 0 to 1."""
    return float(np.mean([len(a & b) / len(b) for a, b in zip(found, true, strict=True)]))
