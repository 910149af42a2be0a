"""python -m benchmarks.turn: a turn of the real server, beside the SDK's echo bot and a plain bot.

The servers, the load and the connector share the machine's processors. All servers stand ready
while each is measured, and rounds of all of them alternate. Questions differ from one to the next,
so that no answer is remembered from before.
"""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from benchmarks import results
from benchmarks.content import sample_snapshots, workplace_snapshots
from benchmarks.results import ROOT, machine, table, write
from benchmarks.turn import passages, report
from benchmarks.turn.measure import SMOKE, Figures, Plan, measure, swap_lags
from benchmarks.turn.servers import Bot, Server, echo, plain, signpost
from benchmarks.turn.sizes import bots_at, by_size
from benchmarks.turn.traffic import traffic
from snapshot.store import SnapshotStore

_FLOOR_QUESTIONS = 100
_FLOOR_QUESTIONS_SMOKE = 30

app = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)


@app.command()
def turn(
    smoke: Annotated[
        bool, typer.Option("--smoke", help="See that it runs: 1 and 8 clients, a second each.")
    ] = False,
    snapshots: Annotated[
        Path | None,
        typer.Option(help="A folder of snapshots, instead of one built of the sample content."),
    ] = None,
) -> None:
    """Measure turns a second, latency, processor time, the loop's lag; start and memory, also with
    more passages."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # no server is left behind
    plan = SMOKE if smoke else Plan()
    print(machine())
    print("The servers, the load and the connector share these cores.")
    folder = snapshots or _snapshots(smoke=smoke)
    snapshot = SnapshotStore(folder).open()
    passages.write_for_plain_bot(snapshot)
    asked, source = passages.questions(snapshot)
    real = snapshot.manifest.counts.passages
    sizes = [count for count in plan.sizes if count >= real]  # passages are added, never left out
    notes = report.notes(real, source, sizes, plan)
    print("\n".join(notes), plan, sep="\n", flush=True)
    count = _FLOOR_QUESTIONS_SMOKE if smoke else _FLOOR_QUESTIONS
    floor_ms = [_floor_ms(folder, asked[:count]) for _ in range(plan.starts)]
    with tempfile.TemporaryDirectory(dir=passages.DATA) as data:
        store = passages.two_of_the_active(folder, Path(data) / "snapshots")
        bots = (signpost(store.folder, Path(data)), echo(), plain(passages.DATA))
        found = asyncio.run(_run(bots, asked, plan, store))
        sized_bots = {
            count: bots_at(snapshot, store.encoders, count, Path(data)) for count in sizes
        }
        sized = asyncio.run(by_size(sized_bots, asked, plan))
    ours, echoing, plainly = (bot.name for bot in bots)
    made = report.results(found, ours, echoing, plainly, floor_ms)
    made += report.results_by_size(sized, ours, plainly)
    print(table(made))
    print("\n".join([*report.faults(found), *report.faults_by_size(sized)]))
    into = results.SMOKE if smoke else results.BENCH
    write("turn", made, into, notes=notes)
    charts = json.dumps([*report.series(found), *report.series_by_size(sized)], indent=2)
    (into / "turn-series.json").write_text(charts + "\n", encoding="utf-8")


async def _run(
    bots: tuple[Bot, Bot, Bot], asked: list[str], plan: Plan, store: SnapshotStore
) -> dict[str, Figures]:
    start_s: dict[str, list[float]] = {bot.name: [] for bot in bots}
    servers: list[Server] = []
    try:
        for start in range(plan.starts):
            for server in servers:
                server.stop()
            servers = []
            for bot in bots:  # one after the other: each has the machine to itself
                servers.append(Server(bot))
                start_s[bot.name].append(servers[-1].start_s)
            print(f"start {start + 1} of {plan.starts} done", file=sys.stderr)
        async with traffic(asked) as people:
            found = await measure(servers, people, plan, cardless=bots[1].name)
        found[bots[0].name].swap_lag_ms = await swap_lags(servers[0], store, plan)
    finally:
        for server in servers:
            server.stop()
    for name, figures in found.items():
        figures.start_s = start_s[name]
    return found


def _snapshots(*, smoke: bool) -> Path:
    """Those of the real content, which the labelled questions ask of, where it is at hand."""
    shared = ROOT.parent / "shared"
    if not smoke and (shared / "corpora").is_dir():
        return workplace_snapshots(shared)
    return sample_snapshots()


def _floor_ms(snapshots: Path, asked: list[str]) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.turn.floor", "--snapshots", str(snapshots)],
        cwd=ROOT,
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


if __name__ == "__main__":
    app()
