"""python -m benchmarks.turn: a turn of the real server, beside the SDK's echo bot and a plain bot.

The servers, the load and the connector share the machine's processors. All servers stand ready
while each is measured, and rounds of all of them alternate. Questions differ from one to the next,
so that no answer is remembered from before.
"""

from __future__ import annotations

import asyncio
import signal
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.content import workplace_snapshots
from benchmarks.processes import alone
from benchmarks.results import machine
from benchmarks.runner import Smoke, Snapshots, command_line, finish, run, tell
from benchmarks.turn import comparison, served
from benchmarks.turn.measure import SMOKE, BotFigures, Plan, by_size, floor_ms, measure, swap_lags
from benchmarks.turn.servers import ECHO, BotCommand, Server, plain, signpost
from benchmarks.turn.traffic import traffic
from snapshot.store import SnapshotStore

app = command_line()


@app.command()
def turn(smoke: Smoke = False, snapshots: Snapshots = None) -> None:
    """Measure turns a second, latency, processor time, the loop's lag; start and memory, also with
    more passages."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # no server is left behind
    plan = SMOKE if smoke else Plan()
    print(machine())
    print("The servers, the load and the connector share these cores.")
    folder = snapshots or workplace_snapshots(smoke=smoke)
    snapshot = SnapshotStore(folder).open()
    served.write_for_plain_bot(snapshot)
    asked, source = served.questions(snapshot)
    real = snapshot.manifest.counts.passages
    sizes = [count for count in plan.sizes if count >= real]  # passages are added, never left out
    notes = comparison.notes(real, source, sizes, plan)
    print("\n".join(notes), plan, sep="\n", flush=True)
    texts = asked[: plan.floor_questions]
    floors = [alone(floor_ms, snapshots=folder, texts=texts) for _ in range(plan.starts)]
    with tempfile.TemporaryDirectory(dir=served.DATA) as data:
        store = served.two_of_the_active(folder, Path(data) / "snapshots")
        bots = (signpost(store.folder, Path(data)), ECHO, plain(served.DATA))
        found = asyncio.run(_under_load(bots, asked, plan, store))
        sized_bots = {
            count: served.bots_at(snapshot, store.encoders, count, Path(data)) for count in sizes
        }
        sized = asyncio.run(by_size(sized_bots, asked, plan))
    ours, echoing, plainly = (bot.name for bot in bots)
    made = comparison.results(found, ours, echoing, plainly, floors, plan)
    made += comparison.results_by_size(sized, ours, plainly)
    print("\n".join([*comparison.faults(found), *comparison.faults_by_size(sized)]))
    lines = [*comparison.series(found, plan), *comparison.series_by_size(sized)]
    finish("turn", made, smoke=smoke, notes=notes, series=lines)


async def _under_load(
    bots: Sequence[BotCommand], asked: list[str], plan: Plan, store: SnapshotStore
) -> dict[str, BotFigures]:
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
            tell(f"start {start + 1} of {plan.starts} done")
        async with traffic(asked) as people:
            found = await measure(servers, people, plan)
        found[bots[0].name].samples["loop_lag_swap"] = await swap_lags(servers[0], store, plan)
    finally:
        for server in servers:
            server.stop()
    for name, figures in found.items():
        figures.samples["start_bot"] = start_s[name]
    return found


if __name__ == "__main__":
    run(app)
