"""Requests that are hardly HTTP: an answer, one event in the log, and no value of any header."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer

from operation.logs import LogFormat, set_up_logging
from tests.fakes.activities import message
from tests.fakes.canaries import planted
from tests.fakes.guarded import Guarded, guarding

SECRET = planted("canary-in-a-header-5d1f")
BODY = json.dumps(message()).encode()
REST = b"Host: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n" % len(BODY)


def post(*headers: bytes) -> bytes:
    lines = b"".join(header + b"\r\n" for header in headers)
    return b"POST /api/messages HTTP/1.1\r\n" + REST + lines + b"\r\n" + BODY


BEARER = b"Authorization: Bearer " + SECRET.encode()
MALFORMED = {
    "a NUL in a header": post(BEARER + b"\0"),
    "a control character in a header": post(BEARER + b"\x01"),
    "a header over many lines": post(BEARER + b"\r\n\tmore" + b"\0"),
    "a header of 20 kB": post(BEARER + b"x" * 20_000),
    "a header without a colon": post(b"Authorization " + SECRET.encode()),
    "a space before the colon": post(b"Authorization : Bearer " + SECRET.encode()),
    "a method that is none": b"\x00" + SECRET.encode() + b" / HTTP/1.1\r\n\r\n",
    "a request line that is none": SECRET.encode() + b"\r\n\r\n",
    "a version that is none": b"POST /" + SECRET.encode() + b" HTTP/x\r\n\r\n",
    "two lengths": post(BEARER, b"Content-Length: 5"),
    "a length that is none": post(BEARER, b"Content-Length: " + SECRET.encode()),
    "chunks that are none": post(BEARER, b"Transfer-Encoding: " + SECRET.encode()),
}
REFUSED = {
    "a token in Latin-1": post(BEARER + b"\xe9"),
    "a token in UTF-8": post(BEARER + "é".encode()),
    "a token with half a character": post(BEARER + b"\xc3"),
    "a token in three parts of Latin-1": post(BEARER + b"\xe9.\xe9.\xe9"),
    "a token of 7 kB": post(BEARER + b"x" * 7000),
    "two tokens": post(BEARER, BEARER),
    "a scheme in Latin-1": post(b"Authorization: \xe9 " + SECRET.encode()),
}


@dataclass
class Wire:
    """A bot reached byte by byte, and what it writes to its log."""

    guarded: Guarded
    log: io.StringIO

    async def send(self, request: bytes) -> tuple[int, str]:
        """The status of the answer, and what was logged meanwhile."""
        self.log.seek(0)
        self.log.truncate()
        server = self.guarded.client.server
        assert isinstance(server, TestServer) and server.port
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(request)
        status = int((await reader.readline()).split()[1])
        writer.close()
        return status, self.log.getvalue()


@pytest.fixture(params=["json", "console"])
def log(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """The log stream as the server sets it up, in both formats."""
    before, root = structlog.get_config(), logging.root
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    log_format: LogFormat = request.param
    set_up_logging("INFO", log_format, stream)
    yield stream
    root.handlers[:], root.level = handlers, level
    logging.captureWarnings(False)
    structlog.configure(**before)


@pytest.fixture
async def wire(log: io.StringIO) -> AsyncIterator[Wire]:
    async with guarding() as guarded:
        yield Wire(guarded, log)


@pytest.mark.parametrize("name", MALFORMED)
async def test_what_is_no_http_is_one_event_without_a_value(wire: Wire, name: str) -> None:
    """aiohttp's own logger would print the line with its token, and a traceback."""
    status, said = await wire.send(MALFORMED[name])
    assert status == 400
    assert len(said.splitlines()) <= 1  # of what is no method at all nothing is said
    assert said == "" or "request.malformed" in said
    assert SECRET not in said and "Traceback" not in said
    assert wire.guarded.conversation.messages == []
    assert (await wire.guarded.post(wire.guarded.bearer())).status == 200


@pytest.mark.parametrize("name", REFUSED)
async def test_a_header_that_makes_no_sense_is_refused_without_its_value(
    wire: Wire, name: str
) -> None:
    status, said = await wire.send(REFUSED[name])
    assert status in {400, 401}
    [line] = said.splitlines()
    assert ("request.refused" if status == 401 else "request.malformed") in line
    assert SECRET not in line
    assert wire.guarded.conversation.messages == []


@pytest.mark.parametrize("log", ["json"], indirect=True)
async def test_libraries_and_warnings_speak_in_the_log_s_own_format(log: io.StringIO) -> None:
    """And below a warning they are not heard: there some tell what passes through them."""
    for name in (
        "aiohttp.server",
        "asyncio",
        "msal",
        "sqlalchemy.engine",
        "alembic",
        "aiohttp.web",
    ):
        logging.getLogger(name).info("passing %s", SECRET)
        logging.getLogger(name).warning("a %s", "warning")
    entries = [json.loads(line) for line in log.getvalue().splitlines()]
    assert {entry["event"] for entry in entries} == {"library.logged"}
    assert {entry["message"] for entry in entries} == {"a warning"}
    assert [entry["logger"] for entry in entries][:2] == ["aiohttp.server", "asyncio"]
    assert {*entries[0]} == {"event", "logger", "message", "level", "timestamp"}


async def test_a_traceback_shows_no_local_variables(log: io.StringIO) -> None:
    async def fail(request: web.Request) -> web.Response:
        question = SECRET
        raise ValueError(len(question))

    app = web.Application()
    app.router.add_get("/", fail)
    async with TestServer(app) as server:
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        async with asyncio.timeout(10):
            while "ValueError" not in log.getvalue():
                await asyncio.sleep(0.005)
        writer.close()
    assert "library.logged" in log.getvalue()
    assert SECRET not in log.getvalue()
