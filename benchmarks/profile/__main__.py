"""python -m benchmarks.profile: where a turn's time goes, beside the plain loop and the floor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np
import typer

from benchmarks.content import SAMPLE, workplace_snapshots
from benchmarks.passages import SIZES, extended
from benchmarks.product import load_encoder
from benchmarks.profile.floor import ModelShape, PlainLoop, measured
from benchmarks.profile.stages import Stages, log_ms
from benchmarks.quality.sets import WORKPLACE_SETS, load_sets
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
from index.golden.questions import load_golden
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
    asked = [one.text for one in load_golden(SAMPLE).questions]
    if not smoke and (shared / "eval").is_dir():
        asked = _questions(shared)
    fastest = load_encoder(folder, Precision.INT8)
    results = _whole_question(snapshot, encoder, fastest, asked)
    by_stage, floor = _by_stage(snapshot, encoder, asked)
    series = Series(
        "Where the processor's time for a question goes",
        "ms",
        "stage",
        list(by_stage),
        {
            "Signpost": list(by_stage.values()),
            "floor, float32": [floor.other if stage == "encode" else None for stage in by_stage],
        },
    )
    finish("profile", [*results, floor], smoke=smoke, series=[series])


def _whole_question(
    snapshot: Snapshot, encoder: Encoder, fastest: Encoder, asked: Sequence[str]
) -> list[Comparison]:
    """As it is served and with the fastest encoder, beside the plain loop."""
    count = snapshot.manifest.counts.passages
    vectors = snapshot.vectors.vectors(np.arange(count))
    plain = PlainLoop(model_folder(load_settings().model), vectors)
    ways = [_answering(Retriever(snapshot, one)) for one in (encoder, fastest)]
    ours, quickest, others = interleaved(asked, *ways, plain.answer)
    name, beside = f"question_{count}", plain.NAME
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


def _by_stage(
    snapshot: Snapshot, encoder: Encoder, asked: Sequence[str]
) -> tuple[Mapping[str, float], Comparison]:
    """Milliseconds of the processor by stage, and encoding beside what the processor allows."""
    count = snapshot.manifest.counts.passages
    stages = Stages(snapshot, encoder)
    tokens = [stages.take(text) for text in asked]
    shape = ModelShape.of(model_folder(load_settings().model))
    core = measured(shape)
    by_stage = stages.medians() | {"log": asyncio.run(log_ms(stages.events))}
    typer.echo(
        f"{len(asked)} questions of {median(tokens):.0f} tokens, {count:,} passages; one core does "
        f"{core.flops_per_s / 1e9:.0f} GFLOP/s in float32 and reads "
        f"{core.read_bytes_per_s / 1e9:.0f} GB/s"
    )
    for stage, took_ms in by_stage.items():
        typer.echo(f"  {stage:<20}{took_ms:>8.3f} ms of the processor")
    floors = [max(core.floor_ms(shape, one)) for one in tokens]
    took, name = stages.ms["encode"], f"question_{count}_encode"
    return by_stage, less_is_better(name, "ms", took, floors, "the processor's floor")


def _questions(shared: Path) -> list[str]:
    """Labelled questions of the workplace, evenly out of all."""
    sets = [one for one in load_sets(shared / "eval") if one.name in WORKPLACE_SETS]
    texts = list(dict.fromkeys(one.text for labelled in sets for one in labelled.questions))
    return texts[:: max(1, len(texts) // _QUESTIONS)][:_QUESTIONS]


if __name__ == "__main__":
    run(app)
