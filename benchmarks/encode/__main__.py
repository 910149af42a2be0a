"""python -m benchmarks.encode: questions and passages beside sentence-transformers.

Overlap with its first ten, among the passages that are encoded here, is measured in the same run,
and what int8 does to the product's own ranking on the labelled sets.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from benchmarks.content import workplace_snapshots
from benchmarks.product import texts_of
from benchmarks.quality.sets import WORKPLACE_SETS, questions_for
from benchmarks.results import Comparison, less_is_better, machine, more_is_better
from benchmarks.runner import SHARED, Shared, Smoke, command_line, finish, interleaved, run
from encoder.exported.description import Precision
from encoder.exported.exported_encoder import cores
from encoder.loading import ExportedEncoders
from encoder.protocol import Encoder, Vectors
from encoder.reference import DEFAULT_MODEL, model_folder
from evaluation.evaluate import evaluate
from evaluation.labelled import load_questions
from retrieval.retriever import Retriever
from snapshot.store import SnapshotStore

PEER = "sentence-transformers"
_BLOCK = 8  # questions one after another
_TOP = 10
_CHUNK = 64

app = command_line()


@app.command()
def encode(smoke: Smoke = False, shared: Shared = SHARED) -> None:
    """Measure encoding."""
    print(machine())
    store = SnapshotStore(workplace_snapshots(shared, smoke=smoke))
    snapshot = store.open()
    questions, source = questions_for(snapshot, shared)
    questions = questions[: 20 if smoke else 200]
    passages = texts_of(snapshot)
    random.Random(0).shuffle(passages)  # noqa: S311 (the same ones each time)
    passages = passages[: 32 if smoke else 512]
    print(f"{len(passages)} passages; {len(questions)} {source}")
    library = ExportedEncoders(store.encoders)
    encoder = library.load(DEFAULT_MODEL).encoder  # the fastest that keeps the first ten
    fastest = library.load(DEFAULT_MODEL, Precision.INT8).encoder
    reference = default(SentenceTransformer(str(model_folder(DEFAULT_MODEL)), device="cpu"))
    usual, int8 = ours(encoder), ours(fastest)
    float32 = ours(library.load(DEFAULT_MODEL, Precision.FLOAT32).encoder)

    rounds = 1 if smoke else 3
    torch.set_num_threads(1)
    ways = [way.question for way in (reference, usual, float32, int8)]
    taken = interleaved(questions, *ways, rounds=rounds, block=_BLOCK, warm_up=1)
    torch.set_num_threads(cores())
    (theirs, true), (rates, own) = time_passages((reference, usual), passages)
    results = [
        less_is_better(metric, "ms", mine.clock_ms, others.clock_ms, PEER)
        for metric, mine, others in (
            ("encode", taken[1], taken[0]),
            ("encode_float32", taken[2], taken[0]),
            ("encode_int8", taken[3], taken[0]),
        )
    ]
    results.append(more_is_better("passages_per_s", "1/s", rates, theirs, PEER))
    right, count = first_ten(questions, reference, true), len(questions)
    for suffix, way in (("", usual), ("_float32", float32), ("_int8", int8)):
        share = overlap(first_ten(questions, way, own), right)
        results.append(
            Comparison(f"encode_overlap{suffix}", "share", share, 1.0, PEER, share, count)
        )
    if not smoke and (shared / "corpora").is_dir():
        results += _ndcg_lost(store, encoder, fastest, shared)
    finish("encode", results, smoke=smoke)


def _ndcg_lost(
    store: SnapshotStore, usual: Encoder, int8: Encoder, shared: Path
) -> list[Comparison]:
    """nDCG@10 of the whole answer path over all answerable questions of each set, in int8 beside
    the usual precision."""
    snapshot = store.open()
    retrievers = [Retriever(snapshot, encoder) for encoder in (int8, usual)]
    results = []
    for name in WORKPLACE_SETS:
        folder = shared / "eval" / name
        asked = load_questions(folder / "queries.jsonl", folder / "qrels.tsv")
        fast, true = (evaluate(one, asked).ranking.ndcg_at_10.mean for one in retrievers)
        results.append(
            Comparison(f"ndcg_int8_{name}", "nDCG@10", fast, true, "usual", fast / true, len(asked))
        )
    return results


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


if __name__ == "__main__":
    run(app, limits_threads=False)
