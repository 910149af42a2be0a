"""What all benchmarks have in common: their options, taking turns, and writing what was found."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from benchmarks import results
from benchmarks.processes import ROOT
from benchmarks.results import BENCH, Comparison, Series
from errors import SignpostError
from retrieval.serving.machine import limit_blas_threads

T = TypeVar("T")
SMOKE = BENCH / "smoke"  # what a run on little finds says nothing: it lies apart, and on no page
SHARED = ROOT.parent / "shared"

Smoke = Annotated[bool, typer.Option("--smoke", help="See that it runs, on little.")]
Shared = Annotated[Path, typer.Option(help="The folder with eval/ and corpora/.")]
Snapshots = Annotated[
    Path | None, typer.Option(help="A folder of snapshots; the real content's if not given.")
]


def command_line() -> typer.Typer:
    """To be given the benchmark's one command."""
    return typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)


def run(app: typer.Typer, *, limits_threads: bool = True) -> None:
    """Exits with 1 and one message if Signpost raises an error of its own. NumPy takes one thread,
    as in the server, unless the benchmark says how many."""
    if limits_threads:
        limit_blas_threads()
    try:
        app()
    except SignpostError as error:
        typer.echo(f"Error: {error}", err=True)
        sys.exit(1)


def tell(line: str) -> None:
    """Progress, which is no result."""
    typer.echo(line, err=True)


def rotated(items: Sequence[T], by: int) -> list[T]:
    """Each goes first in turn, so that none always comes after the same."""
    first = by % len(items) if items else 0
    return [*items[first:], *items[:first]]


@dataclass(frozen=True, slots=True)
class Taken:
    """Milliseconds by the clock and of the processor, one entry each time. On a machine that does
    other work too, only the second can be compared."""

    clock_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)


def interleaved(
    asked: Sequence[str],
    *ways: Callable[[str], object],
    rounds: int = 1,
    block: int = 1,
    warm_up: int = 5,
) -> list[Taken]:
    """What each way takes for every question. All ways are asked a block of questions in turn,
    another way first each time. In blocks of one each way finds the processor's caches full of
    the others' work; in longer ones of its own, as in a server."""
    for text in asked[:warm_up]:
        for way in ways:
            way(text)
    taken = [Taken() for _ in ways]
    for round_ in range(rounds):
        for first in range(0, len(asked), block):
            for way, one in rotated([*zip(ways, taken, strict=True)], round_ + first // block):
                for text in asked[first : first + block]:
                    started, began = time.perf_counter(), time.process_time()
                    way(text)
                    one.cpu_ms.append((time.process_time() - began) * 1000)
                    one.clock_ms.append((time.perf_counter() - started) * 1000)
    return taken


def finish(
    name: str,
    found: Sequence[Comparison],
    *,
    smoke: bool,
    notes: Iterable[str] = (),
    series: Sequence[Series] = (),
) -> None:
    """Prints the results, and writes them with their notes and what is plotted beside them."""
    folder = SMOKE if smoke else BENCH
    typer.echo(results.table(found))
    if series:
        results.write_series(name, series, folder)
    typer.echo(results.write(name, found, folder, notes=notes))
