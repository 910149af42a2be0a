"""The database behind a process's memory: who asks it waits a bounded time, and what
is written is gathered.

While the database is away nobody asks it at all. What was to be written waits, up to a bound, and
is tried again with growing pauses.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import structlog

from analytics.database import reason
from errors import DatabaseAway
from state.database_rows import Change, DatabaseRows
from state.kinds import Row
from state.steady_clock import SteadyClock

R = TypeVar("R")

WAIT_S = 0.25
START_WITHIN_S = 5.0
_GATHER_S = 0.05
_SWEEP_EACH_S = 60.0
_RETRY_FIRST_S, _RETRY_MAX_S = 0.5, 5.0
_UNWRITTEN = 20_000
_CLOSE_S = 2.0

log = structlog.get_logger(__name__)


class Behind:
    """Rows that other processes see, too. `away` is why they cannot be reached, in one line; then
    methods raise DatabaseAway."""

    def __init__(self, rows: DatabaseRows, clock: SteadyClock, wait_s: float) -> None:
        self._rows = rows
        self._clock = clock
        self._wait_s = wait_s
        self._unwritten: dict[bytes, Change] = {}
        self._being_written: dict[bytes, Change] = {}
        self._writing = asyncio.Lock()
        self._wake = asyncio.Event()
        self._asked: set[asyncio.Task[Any]] = set()
        self._tending: asyncio.Task[None] | None = None
        self._follows = False
        self._lost = 0
        self._marked: set[tuple[str, Any]] = set()
        self.away = ""

    async def start(
        self,
        each_s: float,
        *,
        renew: Callable[[], Sequence[Change]],
        forget: Callable[[Collection[str]], object],
    ) -> None:
        """Begins to write what changes. At least every `each_s` seconds what `renew` gives is
        written, and within a minute `forget` is told the marks of whom another process has
        forgotten."""
        with suppress(DatabaseAway):
            await self._ask(self._follow_clock(), START_WITHIN_S)
        self._tending = asyncio.create_task(self._tend(each_s, renew, forget), name="state")

    async def read(self, key: bytes) -> Row | None:
        """The row, unless it has expired."""
        return await self._ask(self._rows.read(key, self._clock()))

    async def claimed_before(self, row: Row) -> Row | None:
        """The row that was there before; None if this one is there now."""
        while not await self._ask(self._rows.claim(row, self._clock())):
            if before := await self.read(row.key):
                return before  # else it ran out between the two statements
        return None

    def change(self, change: Change) -> None:
        """Writes the change soon, in the place of one to the same row that was not written yet."""
        self._unwritten.pop(change.row.key, None)
        self._unwritten[change.row.key] = change
        if len(self._unwritten) > _UNWRITTEN:
            del self._unwritten[next(iter(self._unwritten))]
            self._lost += 1
        self._wake.set()

    def unwritten(self, key: bytes) -> Change | None:
        """What is still to be done with that row."""
        return self._unwritten.get(key) or self._being_written.get(key)

    async def settle(self) -> None:
        """Writes what is to be written now, within the time that somebody who asks has."""
        await self._ask(self._write())

    async def flush(self) -> None:
        """Writes what is to be written now."""
        try:
            await self._write()
        except Exception as error:  # a database raises what it likes
            self._note_away(error)
            raise DatabaseAway(self.away) from error

    async def note_clock(self) -> None:
        """Tells processes that start what the clock shows. Raises what the database raises."""
        await self._rows.note(self._clock.reading())

    async def forget(self, owner: str) -> int:
        """Forgets a person's rows; their number."""
        await self.flush()
        try:
            return await self._rows.forget(owner)
        except Exception as error:  # as in `flush`
            self._note_away(error)
            raise DatabaseAway(self.away) from error

    async def close(self) -> None:
        """Writes what is left and closes the database, within two seconds each."""
        if self._tending:
            self._tending.cancel()
            await asyncio.wait([self._tending])
        for close in (self.flush, self.note_clock, self._rows.close):
            with suppress(Exception):
                async with asyncio.timeout(_CLOSE_S):
                    await close()

    async def _ask(self, work: Coroutine[Any, Any, R], within_s: float | None = None) -> R:
        """The result, or DatabaseAway when it takes too long. The work then goes on by itself: a
        driver that is cut short leaves a connection behind that nobody can use."""
        within_s = within_s or self._wait_s
        if self.away:
            work.close()
            raise DatabaseAway(self.away)
        task = asyncio.create_task(work, name="state-query")
        self._asked.add(task)
        task.add_done_callback(self._ended)
        done, _ = await asyncio.wait({task}, timeout=within_s)
        if not done:
            self._note_away(TimeoutError(f"it did not answer within {within_s:g} seconds"))
            raise DatabaseAway(self.away)
        try:
            return task.result()
        except Exception as error:  # as in `flush`
            self._note_away(error)
            raise DatabaseAway(self.away) from error

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._asked.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, should nobody wait any more

    def _note_away(self, error: Exception) -> None:
        why = reason(error)
        if not self.away:
            log.warning("state.degraded", reason=why)
        self.away = why

    async def _write(self) -> None:
        async with self._writing:
            if not self._unwritten:
                return
            self._being_written, self._unwritten = self._unwritten, {}
            try:
                await self._rows.write(list(self._being_written.values()), self._clock())
            except BaseException:
                self._unwritten = self._being_written | self._unwritten
                raise
            finally:
                self._being_written = {}

    async def _tend(
        self,
        each_s: float,
        renew: Callable[[], Sequence[Change]],
        forget: Callable[[Collection[str]], object],
    ) -> None:
        wait_s, swept_s = _RETRY_FIRST_S, self._clock()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(each_s):
                    await self._wake.wait()
            self._wake.clear()
            await asyncio.sleep(wait_s if self.away else _GATHER_S)
            try:
                if not self._follows:
                    await self._follow_clock()
                for change in renew():
                    self.change(change)
                await self._write()
                if self.away or self._clock() - swept_s >= _SWEEP_EACH_S:
                    await self._sweep(forget)
                    swept_s = self._clock()
            except Exception as error:  # as in `flush`
                self._note_away(error)
                wait_s = min(_RETRY_MAX_S, 2 * wait_s)
            else:
                if self.away:
                    log.info("state.recovered", lost=self._lost)
                self.away, self._lost, wait_s = "", 0, _RETRY_FIRST_S

    async def _follow_clock(self) -> None:
        if reading := await self._rows.noted():
            self._clock.follow(reading)
        self._follows = True

    async def _sweep(self, forget: Callable[[Collection[str]], object]) -> None:
        await self._rows.sweep(self._clock())
        await self.note_clock()
        marked = await self._rows.forgotten()
        forget({mark for mark, _ in marked - self._marked})
        self._marked = marked
