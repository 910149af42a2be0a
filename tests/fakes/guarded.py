"""A bot with credentials, reached as Teams reaches it, and the services around it.

async with guarding() as guarded:
    await guarded.post(guarded.bearer())
    assert guarded.connector.said == ["You said: hi"]
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bots.adapter import TeamsAdapter, bot_routes
from bots.outgoing.credentials import Credentials
from bots.outgoing.service_url import ServiceUrlCheck, this_machine
from bots.teams_bot import TeamsBot
from errors import TokenUnavailable
from tests.fakes import activities as teams
from tests.fakes.connector import FakeConnector
from tests.fakes.conversation import FakeConversation
from tests.fakes.key_server import KeyServer, token

CREDENTIALS = Credentials(teams.APP_ID, tenant_id=teams.TENANT_ID, password="made up")


@dataclass
class SignIn:
    """The sign-in service: hands out numbered tokens, and knows in which threads. `lifetime_s` is
    how long they are good; while it is `down` it gives none."""

    gate: threading.Event = field(default_factory=threading.Event)
    given: list[str] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    lifetime_s: float = 3600.0
    down: bool = False

    def __call__(self) -> tuple[str, float]:
        self.gate.wait(10)
        self.threads.add(threading.get_ident())
        if self.down:
            raise TokenUnavailable("the sign-in service is down")
        self.given.append(f"bot-token-{len(self.given) + 1}")
        return self.given[-1], self.lifetime_s


@dataclass
class Guarded:
    client: TestClient[web.Request, web.Application]
    adapter: TeamsAdapter
    connector: FakeConnector
    conversation: FakeConversation
    keys: KeyServer
    sign_in: SignIn

    async def post(self, authorization: str | None, **fields: Any) -> ClientResponse:
        activity = teams.message() | {"serviceUrl": self.connector.url} | fields
        headers = {} if authorization is None else {"Authorization": authorization}
        return await self.client.post("/api/messages", json=activity, headers=headers)

    def bearer(self, **changes: Any) -> str:
        return f"Bearer {token(self.connector.url, **changes)}"


@asynccontextmanager
async def guarding(services: ServiceUrlCheck = this_machine) -> AsyncIterator[Guarded]:
    """`services` says where no reply may go; the fake connector is on this machine."""
    conversation, sign_in = FakeConversation(), SignIn()
    sign_in.gate.set()
    with KeyServer() as keys:
        adapter = TeamsAdapter(
            CREDENTIALS,
            allowed_tenants=[teams.TENANT_ID.upper()],
            services=services,
            openid_url=keys.openid_url,
            acquire=sign_in,
        )
        app = web.Application()
        app.add_routes(bot_routes(adapter, TeamsBot(conversation)))
        async with FakeConnector() as connector, TestClient(TestServer(app)) as client:
            yield Guarded(client, adapter, connector, conversation, keys, sign_in)
            await adapter.close()


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that another thread or task brings about."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)
