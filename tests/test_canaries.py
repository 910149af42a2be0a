"""The watch over log lines can fail: it sees a secret or a question wherever one is logged."""

from __future__ import annotations

import logging

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from structlog.testing import capture_logs

from tests.fakes.canaries import WATCH, planted

SECRET = planted("canary-that-is-meant-to-leak")


def test_it_sees_what_our_own_loggers_say_even_where_a_test_captures_it() -> None:
    with capture_logs():
        structlog.get_logger().info("token.checked", token=SECRET)
        structlog.get_logger().bind(question=SECRET).warning("asked")
    assert len(WATCH.take()) == 2


def test_it_sees_what_libraries_say_and_the_tracebacks_of_both() -> None:
    try:
        int(SECRET)
    except ValueError:
        structlog.get_logger().exception("turn.failed")
        logging.getLogger("library").exception("it broke")
    logging.getLogger("library").error("a token: %s", SECRET)
    assert len(WATCH.take()) == 3


@pytest.mark.parametrize("sent", ["header", "question", "search"])
async def test_what_a_test_sends_is_planted_by_itself(sent: str) -> None:
    word = f"sent-as-{sent}-without-planting"

    async def leak(request: web.Request) -> web.Response:
        structlog.get_logger().info("leaking", word=word)
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/", leak)
    async with TestClient(TestServer(app)) as client:
        if sent == "header":
            await client.post("/", headers={"Authorization": f"Bearer {word}"})
        elif sent == "question":
            await client.post("/", json={"type": "message", "text": word})
        else:
            await client.get("/", params={"q": word})
    assert len(WATCH.take()) == 1


def test_what_holds_nothing_is_no_leak() -> None:
    structlog.get_logger().info("query.answered", outcome="answered")
    logging.getLogger("library").warning("nothing of note")
    assert WATCH.take() == []
