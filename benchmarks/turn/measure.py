"""One interleaved run: every bot under every load, round after round."""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from benchmarks.passages import SIZES
from benchmarks.results import ROOT
from benchmarks.turn.servers import Server
from benchmarks.turn.traffic import Measured, Traffic
from snapshot.store import SnapshotStore

T = TypeVar("T")

DRAIN_S = 0.3
SWAP_WITHIN_S = 4.0


@dataclass(frozen=True, slots=True)
class Plan:
    """Clients and rates to try, for how long each time, and how often; passages to start with,
    how often, and the turns by so many clients after which memory is read."""

    clients: tuple[int, ...] = (1, 8, 32, 64)
    rates_per_s: tuple[float, ...] = (10.0, 30.0, 60.0)
    seconds: float = 4.0
    rounds: int = 3
    starts: int = 2
    swaps: int = 4
    sizes: tuple[int, ...] = SIZES
    size_rounds: int = 3
    size_clients: int = 8
    size_turns: int = 400


SMOKE = Plan(
    clients=(1, 8),
    rates_per_s=(5.0,),
    seconds=1.0,
    rounds=1,
    starts=1,
    swaps=1,
    sizes=(700, 800),
    size_rounds=1,
    size_turns=16,
)


@dataclass(slots=True)
class Figures:
    """What was seen of one bot: a value for each round, by clients or by rate."""

    start_s: list[float] = field(default_factory=list)
    resident_mb: list[float] = field(default_factory=list)
    cpu_ms: dict[int, list[float]] = field(default_factory=dict)
    turns_per_s: dict[int, list[float]] = field(default_factory=dict)
    p50_ms: dict[int, list[float]] = field(default_factory=dict)
    p99_ms: dict[int, list[float]] = field(default_factory=dict)
    open_p50_ms: dict[float, list[float]] = field(default_factory=dict)
    open_p99_ms: dict[float, list[float]] = field(default_factory=dict)
    lag_p50_ms: list[float] = field(default_factory=list)
    lag_p99_ms: list[float] = field(default_factory=list)
    lag_max_ms: list[float] = field(default_factory=list)
    swap_lag_ms: list[float] = field(default_factory=list)
    refused: int = 0
    lost: int = 0
    turns: int = 0

    def count(self, measured: Measured) -> None:
        self.refused += measured.refused
        self.lost += measured.lost
        self.turns += len(measured.took_ms)


async def measure(
    servers: Sequence[Server], traffic: Traffic, plan: Plan, cardless: str
) -> dict[str, Figures]:
    """Figures by bot. The loop's lag is probed under the most clients. `cardless` names the bot
    whose answer is no card."""
    found = {server.bot.name: Figures() for server in servers}
    for server in servers:  # connections, caches and branch predictors
        await traffic.closed(server.url, 4, 0.5, cards=server.bot.name != cardless)
    for round_ in range(plan.rounds):
        for clients in plan.clients:
            for server in rotated(servers, round_):
                cards = server.bot.name != cardless
                await _closed(server, traffic, clients, plan, found[server.bot.name], cards=cards)
        for rate in plan.rates_per_s:
            for server in rotated(servers, round_):
                figures = found[server.bot.name]
                cards = server.bot.name != cardless
                measured = await traffic.open(server.url, rate, plan.seconds, cards=cards)
                figures.count(measured)
                _note(figures.open_p50_ms, rate, percentile(measured.took_ms, 50))
                _note(figures.open_p99_ms, rate, percentile(measured.took_ms, 99))
        for server in servers:
            found[server.bot.name].resident_mb.append(server.resident_mb())
        print(f"round {round_ + 1} of {plan.rounds} done", file=sys.stderr)
    return found


async def _closed(
    server: Server, traffic: Traffic, clients: int, plan: Plan, figures: Figures, *, cards: bool
) -> None:
    probing = await _probe(server, plan.seconds) if clients == max(plan.clients) else None
    before = server.cpu_s()
    measured = await traffic.closed(server.url, clients, plan.seconds, cards=cards)
    await asyncio.sleep(DRAIN_S)  # what is done after the reply belongs to the turn, too
    figures.count(measured)
    turns = len(measured.took_ms)
    _note(figures.cpu_ms, clients, (server.cpu_s() - before) * 1000 / turns)
    _note(figures.turns_per_s, clients, measured.turns_per_s)
    _note(figures.p50_ms, clients, percentile(measured.took_ms, 50))
    _note(figures.p99_ms, clients, percentile(measured.took_ms, 99))
    if probing:
        lags = json.loads((await probing.communicate())[0])
        figures.lag_p50_ms.append(percentile(lags, 50))
        figures.lag_p99_ms.append(percentile(lags, 99))
        figures.lag_max_ms.append(max(lags))


async def swap_lags(server: Server, store: SnapshotStore, plan: Plan) -> list[float]:
    """The longest wait for the loop, in ms, around each of some changes of the snapshot, while
    nobody asks."""
    longest = []
    for _ in range(plan.swaps):
        [other] = {*store.ids()} - {store.active_id()}
        with store.lock():
            store.activate(other)
        probing = await _probe(server, SWAP_WITHIN_S)
        longest.append(max(json.loads((await probing.communicate())[0])))
        if server.get_json("/readyz")["snapshot"] != other:
            raise RuntimeError(f"{server.bot.name} did not change over within {SWAP_WITHIN_S} s")
    return longest


async def _probe(server: Server, seconds: float) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "benchmarks.turn.probe", "--port", str(server.port), "--seconds", str(seconds)),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )


def rotated(servers: Sequence[T], by: int) -> list[T]:
    """Each goes first in turn, so that none always comes after the same."""
    by %= len(servers)
    return [*servers[by:], *servers[:by]]


def _note(
    into: dict[float, list[float]] | dict[int, list[float]], key: int | float, value: float
) -> None:
    into.setdefault(key, []).append(value)  # type: ignore[arg-type]


def percentile(values: Sequence[float], percent: int) -> float:
    """By the nearest rank; nan of nothing."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def medians(values: Mapping[int, list[float]]) -> list[float]:
    """In order of the keys."""
    return [statistics.median(values[key]) for key in sorted(values)]
