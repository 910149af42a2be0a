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
from benchmarks.quality.sets import WORKPLACE_SETS, workplace_questions
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
from snapshot.reading import Snapshot
from snapshot.sentences import sentence_spans
from snapshot.store import SnapshotStore

PEER = "sentence-transformers"
_BLOCK = 8  # questions one after another
_WORDS = range(4, 25)
_TOP = 10
_CHUNK = 64

app = command_line()


@app.command()
def encode(smoke: Smoke = False, shared: Shared = SHARED) -> None:
    """Measure encoding."""
    print(machine())
    store = SnapshotStore(workplace_snapshots(shared, smoke=smoke))
    asked = texts(store.open(), shared, 32 if smoke else 512, 20 if smoke else 200)
    print(f"{len(asked.passages)} passages; {len(asked.questions)} {asked.source}")
    library = ExportedEncoders(store.encoders)
    encoder = library.load(DEFAULT_MODEL).encoder  # the fastest that keeps the first ten
    fastest = library.load(DEFAULT_MODEL, Precision.INT8).encoder
    reference = default(SentenceTransformer(str(model_folder(DEFAULT_MODEL)), device="cpu"))
    usual, int8 = ours(encoder), ours(fastest)
    float32 = ours(library.load(DEFAULT_MODEL, Precision.FLOAT32).encoder)

    rounds = 1 if smoke else 3
    torch.set_num_threads(1)
    ways = [way.question for way in (reference, usual, float32, int8)]
    taken = interleaved(asked.questions, *ways, rounds=rounds, block=_BLOCK, warm_up=1)
    torch.set_num_threads(cores())
    (theirs, true), (rates, own) = time_passages((reference, usual), asked.passages)
    results = [
        less_is_better(metric, "ms", mine.clock_ms, others.clock_ms, PEER)
        for metric, mine, others in (
            ("encode", taken[1], taken[0]),
            ("encode_float32", taken[2], taken[0]),
            ("encode_int8", taken[3], taken[0]),
        )
    ]
    results.append(more_is_better("passages_per_s", "1/s", rates, theirs, PEER))
    right, count = first_ten(asked.questions, reference, true), len(asked.questions)
    for suffix, way in (("", usual), ("_float32", float32), ("_int8", int8)):
        share = overlap(first_ten(asked.questions, way, own), right)
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


if __name__ == "__main__":
    run(app, limits_threads=False)
