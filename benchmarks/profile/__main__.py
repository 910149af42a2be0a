"""python -m benchmarks.profile: where a turn's time goes, and a question beside the plain loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import faiss
import numpy as np
import torch
import typer

from benchmarks.content import workplace_snapshots
from benchmarks.passages import SIZES, extended
from benchmarks.peers.adapters import FLOOR, PEERS
from benchmarks.peers.peer_process import known_vectors
from benchmarks.product import load_encoder, texts_of
from benchmarks.profile.stages import Stages, log_ms
from benchmarks.quality.sets import questions_for
from benchmarks.results import Comparison, Series, less_is_better, machine
from benchmarks.runner import (
    SHARED,
    Shared,
    Smoke,
    Snapshots,
    command_line,
    finish,
    interleaved,
    run,
)
from encoder.exported.description import Precision
from encoder.protocol import Encoder
from encoder.reference import model_folder
from retrieval.answer import Question
from retrieval.retriever import Retriever
from settings import load_settings
from snapshot.reading import Snapshot
from snapshot.store import SnapshotStore

_QUESTIONS = 240
_TOP_K = 5  # as many as the plain loop finds

app = command_line()


@app.command()
def measure(shared: Shared = SHARED, snapshots: Snapshots = None, smoke: Smoke = False) -> None:
    """Profile one question, on one thread."""
    typer.echo(machine())
    folder = snapshots or workplace_snapshots(shared, smoke=smoke)
    snapshot, encoder = SnapshotStore(folder).open(), load_encoder(folder)
    if not smoke:
        snapshot = extended(snapshot, max(SIZES))
    asked = questions_for(snapshot, shared)[0][: 15 if smoke else _QUESTIONS]
    fastest = load_encoder(folder, Precision.INT8)
    results = _whole_question(snapshot, encoder, fastest, asked)
    by_stage = _by_stage(snapshot, encoder, asked)
    finish("profile", results, smoke=smoke, series=[by_stage])


def _whole_question(
    snapshot: Snapshot, encoder: Encoder, fastest: Encoder, asked: Sequence[str]
) -> list[Comparison]:
    """As it is served and with the fastest encoder, beside the plain loop."""
    ways = [_answering(Retriever(snapshot, one)) for one in (encoder, fastest)]
    ours, quickest, others = interleaved(asked, *ways, _plain_loop(snapshot))
    name, beside = f"question_{snapshot.manifest.counts.passages}", PEERS[FLOOR].title
    mine, theirs = ([_tail(one.clock_ms)] for one in (ours, others))
    tail = less_is_better(f"{name}_p99_over_p50", "x", mine, theirs, beside)
    return [
        less_is_better(name, "ms", ours.clock_ms, others.clock_ms, beside),
        less_is_better(f"{name}_cpu", "ms", ours.cpu_ms, others.cpu_ms, beside),
        less_is_better(f"{name}_int8", "ms", quickest.clock_ms, others.clock_ms, beside),
        replace(tail, samples=len(asked)),
    ]


def _answering(retriever: Retriever) -> Callable[[str], object]:
    return lambda text: retriever.answer(Question(text, top_k=_TOP_K, hits_each=1))


def _tail(times: Sequence[float]) -> float:
    return float(np.percentile(times, 99) / np.percentile(times, 50))


def _plain_loop(snapshot: Snapshot) -> Callable[[str], object]:
    """The peers' floor over the same vectors, on one thread."""
    torch.set_num_threads(1)
    faiss.omp_set_num_threads(1)
    plain, texts = PEERS[FLOOR].load(model_folder(load_settings().model)), texts_of(snapshot)
    vectors = snapshot.vectors.vectors(np.arange(len(texts)))
    with TemporaryDirectory() as folder:
        with known_vectors(texts, vectors):
            plain.index(texts, Path(folder))
        opened = plain.open(Path(folder))
    return lambda text: opened.ask(text, _TOP_K)


def _by_stage(snapshot: Snapshot, encoder: Encoder, asked: Sequence[str]) -> Series:
    """Milliseconds of the processor by stage."""
    stages = Stages(snapshot, encoder)
    tokens = [stages.take(text) for text in asked]
    by_stage = stages.medians() | {"log": asyncio.run(log_ms(stages.events))}
    typer.echo(
        f"{len(asked)} questions of {median(tokens):.0f} tokens, "
        f"{snapshot.manifest.counts.passages:,} passages"
    )
    for stage, took_ms in by_stage.items():
        typer.echo(f"  {stage:<20}{took_ms:>8.3f} ms of the processor")
    title, own = "Where the processor's time for a question goes", list(by_stage.values())
    return Series(title, "ms", "stage", list(by_stage), {"Signpost": own})


if __name__ == "__main__":
    run(app)
