"""One interleaved run: every bot under every load, round after round; then start and memory as
passages grow, each bot alone on the machine."""

from __future__ import annotations

import asyncio
import http.client
import math
import time
from collections import defaultdict
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.passages import SIZES
from benchmarks.processes import alone
from benchmarks.product import load_encoder
from benchmarks.runner import rotated, tell
from benchmarks.turn.servers import BotCommand, Server
from benchmarks.turn.traffic import Traffic, Turns, traffic
from retrieval.answer import Question
from retrieval.retriever import Retriever
from retrieval.serving.machine import limit_blas_threads
from snapshot.store import SnapshotStore

DRAIN_S = 0.3
SWAP_WITHIN_S = 4.0
_EVERY_S = 0.01


@dataclass(frozen=True, slots=True)
class Plan:
    """Clients to try, for how long each time, and how often; passages to start with,
    how often, and the turns by so many clients after which memory is read."""

    clients: tuple[int, ...] = (1, 8, 32, 64)
    seconds: float = 4.0
    rounds: int = 3
    starts: int = 2
    swaps: int = 4
    sizes: tuple[int, ...] = SIZES
    size_rounds: int = 3
    size_clients: int = 8
    size_turns: int = 400
    floor_questions: int = 100


SMOKE = Plan(
    clients=(1, 8),
    seconds=1.0,
    rounds=1,
    starts=1,
    swaps=1,
    sizes=(700, 800),
    size_rounds=1,
    size_turns=16,
    floor_questions=30,
)


@dataclass(slots=True)
class BotFigures:
    """What was seen of one bot: a value for each round by the name of what was measured, and what
    became of its turns."""

    samples: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    turns: int = 0
    refused: int = 0
    lost: int = 0

    def count(self, seen: Turns) -> None:
        self.refused += seen.refused
        self.lost += seen.lost
        self.turns += len(seen.took_ms)

    def add(self, name: str, **values: float) -> None:
        """Each of these under its own name, which stands in the braces of the other."""
        for one, value in values.items():
            self.samples[name.format(one)].append(value)


BySize = Mapping[int, Mapping[str, BotFigures]]


def floor_ms(snapshots: Path, texts: list[str], settle: int = 20) -> float:
    """The processor time that an answer needs without a server, in ms a question: encoding and
    search. The first `settle` questions are not counted."""
    limit_blas_threads()
    retriever = Retriever(SnapshotStore(snapshots).open(), load_encoder(snapshots))
    for text in texts[:settle]:
        retriever.answer(Question(text))
    took_ms = 0.0
    for text in texts[settle:]:
        stages_ms = retriever.answer(Question(text, top_k=3, hits_each=1)).stages_ms
        took_ms += stages_ms["encode"] + stages_ms.get("search", 0.0)
    return took_ms / len(texts[settle:])


async def measure(servers: Sequence[Server], people: Traffic, plan: Plan) -> dict[str, BotFigures]:
    """Figures by bot. The loop's lag is probed under the most clients."""
    found = {server.bot.name: BotFigures() for server in servers}
    for server in servers:  # connections, caches and branch predictors
        await people.closed(server.url, 4, seconds=0.5, cards=server.bot.cards)
    for round_ in range(plan.rounds):
        for clients in plan.clients:
            for server in rotated(servers, round_):
                await _closed(server, people, clients, plan, found[server.bot.name])
        for server in servers:
            found[server.bot.name].samples["memory_bot"].append(server.resident_mb())
        tell(f"round {round_ + 1} of {plan.rounds} done")
    return found


async def _closed(
    server: Server, people: Traffic, clients: int, plan: Plan, one: BotFigures
) -> None:
    probing = _probe(server, plan.seconds) if clients == max(plan.clients) else None
    before = server.cpu_s()
    seen = await people.closed(server.url, clients, seconds=plan.seconds, cards=server.bot.cards)
    await asyncio.sleep(DRAIN_S)  # what is done after the reply belongs to the turn, too
    one.count(seen)
    cpu_ms = (server.cpu_s() - before) * 1000 / len(seen.took_ms)
    p50, p99 = percentiles(seen.took_ms)
    one.add(f"{{}}_{clients}", turns_per_s=seen.turns_per_s, turn_cpu=cpu_ms)
    one.add(f"turn_{{}}_{clients}", p50=p50, p99=p99)
    if probing:
        lags = await probing
        p50, p99 = percentiles(lags)
        one.add(f"loop_lag_{{}}_{clients}", p50=p50, p99=p99, max=max(lags))


async def swap_lags(server: Server, store: SnapshotStore, plan: Plan) -> list[float]:
    """The longest wait for the loop, in ms, around each of some changes of the snapshot, while
    nobody asks."""
    longest = []
    for _ in range(plan.swaps):
        [other] = {*store.ids()} - {store.active_id()}
        with store.lock():
            store.activate(other)
        longest.append(max(await _probe(server, SWAP_WITHIN_S)))
        if server.get_json("/readyz")["snapshot"] != other:
            raise RuntimeError(f"{server.bot.name} did not change over within {SWAP_WITHIN_S} s")
    return longest


def lags_ms(port: int, seconds: float) -> list[float]:
    """How long a server took to say that it is well, asked every 10 ms. On a busy machine that
    includes the wait for a processor: an upper bound of its loop's lag."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    took_ms: list[float] = []
    ends_at = time.perf_counter() + seconds
    while (started := time.perf_counter()) < ends_at:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        took_ms.append((time.perf_counter() - started) * 1000)
        time.sleep(max(0.0, _EVERY_S - took_ms[-1] / 1000))
    return took_ms


def _probe(server: Server, seconds: float) -> Awaitable[list[float]]:
    """Begins at once."""
    work = asyncio.to_thread(alone, lags_ms, port=server.port, seconds=seconds)
    return asyncio.ensure_future(work)


async def by_size(
    bots: Mapping[int, Sequence[BotCommand]], asked: Sequence[str], plan: Plan
) -> BySize:
    """Starts of every bot at every number of passages, in turns, and its memory once it has
    answered so many of the questions; each is stopped before the next is started."""
    found = {count: {bot.name: BotFigures() for bot in alike} for count, alike in bots.items()}
    for round_ in range(plan.size_rounds):
        for count, alike in bots.items():
            for bot in rotated(alike, round_):
                await _once(bot, asked, plan, found[count][bot.name])
            tell(f"{count:,} passages: round {round_ + 1} of {plan.size_rounds}")
    return found


async def _once(bot: BotCommand, asked: Sequence[str], plan: Plan, one: BotFigures) -> None:
    server = Server(bot)
    try:
        async with traffic(asked) as people:
            seen = await people.closed(
                server.url, plan.size_clients, turns=plan.size_turns, cards=bot.cards
            )
        one.add("{}_bot", start=server.start_s, memory=server.resident_mb())
        one.count(seen)
    finally:
        server.stop()


def kb_per_passage(found: BySize, name: str) -> list[float]:
    """What a passage adds to that bot's memory, in kB, for each round: the slope from the smallest
    size to the largest. Nothing if there is one size."""
    least, most = min(found), max(found)
    if least == most:
        return []
    below, above = (found[count][name].samples["memory_bot"] for count in (least, most))
    return [1_000 * (y - x) / (most - least) for x, y in zip(below, above, strict=True)]


def percentiles(values: Sequence[float]) -> tuple[float, float]:
    """The median and the 99th, as values that were seen; nan of nothing."""
    if not values:
        return math.nan, math.nan
    p50, p99 = np.percentile(values, (50, 99), method="higher")
    return float(p50), float(p99)
