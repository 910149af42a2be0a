"""A link that was tampered with, leads elsewhere or has expired: 400, no redirect, nothing told."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from analytics.links import Links
from keys import Keys
from portal.opening import open_routes
from tests.fakes.parts import FakeRecorder
from tests.portal.fakes import KEYS, ORIGIN, visitors

TARGET = "https://intranet.example.com/guide.pdf#page=4"
LINKS = Links(KEYS, ORIGIN)
QUERY_ID = "0123456789abcdef0123456789abcdef"


async def _assert_refused(*tokens: str) -> None:
    recorder = FakeRecorder()
    app = web.Application()

    class Nothing:
        def resource(self, resource_id: str) -> None:
            return None

    app.add_routes(open_routes(LINKS, recorder, Nothing(), visitors()))
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        for token in tokens:
            response = await client.get(f"/o/{token}", allow_redirects=False)
            text = await response.text()
            assert (response.status, response.headers.get("Location")) == (400, None), token
            assert "Ask the question again" in text
            assert "intranet.example.com" not in text
            assert "Traceback" not in text
    assert recorder.events == []


def _token(url: str = TARGET, links: Links = LINKS) -> str:
    return links.link(QUERY_ID, 1, url, "r1").rpartition("/")[2]


async def test_a_link_that_was_tampered_with_leads_nowhere() -> None:
    token = _token()
    changed = [
        token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        for at in range(0, len(token), 7)
    ]
    await _assert_refused(*changed, token[:-1], token[1:], token + "AAAA", token * 2)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "//evil.example/",
        "/\\evil.example",
        "/a\r\nSet-Cookie: x=1",
        "https://good.example/\nLocation: https://evil.example",
        "data:text/html,<script>alert(1)</script>",
    ],
)
async def test_an_address_that_no_browser_may_be_sent_to_leads_nowhere_even_if_sealed(
    url: str,
) -> None:
    content = zlib.compress(json.dumps([QUERY_ID, 1, url, "r1", 0]).encode())
    await _assert_refused(KEYS.seal("link").encrypt(content).decode().rstrip("="))


async def test_a_link_to_a_foreign_address_that_we_did_not_seal_leads_nowhere() -> None:
    stranger = Links(Keys(b"the secret of somebody else"), ORIGIN)
    other_use = KEYS.seal("session").encrypt(b"[]").decode()
    await _assert_refused(
        _token("https://evil.example/", stranger), other_use, "https:%2F%2Fevil.example"
    )


async def test_a_link_that_has_expired_leads_nowhere() -> None:
    now = datetime.now(UTC).timestamp()
    long_ago = Links(KEYS, ORIGIN, clock=lambda: now - 31 * 86_400)
    await _assert_refused(_token(links=long_ago))
