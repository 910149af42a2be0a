"""python -m benchmarks.profile: where a turn's time goes, beside the plain loop and the floor."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Annotated

import numpy as np
import typer

from benchmarks.commands import run
from benchmarks.content import SAMPLE, sample_snapshots, workplace_snapshots
from benchmarks.passages import SIZES, extended
from benchmarks.peers.product import load_encoder
from benchmarks.profile.floor import Machine, Shape, measured
from benchmarks.profile.plain import NAME, PlainLoop
from benchmarks.profile.stages import Stages, log_ms
from benchmarks.quality.sets import WORKPLACE_SETS, load_sets
from benchmarks.results import BENCH, ROOT, SMOKE, Result, less_is_better, machine, table, write
from benchmarks.series import Series, write_series
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
_WARM_UP = 5


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds by the clock and of the processor, one entry a question. On a machine that
    does other work too, only the second can be compared."""

    clock_ms: list[float]
    cpu_ms: list[float]


app = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)


@app.command()
def measure(
    shared: Annotated[Path, typer.Option(help="The folder with eval/ and corpora/.")] = ROOT.parent
    / "shared",
    snapshots: Annotated[
        Path | None, typer.Option(help="Snapshots of that corpus, built before.")
    ] = None,
    smoke: Annotated[bool, typer.Option("--smoke", help="Only try it, on the sample.")] = False,
) -> None:
    """Profile one question, on one thread."""
    typer.echo(machine())
    has_shared = (shared / "eval").is_dir() and not smoke
    folder = snapshots or (workplace_snapshots(shared) if has_shared else sample_snapshots())
    store, encoder = SnapshotStore(folder), load_encoder(folder)
    snapshot = store.open()
    if not smoke:
        snapshot = extended(snapshot, max(SIZES))
    asked = _questions(shared) if has_shared else _sample_questions()
    into = SMOKE if smoke else BENCH
    fastest = load_encoder(folder, Precision.INT8)
    results = profile(snapshot, encoder, fastest, asked, into)
    typer.echo(table(results))
    typer.echo(str(write("profile", results, into)))


def profile(
    snapshot: Snapshot, encoder: Encoder, fastest: Encoder, asked: Sequence[str], folder: Path
) -> list[Result]:
    """Times the whole question beside the plain loop, as it is served and with the fastest
    encoder, then every stage as it is served. Writes the stages into the folder."""
    model = model_folder(load_settings().model)
    retrievers = (Retriever(snapshot, encoder), Retriever(snapshot, fastest))
    count = snapshot.manifest.counts.passages
    plain = PlainLoop(model, snapshot.vectors.vectors(np.arange(count)))
    ours, quickest, others = interleaved(
        asked, *(_answering(retriever) for retriever in retrievers), plain.answer
    )
    stages = Stages(snapshot, encoder)
    tokens = [stages.take(text) for text in asked]
    shape = Shape.of(model)
    core = measured(shape)
    by_stage = stages.medians() | {"log": asyncio.run(log_ms(stages.events))}
    _write_stages(by_stage, core, shape, int(median(tokens)), folder)
    floors = [max(core.floor_ms(shape, one)) for one in tokens]
    typer.echo(
        f"{len(asked)} questions of {median(tokens):.0f} tokens, {count:,} passages; one core does "
        f"{core.flops_per_s / 1e9:.0f} GFLOP/s in float32 and reads "
        f"{core.read_bytes_per_s / 1e9:.0f} GB/s"
    )
    for stage, took_ms in by_stage.items():
        typer.echo(f"  {stage:<20}{took_ms:>8.3f} ms of the processor")
    name = f"question_{count}"
    return [
        less_is_better(name, "ms", ours.clock_ms, others.clock_ms, NAME),
        less_is_better(f"{name}_cpu", "ms", ours.cpu_ms, others.cpu_ms, NAME),
        less_is_better(f"{name}_int8", "ms", quickest.clock_ms, others.clock_ms, NAME),
        replace(
            less_is_better(
                f"{name}_p99_over_p50", "x", [_tail(ours.clock_ms)], [_tail(others.clock_ms)], NAME
            ),
            samples=len(asked),
        ),
        less_is_better(
            f"{name}_encode", "ms", stages.times.ms["encode"], floors, "the processor's floor"
        ),
    ]


def _answering(retriever: Retriever) -> Callable[[str], object]:
    return lambda text: retriever.answer(Question(text, top_k=_TOP_K, hits_each=1))


def interleaved(asked: Sequence[str], *ways: Callable[[str], object]) -> list[Taken]:
    """What each way takes for every question, asked of all in turn, of another first each time."""
    for text in asked[:_WARM_UP]:
        for way in ways:
            way(text)
    taken = [Taken([], []) for _ in ways]
    for number, text in enumerate(asked):
        for place in range(len(ways)):
            which = (number + place) % len(ways)
            started, began = time.perf_counter(), time.process_time()
            ways[which](text)
            taken[which].cpu_ms.append((time.process_time() - began) * 1000)
            taken[which].clock_ms.append((time.perf_counter() - started) * 1000)
    return taken


def _tail(times: Sequence[float]) -> float:
    return float(np.percentile(times, 99) / np.percentile(times, 50))


def _write_stages(
    by_stage: dict[str, float], core: Machine, shape: Shape, tokens: int, folder: Path
) -> None:
    arithmetic, reading = core.floor_ms(shape, tokens)
    floor = [max(arithmetic, reading) if stage == "encode" else None for stage in by_stage]
    title = "Where the processor's time for a question goes"
    lines: dict[str, Sequence[float | None]] = {
        "Signpost": list(by_stage.values()),
        "floor, float32": floor,
    }
    write_series("profile", [Series(title, "ms", "stage", list(by_stage), lines)], folder)


def _questions(shared: Path) -> list[str]:
    """Labelled questions of the workplace, evenly out of all."""
    sets = [one for one in load_sets(shared / "eval") if one.name in WORKPLACE_SETS]
    texts = [one.text for labelled in sets for one in labelled.questions]
    texts = list(dict.fromkeys(texts))
    return texts[:: max(1, len(texts) // _QUESTIONS)][:_QUESTIONS]


def _sample_questions() -> list[str]:
    lines = (SAMPLE / "golden.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines]


if __name__ == "__main__":
    run(app)
