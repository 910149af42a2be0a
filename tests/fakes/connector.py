"""A connector that records what a bot sends, and fails when told to.

async with FakeConnector() as connector:
    ...  # a bot that is given activities(service_url=connector.url)
    assert [m["text"] for m in connector.messages] == ["Hello"]
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass(frozen=True)
class Sent:
    """One request that the bot made. `activity_id` is the message that it answers or replaces."""

    method: str
    path: str
    conversation_id: str
    activity_id: str | None
    activity: dict[str, Any]
    headers: Mapping[str, str]
    peer: tuple[str, int]
    targeted: bool = False


@dataclass(frozen=True)
class Failure:
    """An answer to give instead of taking a message. `hang` gives none; `drop` takes the request
    and closes the connection."""

    status: int = 500
    body: str = '{"error": {"code": "ServiceError", "message": "made up"}}'
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: bool = False
    drop: bool = False


HANG = Failure(hang=True)
DROP = Failure(drop=True)


SEVERAL = Failure(400, '{"error": {"code": "BadSyntax", "message": "several messages"}}')


def throttled(retry_after: str = "0") -> Failure:
    return Failure(429, headers={"Retry-After": retry_after})


class FakeConnector:
    """Takes messages as Teams' connector does. `url` is its service URL, once it is entered."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.refused: list[Sent] = []
        self._failures: deque[Failure] = deque()
        self._failing: Failure | None = None
        self.ids: list[str] = []
        self._arrived = asyncio.Condition()
        self._stopped = asyncio.Event()
        self._server = TestServer(self.app(), host="127.0.0.1")
        self.url = ""

    def app(self) -> web.Application:
        app = web.Application(client_max_size=4 << 20)
        conversation = "/v3/conversations/{conversation}/activities"
        app.router.add_post(conversation, self._take)
        app.router.add_post(conversation + "/{activity}", self._take)
        app.router.add_put(conversation + "/{activity}", self._take)
        app.router.add_delete(conversation + "/{activity}", self._take)
        app.router.add_get("/v3/conversations/{conversation}/members/{member}", self._member)
        return app

    async def __aenter__(self) -> FakeConnector:
        await self._server.start_server()
        self.url = str(self._server.make_url("/"))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stopped.set()
        await self._server.close()

    def fail(self, *failures: Failure) -> None:
        """Answer the next requests so, one each, and take those after them."""
        self._failures.extend(failures)

    def fail_always(self, failure: Failure | None) -> None:
        """Answer every request so, until told otherwise."""
        self._failing = failure

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The messages posted, in order of arrival."""
        return [
            sent.activity
            for sent in self.sent
            if sent.method == "POST" and sent.activity.get("type") == "message"
        ]

    @property
    def said(self) -> list[str]:
        """The words of the messages posted: their texts, or the summaries of their cards."""
        return [message.get("text") or message.get("summary", "") for message in self.messages]

    @property
    def typing(self) -> list[dict[str, Any]]:
        """The typing indicators posted."""
        return [sent.activity for sent in self.sent if sent.activity.get("type") == "typing"]

    @property
    def updates(self) -> list[Sent]:
        """The messages that were put in the place of others."""
        return [sent for sent in self.sent if sent.method == "PUT"]

    @property
    def attempts(self) -> list[Sent]:
        """Every request, taken or not."""
        return self.refused + self.sent

    async def arrived(self, count: int, within_s: float = 5.0) -> None:
        """Wait until `count` requests were taken."""
        async with asyncio.timeout(within_s), self._arrived:
            await self._arrived.wait_for(lambda: len(self.sent) >= count)

    async def _take(self, request: web.Request) -> web.StreamResponse:
        body = await request.json() if request.can_read_body else {}
        assert request.transport is not None
        sent = Sent(
            request.method,
            request.path,
            request.match_info["conversation"],
            request.match_info.get("activity"),
            body,
            dict(request.headers),
            request.transport.get_extra_info("peername"),
            request.query.get("isTargetedActivity") == "true",
        )
        failure = self._failures.popleft() if self._failures else self._failing
        if request.method == "PUT" and _parts(body) > 1:
            failure = failure or SEVERAL
        if failure:
            self.refused.append(sent)
            return await self._fail(request, failure)
        self.sent.append(sent)
        async with self._arrived:
            self._arrived.notify_all()
        if _parts(body) > 1:
            return web.Response(status=202)
        status = 201 if request.method == "POST" else 200
        self.ids.append(f"sent-{len(self.ids) + 1}")
        return web.json_response({"id": self.ids[-1]}, status=status)

    async def _fail(self, request: web.Request, failure: Failure) -> web.StreamResponse:
        if failure.hang:
            await self._stopped.wait()
        if failure.drop and request.transport:
            request.transport.close()
        return web.Response(status=failure.status, text=failure.body, headers=failure.headers)

    async def _member(self, request: web.Request) -> web.Response:
        """A profile, which this bot has no need to ask for: asking counts as a request."""
        member = request.match_info["member"]
        self.sent.append(
            Sent("GET", request.path, request.match_info["conversation"], member, {}, {}, ("", 0))
        )
        return web.json_response({"id": member, "name": "Anna Weber"})


def _parts(activity: Mapping[str, Any]) -> int:
    """How many messages Teams makes of an activity."""
    if activity.get("attachmentLayout") == "carousel":
        return 1
    return bool(activity.get("text")) + len(activity.get("attachments") or ())


def closed_url() -> str:
    """A service URL where nobody listens: connections to it are refused."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"
