"""python -m benchmarks.peers: one folder, the same questions, Signpost and its peers in turn."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.content import SAMPLE, workplace_snapshots
from benchmarks.peers import environment, figures
from benchmarks.peers.adapters import FLOOR, OURS, PEERS
from benchmarks.peers.measuring import PeerFigures, PeersRun
from benchmarks.peers.peer_process import PeerProcess
from benchmarks.peers.work import Work, gather
from benchmarks.results import BENCH, machine
from benchmarks.runner import SHARED, Shared, Smoke, Snapshots, command_line, finish, run, tell
from encoder.reference import DEFAULT_MODEL, model_folder

_FOLDER = BENCH / "peers"

app = command_line()


@app.command()
def measure(
    install: Annotated[
        bool, typer.Option("--install", help="Install the peers into build/bench, and stop.")
    ] = False,
    snapshots: Snapshots = None,
    shared: Shared = SHARED,
    only: Annotated[
        list[str] | None, typer.Option(help="A peer to measure beside the floor; may be repeated.")
    ] = None,
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
    smoke: Smoke = False,
) -> None:
    """Measure Signpost beside its peers; writes build/bench/peers.json."""
    if install:
        for packages in environment.install():
            tell(f"{packages} cannot be installed beside Signpost's packages")
        return
    typer.echo(machine())
    names = [one for one in PEERS if one in (OURS, FLOOR) or not only or one in only]
    labelled = shared / "eval"
    if smoke:  # the sample content's own questions, and no peer but the floor
        names, questions, passages, rounds = [OURS, FLOOR], 10, 10, 1
        labelled, snapshots = shared / "none", None
    folder = snapshots or workplace_snapshots(shared, smoke=smoke)
    work = gather(folder, labelled, SAMPLE, questions)
    absent = [
        one for one in names
        if PEERS[one].is_foreign and not environment.has(PEERS[one].package)
    ]  # fmt: skip
    measured = _run([one for one in names if one not in absent], work, passages, rounds, threads)
    for needed in (OURS, FLOOR):
        if measured[needed].failed:
            tell(f"Error: {needed} failed: {measured[needed].failed}")
            raise typer.Exit(1)
    indexed = min(passages, len(work.texts))
    notes = figures.notes(measured, work, indexed=indexed, threads=threads, absent=absent)
    typer.echo("\n".join(notes))
    if absent:
        typer.echo("`python -m benchmarks.peers --install` installs the peers.")
    found, lines = figures.results(measured, work), [figures.latencies(measured)]
    finish("peers", found, smoke=smoke, notes=notes, series=lines)


def _run(
    names: list[str], work: Work, passages: int, rounds: int, threads: int
) -> dict[str, PeerFigures]:
    _FOLDER.mkdir(parents=True, exist_ok=True)

    def start(name: str, *, builds: bool) -> PeerProcess:
        python = environment.PYTHON if PEERS[name].is_foreign else Path(sys.executable)
        model = work.snapshots if name == OURS else model_folder(DEFAULT_MODEL)
        log, limit = _FOLDER / f"{name}.log", 0 if builds else threads
        return PeerProcess(PEERS[name], model, log, python=python, threads=limit)

    peers = PeersRun(names, work, start, _FOLDER, tell)
    peers.index(work.texts[:passages], rounds)
    peers.ask(rounds)
    return peers.measured


if __name__ == "__main__":
    run(app)
