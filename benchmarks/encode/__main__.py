"""python -m benchmarks.encode: questions, passages, start and memory beside sentence-transformers.

Overlap with its first ten, among the passages that are encoded here, is measured in the same run,
and what int8 does to the product's own ranking on the labelled sets.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import torch
import typer
from sentence_transformers import SentenceTransformer

from benchmarks.content import sample_snapshots, workplace_snapshots
from benchmarks.encode.measure import default, ours, overlap, time_passages, time_questions
from benchmarks.encode.quality import ndcg_lost
from benchmarks.encode.texts import texts
from benchmarks.results import (
    BENCH,
    ROOT,
    SMOKE,
    Result,
    less_is_better,
    machine,
    more_is_better,
    table,
    write,
)
from encoder.exported.description import Precision
from encoder.exported.exported_encoder import cores
from encoder.loading import ExportedEncoders
from encoder.reference import DEFAULT_MODEL, model_folder
from snapshot.store import SnapshotStore

PEER = "sentence-transformers"
_BLOCK = 8  # questions one after another
app = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)


@app.command()
def encode(
    smoke: Annotated[bool, typer.Option("--smoke", help="See that it runs, on little.")] = False,
    shared: Annotated[Path, typer.Option(help="The folder with eval/ and corpora/.")] = ROOT.parent
    / "shared",
) -> None:
    """Measure encoding."""
    print(machine())
    real = not smoke and (shared / "corpora").is_dir()
    store = SnapshotStore(workplace_snapshots(shared) if real else sample_snapshots())
    asked = texts(store.open(), shared, 32 if smoke else 512, 20 if smoke else 200)
    print(f"{len(asked.passages)} passages; {len(asked.questions)} {asked.source}")
    library = ExportedEncoders(store.encoders)
    encoder = library.load(DEFAULT_MODEL).encoder  # the fastest that keeps the first ten
    single = library.load(DEFAULT_MODEL, Precision.FLOAT32).encoder
    fastest = library.load(DEFAULT_MODEL, Precision.INT8).encoder
    model = SentenceTransformer(str(model_folder(DEFAULT_MODEL)), device="cpu")
    reference, usual = default(model), ours("usual", encoder)
    float32, int8 = ours("float32", single), ours("int8", fastest)
    ways = (reference, usual, float32, int8)

    rounds = 1 if smoke else 3
    taken = time_questions(ways, asked, rounds, _BLOCK, torch.set_num_threads)
    cold = time_questions(ways[:2], asked, rounds, 1, torch.set_num_threads)
    rates, vectors = time_passages(ways[:2], asked, torch.set_num_threads, cores())
    results = [
        less_is_better(metric, "ms", _ms(times[way.name]), _ms(times[reference.name]), PEER)
        for metric, way, times in (
            ("encode", usual, taken),
            ("encode_float32", float32, taken),
            ("encode_int8", int8, taken),
            ("encode_cold", usual, cold),
        )
    ]
    results.append(
        more_is_better("passages_per_s", "1/s", rates[usual.name], rates[reference.name], PEER)
    )
    own, true = vectors[usual.name], vectors[reference.name]
    for metric, way in (
        ("encode_overlap", usual),
        ("encode_overlap_float32", float32),
        ("encode_overlap_int8", int8),
    ):
        share = overlap(asked, way, own, reference, true)
        count = len(asked.questions)
        results.append(Result(metric, "share", share, 1.0, PEER, share, count))
    results += _starts(store.encoders, 1 if smoke else 5)
    if real:
        results += ndcg_lost(store, encoder, fastest, shared)
    print(table(results))
    write("encode", results, SMOKE if smoke else BENCH)


def _ms(seconds: list[float]) -> list[float]:
    return [1000 * one for one in seconds]


def _starts(encoders: Path, times: int) -> list[Result]:
    """To the first vector from the process's start, and memory then."""
    found: dict[str, list[dict[str, float]]] = {"ours": [], PEER: []}
    for _ in range(times):
        for name, figures in found.items():
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.encode.start", name, str(encoders)],
                cwd=ROOT, capture_output=True, text=True, check=True,
            )  # fmt: skip
            figures.append(json.loads(done.stdout.splitlines()[-1]))
    return [
        less_is_better(
            f"{metric}_encoder",
            unit,
            [one[key] for one in found["ours"]],
            [one[key] for one in found[PEER]],
            PEER,
        )
        for metric, unit, key in (("start", "s", "start_s"), ("memory", "MB", "memory_mb"))
    ]


if __name__ == "__main__":
    app()
