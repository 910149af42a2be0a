"""What goes on beside the turns, and how the server ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

from aiohttp import web

from retrieval.serving.machine import give_back_freed

_GIVE_BACK_EACH_S = 60.0  # it holds all threads that want memory, for 10 ms


def closing(
    *closers: Callable[[], Awaitable[None]],
) -> Callable[[web.Application], AsyncIterator[None]]:
    """Drains in order when the server stops: no more turns, then no more answers, then the log."""

    async def context(app: web.Application) -> AsyncIterator[None]:
        yield
        for close in closers:
            await close()

    return context


def running(
    name: str, work: Callable[[], Coroutine[Any, Any, None]]
) -> Callable[[web.Application], AsyncIterator[None]]:
    """Goes on beside the turns for as long as the server runs."""

    async def context(app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(work(), name=name)
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    return context


async def give_back() -> None:
    """Freed memory goes back to the system now and then."""
    while True:
        await asyncio.to_thread(give_back_freed)
        await asyncio.sleep(_GIVE_BACK_EACH_S)
