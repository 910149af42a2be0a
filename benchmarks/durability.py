"""python -m benchmarks.durability: kills the real server while people ask, and counts what is kept.

Questions come at a steady rate, each from a chat of its own, to a server whose replies go to a
connector beside it. After a second or so the server is killed (SIGKILL) with turns in flight, and
started anew, many times over; then all of it once more while another process holds the database's
lock. At last one server starts that is left alone until the spool is empty.

A question counts as acknowledged if its request was answered with 200. Each has words of its own,
by which its rows are counted: an acknowledged one without a row is lost, one with two is doubled.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import aiohttp
import typer
from aiohttp import web
from aiohttp.test_utils import TestServer

from benchmarks.content import sample_snapshots
from benchmarks.product import teams_message
from benchmarks.runner import Smoke, Snapshots, command_line, run, tell
from benchmarks.turn.servers import BotCommand, Server, signpost

QUESTION = "How do I claim travel expenses for trip"
CAUGHT_UP_WITHIN_S = 120.0
_HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""

app = command_line()


@dataclass(slots=True)
class Kept:
    """What became of the questions. `took_ms` is from request to acknowledgement."""

    kills: int = 0
    asked: int = 0
    acknowledged: set[str] = field(default_factory=set)
    rows: Counter[str] = field(default_factory=Counter)
    took_ms: list[float] = field(default_factory=list)

    @property
    def lost(self) -> int:
        """Acknowledged questions without a row."""
        return len(self.acknowledged - self.rows.keys())

    @property
    def doubled(self) -> int:
        """Questions with more than one row."""
        return sum(count > 1 for count in self.rows.values())

    def line(self, name: str) -> str:
        took = sorted(self.took_ms)
        return (
            f"{name}: killed {self.kills} times, {self.asked} asked, "
            f"{len(self.acknowledged)} acknowledged (median {took[len(took) // 2]:.0f} ms), "
            f"{len(self.rows)} kept, lost {self.lost}, doubled {self.doubled}"
        )


class Crowd:
    """Asks at a steady rate, whether or not it is answered."""

    def __init__(self, rate: float, session: aiohttp.ClientSession, service_url: str) -> None:
        self._rate = rate
        self._session = session
        self._service_url = service_url
        self._numbers = itertools.count(1)

    async def ask(self, url: str, seconds: float, kept: Kept) -> list[asyncio.Task[None]]:
        """Begins as many turns as belong into that time; those under way at its end."""
        started, turns = time.perf_counter(), []
        for n in range(int(seconds * self._rate)):
            await asyncio.sleep(max(0.0, started + n / self._rate - time.perf_counter()))
            turns.append(asyncio.create_task(self._turn(url, kept)))
        return turns

    async def _turn(self, url: str, kept: Kept) -> None:
        number = next(self._numbers)
        text = f"{QUESTION} {number}"
        kept.asked += 1
        activity = teams_message(text, f"a:{number}", number, self._service_url)
        began = time.perf_counter()
        try:
            async with self._session.post(f"{url}/api/messages", json=activity) as response:
                await response.read()
        except (aiohttp.ClientError, OSError):
            return  # killed before it answered: nothing was promised
        if response.status == 200:
            kept.took_ms.append((time.perf_counter() - began) * 1000)
            kept.acknowledged.add(text)


async def killed_again_and_again(
    bot: BotCommand, log: Path, crowd: Crowd, kills: int, seconds: float, *, locked: bool
) -> Kept:
    """`seconds` is how long a server lives on average once it answers."""
    kept, lives = Kept(), random.Random(7)  # noqa: S311 (spreads the kills, keeps no secret)
    (await asyncio.to_thread(Server, bot)).stop()  # there is a log to lock
    with _held(log) if locked else _free():
        for _ in range(kills):
            server = await asyncio.to_thread(Server, bot)
            try:
                life_s = lives.uniform(0.3, 2 * seconds - 0.3)
                turns = await crowd.ask(server.url, life_s, kept)
            finally:
                server.kill()
            await asyncio.gather(*turns)
            kept.kills += 1
            if kept.kills % 10 == 0:
                tell(f"{kept.kills} of {kills} kills, {len(kept.acknowledged)} acknowledged")
    await asyncio.to_thread(_catch_up, bot, log.parent / "spool")
    kept.rows = kept_rows(log)
    return kept


def _catch_up(bot: BotCommand, spool: Path) -> None:
    """Leaves a server alone until nothing waits any more."""
    server, began = Server(bot), time.perf_counter()
    try:
        while time.perf_counter() - began < CAUGHT_UP_WITHIN_S:
            log = server.get_json("/readyz")["log"]
            if not (log["queued"] or log["spooled"]["rows"] or any(spool.rglob("*.spool"))):
                return
            time.sleep(0.1)
        tell(f"not caught up within {CAUGHT_UP_WITHIN_S:.0f} s")
    finally:
        server.stop()


def kept_rows(log: Path) -> Counter[str]:
    """How often each question is in the query log."""
    with sqlite3.connect(log) as database:
        found = database.execute("SELECT text FROM questions").fetchall()
    return Counter(text for (text,) in found)


@contextmanager
def _held(log: Path) -> Iterator[None]:
    """Another process writes to the database meanwhile, and does not finish."""
    arguments = [sys.executable, "-c", _HOLD, str(log)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        if holder.stdout is None or not holder.stdout.readline():
            raise RuntimeError(f"{log} could not be locked")
        try:
            yield
        finally:
            holder.communicate()


@contextmanager
def _free() -> Iterator[None]:
    yield


async def measure(
    snapshots: Path, kills: int, rate: float, seconds: float, found: dict[str, Kept]
) -> None:
    """Fills `found` by the name of each run."""

    async def take(request: web.Request) -> web.Response:
        return web.json_response({"id": f"sent-{time.monotonic_ns()}"}, status=201)

    connector = web.Application(client_max_size=4 << 20)
    for path in ("", "/{activity}"):
        connector.router.add_post(f"/v3/conversations/{{chat}}/activities{path}", take)
    pool = aiohttp.TCPConnector(limit=0)
    async with TestServer(connector) as teams, aiohttp.ClientSession(connector=pool) as session:
        crowd = Crowd(rate, session, str(teams.make_url("/")))
        for name, locked in (("database free", False), ("database locked", True)):
            with tempfile.TemporaryDirectory(prefix="signpost-durability-") as folder:
                bot, log = signpost(snapshots, Path(folder)), Path(folder) / "signpost.db"
                found[name] = await killed_again_and_again(
                    bot, log, crowd, kills, seconds, locked=locked
                )
            typer.echo(found[name].line(name))


@app.command()
def durability(
    smoke: Smoke = False,
    snapshots: Snapshots = None,
    kills: Annotated[int, typer.Option(min=1, help="How often the server is killed.")] = 100,
    rate: Annotated[float, typer.Option(min=1, help="Questions a second.")] = 40.0,
    seconds: Annotated[float, typer.Option(min=0.5, help="How long a server lives.")] = 1.5,
) -> None:
    """Count what is lost or doubled when the server is killed under load, also with the database
    locked. Exits with 1 if anything is."""
    found: dict[str, Kept] = {}
    folder = snapshots or sample_snapshots()
    asyncio.run(measure(folder, 1 if smoke else kills, rate, seconds, found))
    if any(kept.lost or kept.doubled or not kept.acknowledged for kept in found.values()):
        raise typer.Exit(1)


if __name__ == "__main__":
    run(app)
