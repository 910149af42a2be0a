"""People who ask, and the connector that takes the bot's replies: one process beside the bots'.

A turn lasts from when its question was to be sent to when its reply arrived at the connector.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from benchmarks.product import teams_message

REPLY_WITHIN_S = 60.0


@dataclass(slots=True)
class Turns:
    """Latencies of all turns that were answered, in ms; how many were refused in words, or not
    answered at all; and how long it took from the first question to the last reply."""

    took_ms: list[float] = field(default_factory=list)
    refused: int = 0
    lost: int = 0
    seconds: float = 0.0

    @property
    def turns_per_s(self) -> float:
        return len(self.took_ms) / self.seconds


class Traffic:
    """Asks each bot `questions` in turn, for ever; each from a chat of its own. Each bot has its
    own turn, so it meets a question again only after all others. `cards` says that an answer is a
    card, and words alone are a refusal."""

    def __init__(
        self, questions: Sequence[str], session: aiohttp.ClientSession, reply_within_s: float
    ) -> None:
        self._questions: defaultdict[str, Iterator[str]] = defaultdict(
            lambda: itertools.cycle(questions)
        )
        self._session = session
        self._reply_within_s = reply_within_s
        self._numbers = itertools.count(1)
        self._replies: dict[str, asyncio.Future[tuple[float, bool]]] = {}
        self.service_url = ""

    async def closed(
        self,
        bot_url: str,
        clients: int,
        *,
        cards: bool,
        seconds: float = math.inf,
        turns: int | None = None,
    ) -> Turns:
        """`clients` people who each ask again as soon as they have their reply, until so many
        seconds have gone or so many questions were asked in all."""
        seen = Turns()
        started = time.perf_counter()
        left = itertools.repeat(None) if turns is None else itertools.repeat(None, turns)

        async def client() -> None:
            for _ in left:
                await self._turn(bot_url, time.perf_counter(), seen, cards)
                if time.perf_counter() - started >= seconds:
                    return

        await asyncio.gather(*(client() for _ in range(clients)))
        seen.seconds = time.perf_counter() - started
        return seen

    async def _turn(self, bot_url: str, due: float, seen: Turns, cards: bool) -> None:
        number = next(self._numbers)
        chat = f"a:{number}"
        replied = self._replies[chat] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(self._reply_within_s):
                activity = teams_message(
                    next(self._questions[bot_url]), chat, number, self.service_url
                )
                async with self._session.post(f"{bot_url}/api/messages", json=activity) as response:
                    await response.read()
                arrived, is_card = await replied
        except (aiohttp.ClientError, TimeoutError):
            seen.lost += 1
        else:
            if cards and not is_card:
                seen.refused += 1
            else:
                seen.took_ms.append((arrived - due) * 1000)
        finally:
            del self._replies[chat]

    async def take(self, request: web.Request) -> web.Response:
        """The connector: takes what a bot sends."""
        arrived = time.perf_counter()
        activity = json.loads(await request.read())
        replied = self._replies.get(request.match_info["chat"])
        if replied and not replied.done() and activity["type"] == "message":
            replied.set_result((arrived, bool(activity.get("attachments"))))
        return web.json_response({"id": f"sent-{next(self._numbers)}"}, status=201)


@asynccontextmanager
async def traffic(
    questions: Sequence[str], *, reply_within_s: float = REPLY_WITHIN_S
) -> AsyncIterator[Traffic]:
    """With the connector listening on loopback."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        made = Traffic(questions, session, reply_within_s)
        app = web.Application(client_max_size=4 << 20)
        for path in ("", "/{activity}"):
            app.router.add_post(f"/v3/conversations/{{chat}}/activities{path}", made.take)
        async with TestServer(app) as server:
            made.service_url = str(server.make_url("/"))
            yield made
