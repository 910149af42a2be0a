"""Nothing is acknowledged before it is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol

from aiohttp import web


class Durable(Protocol):
    """The query log."""

    async def durable(self) -> None:
        """Returns when all that was recorded before is on disk, or after a bounded time."""


def durable_first(log: Durable, routes: Iterable[web.RouteDef]) -> list[web.RouteDef]:
    """The same routes. Whoever gets an answer from them, or an error, may rely on it that what was
    recorded on the way is on disk."""
    return [
        web.route(one.method, one.path, _after(log, one.handler), **one.kwargs) for one in routes
    ]


def _after(
    log: Durable, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        finally:
            await log.durable()

    return answer
