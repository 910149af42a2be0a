"""python -m benchmarks.message_extension: what Teams' search beside the compose box waits for.

Each of its requests, and the plain search of the interface for programs for as many results, are
sent to one running server, in turns, by one client and by several; Teams gives up after five
seconds. Then servers are started anew, and each answers its first request cold. A question is never
asked twice before all others were. Load and server share the machine's processors.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.content import workplace_snapshots
from benchmarks.product import teams_message
from benchmarks.results import Comparison, Series, less_is_better, machine
from benchmarks.runner import Smoke, Snapshots, command_line, finish, rotated, run, tell
from benchmarks.turn import served
from benchmarks.turn.measure import percentiles
from benchmarks.turn.servers import Server, signpost
from bots import wording
from bots.extension import extension_invokes as invokes
from snapshot.store import SnapshotStore

PLAIN = "plain search"
SEARCH, BEGIN, LINK, MESSAGE = "search", "list to begin with", "link", "message"
_COUNT = 25
_GIVEN_S = 60.0
_NUMBERS = itertools.count(1)  # a number that comes again would be taken for a repeated delivery

app = command_line()


@dataclass(frozen=True, slots=True)
class Plan:
    """How many clients, for how long each time, and how often; how many cold starts."""

    clients: tuple[int, ...] = (1, 8, 32)
    seconds: float = 4.0
    rounds: int = 3
    starts: int = 5


_SMOKE = Plan(clients=(1, 4), seconds=0.5, rounds=1, starts=1)
Took = dict[tuple[str, int], list[list[float]]]


class Compose:
    """Asks one server, in each way, with the next question. `link` is an address of its content."""

    def __init__(self, url: str, link: str, texts: Iterator[str]) -> None:
        self._url, self._link, self._texts = url, link, texts
        self.ways: dict[str, Callable[[aiohttp.ClientSession], Awaitable[None]]] = {
            PLAIN: self.plain,
            SEARCH: self.search,
            BEGIN: self.begin,
            LINK: self.link,
            MESSAGE: self.message,
        }

    async def plain(self, session: aiohttp.ClientSession) -> None:
        given = {"q": next(self._texts)[:500], "top_k": str(_COUNT)}
        async with session.get(f"{self._url}/api/search", params=given) as response:
            response.raise_for_status()
            await response.read()

    async def search(self, session: aiohttp.ClientSession) -> None:
        value = {
            "commandId": invokes.SEARCH,
            "parameters": [{"name": invokes.PARAMETER, "value": next(self._texts)[:500]}],
            "queryOptions": {"skip": 0, "count": _COUNT},
        }
        await self._invoke(session, invokes.QUERY, value)

    async def begin(self, session: aiohttp.ClientSession) -> None:
        value = {"commandId": invokes.SEARCH, "parameters": [{"name": "initialRun"}]}
        await self._invoke(session, invokes.QUERY, value)

    async def link(self, session: aiohttp.ClientSession) -> None:
        await self._invoke(session, invokes.LINK, {"url": self._link})

    async def message(self, session: aiohttp.ClientSession) -> None:
        body = {"contentType": "html", "content": f"<p>{next(self._texts)}</p>"}
        value = {"commandId": invokes.ABOUT, "messagePayload": {"body": body}}
        await self._invoke(session, invokes.FETCH, value)

    async def _invoke(self, session: aiohttp.ClientSession, name: str, value: Any) -> None:
        """Raises RuntimeError for nothing, and for words that say to come back later."""
        number = next(_NUMBERS)
        activity = teams_message("", f"19:{number}", number, self._url)
        activity |= {"type": "invoke", "name": name, "value": value}
        async with session.post(f"{self._url}/api/messages", json=activity) as response:
            body = await response.json()
        if response.status != 200 or not body or wording.BUSY in str(body):
            raise RuntimeError(f"{name} was answered with {response.status} and {body!r}")


@app.command()
def message_extension(smoke: Smoke = False, snapshots: Snapshots = None) -> None:
    """Measure the search beside the compose box, its first list, links and a message's menu."""
    plan = _SMOKE if smoke else Plan()
    folder = snapshots or workplace_snapshots(smoke=smoke)
    snapshot = SnapshotStore(folder).open()
    asked, source = served.questions(snapshot)
    link = next(one.url for one in snapshot.resources if not one.only_for and "://" in one.url)
    texts = itertools.cycle(asked)
    with tempfile.TemporaryDirectory() as data:
        took, cold, start_s = asyncio.run(_measured(folder, Path(data), link, texts, plan))
    lines = [
        f"{way}, {clients} clients: p50 {p50:.0f}, p99 {p99:.0f}, longest {max(flat):.0f} ms "
        f"of {len(flat)}"
        for (way, clients), rounds in took.items()
        for flat in [[*itertools.chain(*rounds)]]
        for p50, p99 in [percentiles(flat)]
    ]
    lines += [
        f"{way}, first of a server: median {statistics.median(one):.0f}, longest {max(one):.0f} ms"
        for way, one in cold.items()
    ]
    notes = [
        f"{snapshot.manifest.counts.passages:,} passages; {source}; {_COUNT} results at most.",
        f"A server was ready after {statistics.median(start_s):.1f} s, {max(start_s):.1f} at most.",
    ]
    print("\n".join([machine(), *notes, *lines]))
    finish(
        "message_extension",
        [*_compared(took, cold)],
        smoke=smoke,
        notes=[*notes, *lines],
        series=[_plotted(took, plan)],
    )


async def _measured(
    folder: Path, data: Path, link: str, texts: Iterator[str], plan: Plan
) -> tuple[Took, dict[str, list[float]], list[float]]:
    """Times in ms under load, those of servers' first requests, and the servers' own in s."""
    bot, start_s = signpost(folder, data), []
    cold: defaultdict[str, list[float]] = defaultdict(list)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), timeout=aiohttp.ClientTimeout(_GIVEN_S)
    ) as session:
        for start in range(plan.starts):
            for way in (PLAIN, SEARCH, BEGIN, LINK, MESSAGE):
                server = await asyncio.to_thread(Server, bot)
                try:
                    start_s.append(server.start_s)
                    compose = Compose(server.url, link, texts)
                    cold[way].append(await _once(compose.ways[way], session))
                finally:
                    await asyncio.to_thread(server.stop)
            tell(f"start {start + 1} of {plan.starts} done")
        server = await asyncio.to_thread(Server, bot)
        try:
            took = await _under_load(Compose(server.url, link, texts), session, plan)
        finally:
            await asyncio.to_thread(server.stop)
    return took, cold, start_s


async def _under_load(compose: Compose, session: aiohttp.ClientSession, plan: Plan) -> Took:
    """Times by way and clients, a list for each round."""
    took: Took = defaultdict(list)
    for way in compose.ways.values():  # connections and caches
        await asyncio.gather(*(_once(way, session) for _ in range(4)))
    for round_ in range(plan.rounds):
        for clients in plan.clients:
            for name, way in rotated([*compose.ways.items()], round_):
                seen: list[float] = []
                ends_at = time.perf_counter() + plan.seconds

                async def client() -> None:
                    while time.perf_counter() < ends_at:  # noqa: B023 (awaited in this turn)
                        seen.append(await _once(way, session))  # noqa: B023 (as above)

                await asyncio.gather(*(client() for _ in range(clients)))
                took[name, clients].append(seen)
        tell(f"round {round_ + 1} of {plan.rounds} done")
    return took


async def _once(
    way: Callable[[aiohttp.ClientSession], Awaitable[None]], session: aiohttp.ClientSession
) -> float:
    """How long it took, in ms."""
    started = time.perf_counter()
    await way(session)
    return (time.perf_counter() - started) * 1000


def _compared(took: Took, cold: dict[str, list[float]]) -> Iterator[Comparison]:
    """Each way beside the plain search, by what was seen in each round."""
    for (way, clients), rounds in took.items():
        if way == PLAIN:
            continue
        for number, name in enumerate(("p50", "p99")):
            own, others = (
                [percentiles(one)[number] for one in each]
                for each in (rounds, took[PLAIN, clients])
            )
            yield less_is_better(f"{way}_{name}_{clients}", "ms", own, others, PLAIN)
    for way in cold.keys() - {PLAIN}:
        yield less_is_better(f"{way}_first", "ms", cold[way], cold[PLAIN], PLAIN)


def _plotted(took: Took, plan: Plan) -> Series:
    """The slowest of a hundred by clients."""
    lines = {
        way: [percentiles([*itertools.chain(*took[way, clients])])[1] for clients in plan.clients]
        for way in dict.fromkeys(way for way, _ in took)
    }
    return Series("p99 of what the compose box waits for", "ms", "clients", plan.clients, lines)


if __name__ == "__main__":
    run(app)
