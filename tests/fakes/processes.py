"""Several processes of the bot on one database: each with its own memory, query log and port.

async with process(url, connector) as one, process(url, connector) as other:
    await asyncio.gather(one.post(activity), other.post(activity))

As a program (`python -m tests.fakes.processes URL`) it is a process of its own, which says its port
and whether it was asked something. What it is asked it never answers: it can be killed while it is
at it.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from analytics.database import Database
from analytics.log import QueryLog
from analytics.spool.spool_writer import Spool
from bots.adapter import TeamsAdapter, bot_routes
from bots.conversation import Conversation
from bots.memory import Memory
from bots.teams_bot import TeamsBot
from identity.audiences import Audiences
from retrieval.answer import Answer, Question
from state.state import State
from tests.fakes.connector import FakeConnector
from tests.fakes.hours import Hours
from tests.fakes.parts import FakeAnswerer, FakeLinks, FakeOwnData, FakePseudonyms

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Process:
    """One of them, and what it was asked."""

    client: TestClient[web.Request, web.Application]
    connector: FakeConnector
    state: State
    log: QueryLog
    answerer: FakeAnswerer

    async def post(self, activity: dict[str, Any]) -> ClientResponse:
        """Deliver an activity that asks for replies at the fake connector."""
        body = activity | {"serviceUrl": self.connector.url}
        return await self.client.post("/api/messages", json=body)

    async def settle(self) -> None:
        """What it did is in the database."""
        await self.state.flush()
        await self.log.flush()


@asynccontextmanager
async def process(
    url: str,
    connector: FakeConnector,
    *,
    hours: Hours | None = None,
    lease_s: float = 8.0,
    wait_s: float = 10.0,
    answerer: FakeAnswerer | None = None,
    kept: Callable[[], Awaitable[None]] | None = None,
    spool: Spool | None = None,
) -> AsyncIterator[Process]:
    """One that has started on the database at `url`; it stops as a server does. It waits for the
    database for longer than a server, which a busy machine must not make a test fail."""
    log = QueryLog(await Database.open(url), spool=spool)
    clock = hours.clock() if hours else None
    state = await State.open(url, b"secret", clock=clock, lease_s=lease_s, wait_s=wait_s)
    answerer = answerer or FakeAnswerer()
    conversation = Conversation(
        answerer,
        log,
        FakeLinks(),
        FakePseudonyms(),
        Audiences(),
        own_data=FakeOwnData().parts(),
        memory=Memory(state),
    )
    adapter = TeamsAdapter(None, development=True, state=state, kept=kept or log.durable)
    app = web.Application()
    app.add_routes(bot_routes(adapter, TeamsBot(conversation, state=state)))
    async with TestClient(TestServer(app)) as client:
        yield Process(client, connector, state, log, answerer)
        await adapter.close()
        await state.close()
        await log.close()


@dataclass
class Doomed:
    """A process that takes what it is asked and never answers."""

    program: subprocess.Popen[str]
    port: int

    async def post(self, activity: dict[str, Any], service_url: str) -> None:
        """Returns when the process is at it."""
        body = activity | {"serviceUrl": service_url}
        async with ClientSession() as session:
            post = session.post(f"http://127.0.0.1:{self.port}/api/messages", json=body)
            asking = asyncio.create_task(post.__aenter__())
            assert await asyncio.to_thread(self._line) == "asked"
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    def kill(self) -> None:
        self.program.kill()
        self.program.wait()

    def _line(self) -> str:
        assert self.program.stdout
        return self.program.stdout.readline().strip()


@contextmanager
def doomed_process(url: str, lease_s: float) -> Iterator[Doomed]:
    command = [sys.executable, "-m", "tests.fakes.processes", url, str(lease_s)]
    program = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert program.stdout
    try:
        yield Doomed(program, int(program.stdout.readline()))
    finally:
        program.kill()
        program.wait()
        program.stdout.close()


class _Silent(FakeAnswerer):
    async def answer(self, question: Question) -> Answer:
        print("asked", flush=True)
        await asyncio.Event().wait()
        raise AssertionError


async def _run(url: str, lease_s: float) -> None:
    nobody = FakeConnector()
    async with process(url, nobody, lease_s=lease_s, answerer=_Silent()) as one:
        print(one.client.port, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_run(sys.argv[1], float(sys.argv[2])))
