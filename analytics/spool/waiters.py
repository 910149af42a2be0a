"""Who waits until what was recorded is on disk."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple


class Mark(NamedTuple):
    """How far the log was: the numbers of events in it, and of those that the spool was given."""

    recorded: int
    taken: int


class Waiters:
    """In the order of their marks. Belongs to one event loop."""

    def __init__(self, is_durable: Callable[[Mark], bool]) -> None:
        self._is_durable = is_durable
        self._waiting: deque[tuple[Mark, asyncio.Future[None]]] = deque()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    async def wait(self, mark: Mark, within_s: float) -> bool:
        """Whether everything up to the mark is durable within that time."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append((mark, waiter))
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await waiter
                return True
        return False

    def release(self) -> None:
        """Lets go those whose mark is reached, and forgets those who have gone."""
        while self._waiting:
            mark, waiter = self._waiting[0]
            if not (waiter.done() or self._is_durable(mark)):
                return
            self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
