"""The same work for several who want its result is done once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Flight(Generic[T]):
    """A run of some work, under way or done, for all who want its result.

    Who gives up leaves the run to the others. If nobody is left it is cancelled, unless it
    `goes_on`: then its result is of use without anybody waiting.
    """

    def __init__(self, run: asyncio.Future[T], *, goes_on: bool = False) -> None:
        self._run = run
        self._goes_on = goes_on
        self._waiting = 0
        self._given_up = False
        run.add_done_callback(_look_at_error)

    @property
    def done(self) -> bool:
        """Whether the run has ended, well or not."""
        return self._run.done()

    @property
    def failed(self) -> bool:
        """Whether no result will come any more: the run raised, or nobody waited for it."""
        if self._given_up:
            return True
        return self.done and (self._run.cancelled() or self._run.exception() is not None)

    async def result(self) -> T:
        """What the run gives, as soon as it does. Raises what it raises."""
        self._waiting += 1
        try:
            return await asyncio.shield(self._run)
        finally:
            self._waiting -= 1
            if not (self._waiting or self._goes_on or self.done):
                self._given_up = True  # at once: nobody must join a run that is being cancelled
                self._run.cancel()

    async def stop(self) -> None:
        """Cancel the run, if it is under way."""
        self._run.cancel()
        await asyncio.wait([self._run])


class Renewal:
    """Work that is done anew whenever somebody wants it and no run is under way. A run goes on
    though nobody waits for it any more."""

    def __init__(self, work: Callable[[], Coroutine[Any, Any, None]], name: str) -> None:
        """`name` is that of the task."""
        self._work = work
        self._name = name
        self._flight: Flight[None] | None = None

    async def run(self) -> None:
        """Waits for the run under way, or else for a new one. Raises what it raises."""
        if self._flight is None or self._flight.done:
            task = asyncio.create_task(self._work(), name=self._name)
            self._flight = Flight(task, goes_on=True)
        await self._flight.result()

    async def close(self) -> None:
        """Cancel the run, if one is under way."""
        if self._flight:
            await self._flight.stop()


def _look_at_error(run: asyncio.Future[T]) -> None:
    """If all who waited have given up, asyncio would complain of an error that nobody saw."""
    if not run.cancelled():
        run.exception()
