"""python -m benchmarks.scale: search by vectors as passages grow to millions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from benchmarks.content import workplace_snapshots
from benchmarks.results import BENCH, machine
from benchmarks.runner import SHARED, Shared, Smoke, command_line, finish, run, tell
from benchmarks.scale import growth
from benchmarks.scale.at_size import EngineFigures, Room, measure
from benchmarks.scale.vectors import (
    DIM,
    QUESTIONS,
    Searched,
    nothing_real,
    read_real,
    write_vectors,
)

_WORK = BENCH / "scale"
# Beyond a million the exact search and the flat indexes, which are asked the same, take minutes.
_QUESTIONS_BEYOND = 100
_MILLION = 1_000_000

app = command_line()


@app.command()
def main(
    sizes: Annotated[
        str, typer.Option(help="Passages, such as 10k,100k,1M,5M.")
    ] = "10k,100k,1M,5M",
    rounds: Annotated[int, typer.Option(help="How often each engine is searched.")] = 3,
    budget_s: Annotated[float, typer.Option(help="Seconds a round and filter may take.")] = 4.0,
    shared: Shared = SHARED,
    snapshots: Annotated[
        list[Path] | None,
        typer.Option(help="Folders of snapshots with real vectors; the real content's if unsaid."),
    ] = None,
    smoke: Smoke = False,
) -> None:
    """Measure how the cost of a search grows with the folder."""
    typer.echo(machine())
    if smoke:
        sizes, rounds, budget_s, snapshots = "2k,5k", 1, 0.5, None
    elif not snapshots and (shared / "corpora").is_dir():
        snapshots = [workplace_snapshots(shared)]
    source = read_real(snapshots, shared / "eval", _WORK) if snapshots else nothing_real()
    _WORK.mkdir(parents=True, exist_ok=True)
    counts, left_out = Room.now(_WORK).sizes(_numbers(sizes), DIM)
    real = _what_is_real(source) if snapshots else "Vectors and questions are all synthetic."
    notes = [real, _what_is_asked(counts), *left_out]
    typer.echo("\n".join(notes))
    measured = _by_vectors(source, counts, rounds, budget_s, notes)
    typer.echo(growth.table(measured))
    found, lines = [*growth.results(measured)], growth.series(measured)
    finish("scale", found, smoke=smoke, notes=notes, series=lines)


def _by_vectors(
    source: Searched, sizes: list[int], rounds: int, budget_s: float, notes: list[str]
) -> list[EngineFigures]:
    """Notes which engines were left out."""
    tell(f"{max(sizes):,} vectors")
    vectors = write_vectors(source.vectors, max(sizes), _WORK)
    folder = _WORK / "engines"
    measured = []
    for count in sizes:
        engines, left_out = Room.now(_WORK).engines(count, DIM)
        typer.echo("".join(f"{sentence}\n" for sentence in left_out), nl=False)
        notes += left_out
        asked = source.questions[: _questions_at(count)]
        measured += measure(
            vectors, count, asked, engines, folder, rounds=rounds, budget_s=budget_s
        )
    return measured


def _questions_at(count: int) -> int:
    return QUESTIONS if count <= _MILLION else _QUESTIONS_BEYOND


def _what_is_real(real: Searched) -> str:
    return (
        f"The first {len(real.vectors):,} vectors are real ({real.passages:,} passages, then "
        "their sentences), all beyond are synthetic, mixed from real neighbours; the questions "
        "are real."
    )


def _what_is_asked(sizes: list[int]) -> str:
    by_size = ", ".join(f"{_questions_at(count)} at {count:,}" for count in sizes)
    return f"Questions at most: {by_size}. An engine gets as many as it answers in its time."


def _numbers(sizes: str) -> list[int]:
    """10k,1M -> [10000, 1000000], smallest first."""
    factors = {"k": 1_000, "M": 1_000_000}
    try:
        return sorted(int(size[:-1]) * factors[size[-1]] for size in sizes.split(","))
    except (ValueError, KeyError, IndexError) as error:
        raise typer.BadParameter(f"{sizes!r}: sizes are like 10k,100k,1M") from error


if __name__ == "__main__":
    run(app)
