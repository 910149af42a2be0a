"""Start and memory as passages grow: each bot alone on the machine, after the same turns."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.passages import extended
from benchmarks.turn import passages
from benchmarks.turn.measure import Figures, Plan, rotated
from benchmarks.turn.servers import Bot, Server, plain, signpost
from benchmarks.turn.traffic import traffic
from snapshot.reading import Snapshot

BySize = Mapping[int, Mapping[str, Figures]]


def bots_at(base: Snapshot, encoders: Path, count: int, data: Path) -> tuple[Bot, Bot]:
    """Ours and the plain one, with the passages of `base` and re-cut ones, `count` in all. What
    they need lies in the folder `data` and beside the other benchmarks' snapshots."""
    snapshot, own = extended(base, count), data / str(count)
    store = passages.only(snapshot, encoders, own / "snapshots")
    passages.write_for_plain_bot(snapshot, own)
    return signpost(store.folder, own), plain(own)


async def by_size(bots: Mapping[int, Sequence[Bot]], asked: Sequence[str], plan: Plan) -> BySize:
    """Starts of every bot at every size, in turns, and its memory once it has answered so many of
    the questions; each is stopped before the next is started."""
    found = {count: {bot.name: Figures() for bot in alike} for count, alike in bots.items()}
    for round_ in range(plan.size_rounds):
        for count, alike in bots.items():
            for bot in rotated(alike, round_):
                await _once(bot, asked, plan, found[count][bot.name])
            print(f"{count:,} passages: round {round_ + 1} of {plan.size_rounds}", file=sys.stderr)
    return found


async def _once(bot: Bot, asked: Sequence[str], plan: Plan, figures: Figures) -> None:
    server = Server(bot)
    try:
        async with traffic(asked) as people:
            measured = await people.turns(
                server.url, plan.size_clients, plan.size_turns, cards=True
            )
        figures.start_s.append(server.start_s)
        figures.resident_mb.append(server.resident_mb())
        figures.count(measured)
    finally:
        server.stop()


def kb_per_passage(found: BySize, name: str) -> list[float]:
    """What a passage adds to that bot's memory, in kB, for each round: the slope from the smallest
    size to the largest. Nothing where there is one size."""
    least, most = min(found), max(found)
    if least == most:
        return []
    rounds = zip(found[least][name].resident_mb, found[most][name].resident_mb, strict=True)
    return [1_000 * (above - below) / (most - least) for below, above in rounds]
