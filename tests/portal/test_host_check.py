"""Requests that name another host or come from another page: a site that poses as ours."""

from __future__ import annotations

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from portal.host_check import host_check

PUBLIC = "https://signpost.example.com"


async def _status(host: str, path: str = "/", *, development: bool, **headers: str) -> int:
    """What a request to `host` gets; PORT in it is the server's."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response()

    check = host_check(PUBLIC, development=development, exempt=("/healthz",))
    app = web.Application(middlewares=[check])
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        port = str(client.port)
        sent = {name: value.replace("PORT", port) for name, value in headers.items()}
        response = await client.post(path, headers={"Host": host.replace("PORT", port), **sent})
        return response.status


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:PORT", 200),
        ("localhost:PORT", 200),
        ("LOCALHOST:PORT", 200),
        ("[::1]:PORT", 200),
        ("127.0.0.1:1", 421),
        ("localhost", 421),
        ("evil.example:PORT", 421),
        ("127.0.0.1.evil.example:PORT", 421),
        ("localhost.:PORT", 421),
        ("", 421),
    ],
)
async def test_in_development_only_names_of_this_machine_are_answered(
    host: str, status: int
) -> None:
    assert await _status(host, development=True) == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1:PORT", 200),
        ("http://localhost:PORT", 421),
        ("http://127.0.0.1:1", 421),
        ("https://evil.example", 421),
    ],
)
async def test_a_page_elsewhere_sends_nothing(origin: str, status: int) -> None:
    assert await _status("127.0.0.1:PORT", development=True, Origin=origin) == status


@pytest.mark.parametrize(
    ("host", "path", "status"),
    [
        ("signpost.example.com", "/", 200),
        ("127.0.0.1:PORT", "/", 421),
        ("evil.example", "/o/x", 421),
        ("10.0.0.7:3978", "/healthz", 200),
    ],
)
async def test_in_production_the_public_name_is_answered_and_health_by_any(
    host: str, path: str, status: int
) -> None:
    assert await _status(host, path, development=False) == status
