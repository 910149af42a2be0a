"""A running bot, reached over HTTP as Teams reaches it, with a connector that records.

async with running() as bot:
    await bot.post(activities.message("hi"))
    assert bot.connector.said == ["You said: hi"]
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from bots.adapter import TeamsAdapter, bot_routes
from bots.teams_bot import Extension, TeamsBot
from tests.fakes.connector import FakeConnector
from tests.fakes.conversation import FakeConversation

URL = "/api/messages"


@dataclass
class Running:
    """A bot in development mode and what it talks to."""

    client: TestClient[web.Request, web.Application]
    connector: FakeConnector
    conversation: FakeConversation

    async def post(self, activity: dict[str, Any]) -> ClientResponse:
        """Deliver an activity that asks for replies at the fake connector."""
        body = activity | {"serviceUrl": self.connector.url}
        return await self.client.post(URL, json=body)


@asynccontextmanager
async def running(
    *,
    answer_within_s: float = 30.0,
    extension: Extension | None = None,
    targeted: bool = False,
) -> AsyncIterator[Running]:
    """The bot's own routes in an application, around a fake conversation."""
    conversation = FakeConversation()
    bot = TeamsBot(
        conversation,
        typing_after_s=0.05,
        answer_within_s=answer_within_s,
        extension=extension,
        targeted=targeted,
    )
    adapter = TeamsAdapter(None, development=True)
    app = web.Application()
    app.add_routes(bot_routes(adapter, bot))
    async with FakeConnector() as connector, TestClient(TestServer(app)) as client:
        yield Running(client, connector, conversation)
        await adapter.close()
