"""One run of some work for all who want its result at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Shared(Generic[T]):
    """Calling it starts `work`, or joins the run that is under way. A caller who gives up does not
    stop the run for the others."""

    def __init__(self, work: Callable[[], Awaitable[T]], name: str) -> None:
        self._work = work
        self._name = name
        self._run: asyncio.Task[T] | None = None

    async def __call__(self) -> T:
        if self._run is None:
            self._run = asyncio.create_task(self._once(), name=self._name)
            self._run.add_done_callback(self._ended)
        return await asyncio.shield(self._run)

    async def close(self) -> None:
        """Stop a run that is under way."""
        if self._run is not None:
            self._run.cancel()
            await asyncio.wait([self._run])

    async def _once(self) -> T:
        return await self._work()

    def _ended(self, run: asyncio.Task[T]) -> None:
        self._run = None
        if not run.cancelled():
            run.exception()  # all who waited may have given up
