"""An endpoint with OpenAI's Chat Completions that says what it is told to.

async with ChatServer("first reply", throttled()) as server:
    ...  # a client of server.url
    assert server.asked == ["what was sent to the model"]
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer


@dataclass(frozen=True)
class Refusal:
    """An answer that is no completion."""

    status: int
    body: str = '{"error": {"message": "made up"}}'
    headers: Mapping[str, str] = field(default_factory=dict)


class ChatServer:
    """Gives the answers in turn, then the last for ever. A text is what the model says."""

    def __init__(self, *answers: str | Refusal | None) -> None:
        self.requests: list[dict[str, Any]] = []
        self.authorization: list[str | None] = []
        self._answers = list(answers)
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._complete)
        self._server = TestServer(app, host="127.0.0.1")
        self.url = ""

    async def __aenter__(self) -> ChatServer:
        await self._server.start_server()
        self.url = str(self._server.make_url("/v1"))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    @property
    def asked(self) -> list[str]:
        """What the user's messages said."""
        return [request["messages"][-1]["content"] for request in self.requests]

    async def _complete(self, request: web.Request) -> web.Response:
        self.requests.append(await request.json())
        self.authorization.append(request.headers.get("Authorization"))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Refusal):
            return web.Response(status=answer.status, text=answer.body, headers=answer.headers)
        message = {"role": "assistant", "content": answer}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        return web.Response(
            text=json.dumps({"object": "chat.completion", "choices": [choice]}),
            content_type="application/json",
        )
