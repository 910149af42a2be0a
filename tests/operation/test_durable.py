"""Nobody is told that something is done before it is kept."""

from __future__ import annotations

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from operation.durable import durable_first


class Log:
    def __init__(self) -> None:
        self.did: list[str] = []

    async def durable(self) -> None:
        self.did.append("kept")


@pytest.mark.parametrize(("path", "status"), [("/done", 204), ("/failed", 409)])
async def test_an_answer_and_an_error_come_after_what_was_recorded(path: str, status: int) -> None:
    log = Log()

    async def done(request: web.Request) -> web.Response:
        log.did.append("recorded")
        return web.Response(status=204)

    async def failed(request: web.Request) -> web.Response:
        log.did.append("recorded")
        raise web.HTTPConflict

    app = web.Application()
    app.add_routes(durable_first(log, [web.post("/done", done), web.post("/failed", failed)]))
    async with TestClient(TestServer(app)) as client:
        assert (await client.post(path)).status == status
    assert log.did == ["recorded", "kept"]
