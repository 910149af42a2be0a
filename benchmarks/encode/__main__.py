"""python -m benchmarks.encode: questions, passages, start and memory beside sentence-transformers.

Overlap with its first ten, among the passages that are encoded here, is measured in the same run,
and what int8 does to the product's own ranking on the labelled sets.
"""

from __future__ import annotations

from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer

from benchmarks.content import workplace_snapshots
from benchmarks.encode.ways import default, first_ten, ours, overlap, texts, time_passages
from benchmarks.lone import first_vector
from benchmarks.processes import alone
from benchmarks.quality.sets import WORKPLACE_SETS
from benchmarks.results import Comparison, less_is_better, machine, more_is_better
from benchmarks.runner import SHARED, Shared, Smoke, command_line, finish, interleaved, run
from encoder.exported.description import Precision
from encoder.exported.exported_encoder import cores
from encoder.loading import ExportedEncoders
from encoder.protocol import Encoder
from encoder.reference import DEFAULT_MODEL, model_folder
from evaluation.evaluate import evaluate
from evaluation.labelled import load_questions
from retrieval.retriever import Retriever
from snapshot.store import SnapshotStore

PEER = "sentence-transformers"
_BLOCK = 8  # questions one after another
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
    cold = interleaved(asked.questions, *ways[:2], rounds=rounds, warm_up=1)
    torch.set_num_threads(cores())
    (theirs, true), (rates, own) = time_passages((reference, usual), asked.passages)
    results = [
        less_is_better(metric, "ms", mine.clock_ms, others.clock_ms, PEER)
        for metric, mine, others in (
            ("encode", taken[1], taken[0]),
            ("encode_float32", taken[2], taken[0]),
            ("encode_int8", taken[3], taken[0]),
            ("encode_cold", cold[1], cold[0]),
        )
    ]
    results.append(more_is_better("passages_per_s", "1/s", rates, theirs, PEER))
    right, count = first_ten(asked.questions, reference, true), len(asked.questions)
    for suffix, way in (("", usual), ("_float32", float32), ("_int8", int8)):
        share = overlap(first_ten(asked.questions, way, own), right)
        results.append(
            Comparison(f"encode_overlap{suffix}", "share", share, 1.0, PEER, share, count)
        )
    results += _starts(store.encoders, 1 if smoke else 5)
    if not smoke and (shared / "corpora").is_dir():
        results += _ndcg_lost(store, encoder, fastest, shared)
    finish("encode", results, smoke=smoke)


def _starts(encoders: Path, times: int) -> list[Comparison]:
    """To the first vector from the process's start, and memory then."""
    mine, others = [], []
    for _ in range(times):
        mine.append(alone(first_vector, encoders=str(encoders)))
        others.append(alone(first_vector, encoders=""))
    return [
        less_is_better(metric, unit, [x[key] for x in mine], [x[key] for x in others], PEER)
        for metric, unit, key in (
            ("start_encoder", "s", "start_s"),
            ("memory_encoder", "MB", "memory_mb"),
        )
    ]


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


if __name__ == "__main__":
    run(app, limits_threads=False)
