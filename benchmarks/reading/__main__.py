"""python -m benchmarks.reading: files of each format, builds of many files, and the worst ones."""

from __future__ import annotations

from typing import Annotated

import typer

from benchmarks.peers import environment
from benchmarks.reading import builds, by_format, sample_files
from benchmarks.reading.ways import MARKITDOWN
from benchmarks.results import BENCH, machine
from benchmarks.runner import Smoke, command_line, finish, run, tell

_WORK = BENCH / "reading"

app = command_line()


@app.command()
def main(
    files: Annotated[int, typer.Option(help="Files of each format.")] = 6,
    pages: Annotated[int, typer.Option(help="Pages of 300 words a file.")] = 20,
    rounds: Annotated[int, typer.Option(help="How often each way reads them.")] = 3,
    counts: Annotated[str, typer.Option(help="Files of the folders that are built.")] = (
        "1000,5000,10000"
    ),
    smoke: Smoke = False,
) -> None:
    """Measure how fast files are read, in how much memory; writes build/bench/reading.json."""
    typer.echo(machine())
    if smoke:
        files, pages, rounds, counts = 2, 2, 1, "50,100"
    measured = list(by_format.measure(_WORK, files, pages, rounds, tell))
    built = list(builds.growth(_WORK / "builds", [int(one) for one in counts.split(",")], tell))
    worst = list(builds.worst(_WORK / "worst", tell, few=smoke))
    notes = [
        f"{files} files a format, of {pages} pages of {sample_files.WORDS_A_PAGE} words; seconds "
        "of the processor, one process and thread each, in turns.",
        *(one.told for one in measured),
        *(f"{one.extension}, {way}: {why}" for one in measured for way, why in one.failed.items()),
        *(one.told for one in built),
        *(one.told for one in worst),
    ]
    if not environment.has(MARKITDOWN):
        notes.append("markitdown is not installed: `python -m benchmarks.peers --install`.")
    typer.echo("\n".join(notes))
    finish(
        "reading", [*by_format.results(measured)], smoke=smoke, notes=notes,
        series=[builds.series(built)],
    )  # fmt: skip


if __name__ == "__main__":
    run(app)
