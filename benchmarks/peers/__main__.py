"""python -m benchmarks.peers: one folder, the same questions, Signpost and its peers in turn."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.commands import run
from benchmarks.content import sample_snapshots, workplace_snapshots
from benchmarks.peers import environment, figures
from benchmarks.peers.adapters import FLOOR, OURS, PEERS
from benchmarks.peers.measuring import Run
from benchmarks.peers.process import PeerProcess
from benchmarks.peers.work import Work, gather, grown
from benchmarks.results import BENCH, ROOT, SMOKE, machine, table, write
from benchmarks.series import write_series
from encoder.reference import DEFAULT_MODEL, model_folder

_FOLDER = BENCH / "peers"
_CONTENT = ROOT / "content"

app = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)


@app.command()
def measure(
    install: Annotated[
        bool, typer.Option("--install", help="Install the peers into build/bench, and stop.")
    ] = False,
    snapshots: Annotated[
        Path | None, typer.Option(help="A folder of snapshots; the real content's if not given.")
    ] = None,
    shared: Annotated[Path, typer.Option(help="The folder with eval/ and corpora/.")] = ROOT.parent
    / "shared",
    only: Annotated[
        list[str] | None, typer.Option(help="A peer to measure beside the floor; may be repeated.")
    ] = None,
    size: Annotated[
        int, typer.Option(help="Passages to search; those beyond the real ones are re-cut.")
    ] = 0,
    questions: Annotated[int, typer.Option(help="How many questions to ask.")] = 120,
    passages: Annotated[int, typer.Option(help="How many passages to time indexing on.")] = 150,
    rounds: Annotated[int, typer.Option(help="How often indexing and starting are timed.")] = 2,
    threads: Annotated[
        int,
        typer.Option(
            help="Threads for each numeric library while questions are asked; 0 for as many as it "
            "takes. An index is always built with as many."
        ),
    ] = 1,
    smoke: Annotated[
        bool,
        typer.Option(
            "--smoke", help="See that it runs: the sample content and the floor, with little."
        ),
    ] = False,
) -> None:
    """Measure Signpost beside its peers; writes build/bench/peers.json."""
    if install:
        for packages in environment.install():
            typer.echo(f"{packages} cannot be installed beside Signpost's packages", err=True)
        return
    typer.echo(machine())
    if smoke:
        work = gather(sample_snapshots(), shared / "none", _CONTENT, 10)
        names, passages, rounds = [OURS, FLOOR], 10, 1
    else:
        work = gather(snapshots or _workplace(shared), shared / "eval", _CONTENT, questions)
        work = grown(work, size, _FOLDER)
        names = [one for one in PEERS if one in (OURS, FLOOR) or not only or one in only]
    absent = [one for one in names if PEERS[one].is_foreign and not _is_installed(one)]
    run = Run(
        [one for one in names if one not in absent],
        work,
        lambda name, *, builds: _start(name, work, 0 if builds else threads),
        _FOLDER,
        lambda line: typer.echo(line, err=True),
    )
    run.index(work.texts[:passages], rounds)
    run.ask(rounds)
    for needed in (OURS, FLOOR):
        if run.measured[needed].failed:
            typer.echo(f"Error: {needed} failed: {run.measured[needed].failed}", err=True)
            raise typer.Exit(1)
    found = figures.results(run.measured, work)
    indexed = min(passages, len(work.texts))
    notes = figures.notes(run.measured, work, indexed=indexed, threads=threads, absent=absent)
    typer.echo(table(found))
    typer.echo("\n".join(notes))
    if absent:
        typer.echo("`python -m benchmarks.peers --install` installs the peers.")
    folder = SMOKE if smoke else BENCH
    write_series("peers", [figures.latencies(run.measured)], folder)
    typer.echo(write("peers", found, folder, notes=notes))


def _is_installed(name: str) -> bool:
    return environment.has(PEERS[name].package)


def _start(name: str, work: Work, threads: int) -> PeerProcess:
    _FOLDER.mkdir(parents=True, exist_ok=True)
    python = environment.PYTHON if PEERS[name].is_foreign else Path(sys.executable)
    model = work.encoders if name == OURS else model_folder(DEFAULT_MODEL)
    return PeerProcess(name, model, _FOLDER / f"{name}.log", python=python, threads=threads)


def _workplace(shared: Path) -> Path:
    """The snapshots of the real content; of the sample content where that is not at hand."""
    if (shared / "corpora" / "workplace").is_dir():
        return workplace_snapshots(shared)
    typer.echo(f"No real content at {shared}: the sample content is measured.", err=True)
    return sample_snapshots()


if __name__ == "__main__":
    run(app)
