"""What the benchmark of the message extension asks, and what it takes for an answer."""

from __future__ import annotations

import itertools

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from benchmarks.message_extension import Compose
from bots import wording
from tests.bots.extension.test_search_extension import LEAVE, Box
from tests.fakes.running import URL, running


async def test_each_way_is_answered_by_the_real_endpoint() -> None:
    box = Box()
    async with running(extension=box.it) as bot, aiohttp.ClientSession() as session:
        server = str(bot.client.make_url("")).rstrip("/")
        compose = Compose(server, LEAVE.url, itertools.cycle(["how do I claim", "leave"]))
        for name in ("search", "list to begin with", "link", "message"):
            await compose.ways[name](session)
        assert [one.text for one in box.answerer.questions] == ["how do I claim", "leave"]


@pytest.mark.parametrize("body", [{}, {"task": {"type": "message", "value": wording.BUSY}}])
async def test_nothing_and_come_back_later_are_no_answers(body: dict[str, object]) -> None:
    app = web.Application()

    async def reply(request: web.Request) -> web.Response:
        return web.json_response(body)

    app.router.add_post(URL, reply)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        compose = Compose(str(server.make_url("")).rstrip("/"), "", itertools.repeat("x"))
        with pytest.raises(RuntimeError, match="was answered with 200"):
            await compose.message(session)
