"""The query log as the rest of the product sees it: hand over an event and, if its loss would
matter, wait until it is durable.

Recording puts the event into a bounded backlog; one background task writes many in a transaction,
and the spool has them on disk before (`analytics/spool`). While the database is away the task tries
again, with growing waits, and the backlog fills; when it is full the oldest events make room: what
the spool has is read from there later, and the rest is lost, counted and reported. An event that
the database cannot take is set aside, and those beside it are written.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog

from analytics.database import Database, reason
from analytics.events import Event, is_of_the_event, write_events
from analytics.spool.spool_writer import NOTHING_SPOOLED, Entry, Spool, SpoolStats
from analytics.spool.waiters import Mark, Waiters

BATCH = 200
RETRY_MAX_S = 30.0
REPORT_EVERY_S = 60.0
ADOPT_EVERY_S = 30.0
CLOSE_S = 2.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How much the log holds and how long it waits.

    `capacity` events may be unwritten in memory; one waits `gather_s` for others to share its
    transaction, since all other writers to a SQLite file wait for that. After a failure the log
    waits `retry_first_s`, then twice as long each time, up to 30 seconds. Nobody waits longer than
    `durable_s` for a disk.
    """

    capacity: int = 10_000
    gather_s: float = 0.5
    retry_first_s: float = 0.1
    durable_s: float = 1.0


@dataclass(frozen=True, slots=True)
class LogStats:
    """Counts since the log was opened. `queued` events wait or are being written; `dropped` ones
    found no room, or the log closed before they were anywhere; `refused` ones were malformed.
    `late` turns waited no longer until they were durable; `spooled` is on disk alone."""

    queued: int
    written: int
    dropped: int
    refused: int
    late: int = 0
    spooled: SpoolStats = NOTHING_SPOOLED


class QueryLog:
    """Records events in a database, which may be away, by way of a `spool`, if it is given one.
    `close` writes what is left and closes both.

    `record` can be called from any thread; everything else belongs to the event loop that opened
    the log.
    """

    def __init__(
        self, database: Database, pace: Pace | None = None, spool: Spool | None = None
    ) -> None:
        self._database = database
        self._pace = pace or Pace()
        self._spool = spool

        self._lock = threading.Lock()
        self._waiting: deque[Entry] = deque()
        self._in_flight: list[Entry] = []
        # `_recorded` counts what is read from the spool again, too; `_taken` does not.
        self._recorded = self._taken = 0
        self._written = self._dropped = self._refused = self._late = 0
        self._closed = False

        self._loop = asyncio.get_running_loop()
        self._thread = threading.get_ident()
        self._wake = asyncio.Event()
        self._hurry = asyncio.Event()
        self._settled = asyncio.Condition()
        self._settled_through = 0
        self._reported_dropped = 0
        self._reported_at = self._late_reported_at = float("-inf")
        self._waiters = Waiters(self._is_durable)
        self._adopted_at = float("-inf")
        if spool:
            spool.start(lambda: self._call_soon(self._release))
        self._writer = asyncio.create_task(self._write_forever(), name="query-log-writer")

    @classmethod
    async def open(cls, url: str, pace: Pace | None = None) -> QueryLog:
        """A log in the database at `url`, created or migrated if needed.

        LogError if the database cannot be opened; its message says what to do.
        """
        return cls(await Database.open(url), pace)

    def record(self, event: Event) -> None:
        """Takes the event in. Never waits, never raises; it is durable after the next `durable`."""
        entry = Entry(event)
        with self._lock:
            if self._closed:
                self._dropped += 1
                return
            if self._waiting and len(self._waiting) + len(self._in_flight) >= self._pace.capacity:
                oldest = self._waiting.popleft()
                if not (self._spool and self._spool.release(oldest)):
                    self._dropped += 1
            self._waiting.append(entry)
            self._recorded += 1
            self._taken += 1
            if self._spool:
                self._spool.take(entry)
        if not self._wake.is_set():
            self._call_soon(self._wake.set)

    @property
    def stats(self) -> LogStats:
        spooled = self._spool.stats if self._spool else NOTHING_SPOOLED
        with self._lock:
            queued = len(self._waiting) + len(self._in_flight)
            counts = self._written, self._dropped, self._refused, self._late
            return LogStats(queued, *counts, spooled)

    @property
    def problem(self) -> str:
        """What keeps the log from its work, empty if nothing does."""
        spool = self._spool.problem if self._spool else ""
        return "; ".join(one for one in (self._database.away, spool) if one)

    async def durable(self) -> None:
        """Returns when all that was recorded before is on disk, in the spool or in the database,
        or after a second, if the disk is slower: that is counted and reported. Never raises."""
        mark = Mark(self._recorded, self._taken)
        if self._is_durable(mark):
            return
        waiting = self._waiters.wait(mark, self._pace.durable_s)
        self._loop.call_soon(self._hurry_without_spool)
        if await waiting:
            return
        self._late += 1
        if time.monotonic() - self._late_reported_at >= REPORT_EVERY_S:
            self._late_reported_at = time.monotonic()
            _log.warning("log.late", waited_s=self._pace.durable_s, **self._counts())

    def _is_durable(self, mark: Mark) -> bool:
        if self._closed or (self._spool and self._spool.written >= mark.taken):
            return True
        return self._settled_through >= mark.recorded

    def _release(self) -> None:
        self._waiters.release()
        self._hurry_without_spool()

    def _hurry_without_spool(self) -> None:
        """Where nothing is spooled, the database is all there is to wait for."""
        if self._waiters and (self._spool is None or self._spool.problem):
            self._hurry.set()

    async def flush(self) -> None:
        """Returns when all that was recorded before is in the database and durable, but for what
        was refused or dropped. Waits as long as the database is away: bound it if that matters.
        """
        last = self._recorded
        self._hurry.set()
        async with self._settled:
            await self._settled.wait_for(lambda: self._settled_through >= last or self._closed)

    async def close(self, deadline_s: float = 5.0) -> None:
        """Writes what is left, for at most `deadline_s` and the moment it takes to let go of the
        database. What is not written by then is in the spool, for the next start; without one, and
        if it is recorded afterwards, it counts as dropped."""
        if self._closed:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(0 if self._database.away and self._spool else deadline_s):
                await self.flush()
        with self._lock:
            self._closed = True
        self._writer.cancel()
        await asyncio.wait([self._writer], timeout=CLOSE_S)
        if self._spool:
            await asyncio.to_thread(self._spool.close)
        with self._lock:
            left = [*self._in_flight, *self._waiting]
            self._dropped += sum(entry.segment is None for entry in left)
            self._in_flight.clear()
            self._waiting.clear()
        async with self._settled:
            self._settled.notify_all()
        self._release()
        self._report_dropped(now=float("inf"))
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await self._database.close()

    def _call_soon(self, act: Callable[[], None]) -> None:
        """In the log's own thread."""
        if threading.get_ident() == self._thread:
            act()
        else:
            with suppress(RuntimeError):  # the loop has ended: nobody is left to write
                self._loop.call_soon_threadsafe(act)

    async def _write_forever(self) -> None:
        await self._insist(self._database.ready)
        while True:
            await self._adopt()
            with suppress(TimeoutError):
                async with asyncio.timeout(ADOPT_EVERY_S if self._spool else None):
                    await self._wake.wait()
            self._wake.clear()
            while self._waiting or await self._replay():
                if len(self._waiting) < BATCH:
                    await self._pause(self._pace.gather_s)
                self._take()
                await self._write_in_flight()
                async with self._settled:
                    self._settled.notify_all()
                self._release()

    async def _adopt(self) -> None:
        """Now and then looks for what other processes left in the spool."""
        if self._spool and time.monotonic() - self._adopted_at >= ADOPT_EVERY_S:
            self._adopted_at = time.monotonic()
            await asyncio.to_thread(self._spool.adopt)
            if self._spool.has_replay:
                self._wake.set()

    async def _replay(self) -> bool:
        """Whether there is something to write that only the spool had."""
        if not (self._spool and self._spool.has_replay):
            return False
        entries = await asyncio.to_thread(self._spool.next_replay)
        with self._lock:
            self._waiting.extend(entries)
            self._recorded += len(entries)
        return bool(self._waiting)

    def _take(self) -> None:
        with self._lock:
            count = min(BATCH, len(self._waiting))
            self._in_flight = [self._waiting.popleft() for _ in range(count)]

    async def _write_in_flight(self) -> None:
        async def rest() -> None:
            if self._in_flight:
                await self._settle(list(self._in_flight))

        await self._insist(rest)
        with self._lock:
            self._settled_through = self._recorded - len(self._waiting)
        self._report_dropped(now=time.monotonic())

    async def _insist(self, attempt: Callable[[], Awaitable[None]]) -> None:
        """Tries it until it succeeds, with growing waits."""
        failures, wait_s = 0, self._pace.retry_first_s
        while True:
            try:
                await attempt()
            except Exception as error:  # whatever it is, the writer goes on and keeps the events
                failures += 1
                self._report_failure(error, failures, wait_s)
                await self._pause(wait_s)
                wait_s = min(RETRY_MAX_S, 2 * wait_s)
            else:
                break
        if failures:
            _log.info("log.recovered", failures=failures, **self._counts())

    async def _settle(self, entries: list[Entry]) -> None:
        """Writes `entries`, the first of those in flight; halves them until a malformed one stands
        alone. Raises if the database is in trouble, with the rest still in flight."""
        try:
            async with self._database.writing() as connection:
                await write_events(connection, [entry.event for entry in entries])
        except Exception as error:
            if not is_of_the_event(error):
                raise
            if len(entries) > 1:
                half = len(entries) // 2
                await self._settle(entries[:half])
                await self._settle(entries[half:])
                return
            self._refused += 1
            _log_refused(entries[0].event, error)
        else:
            self._written += len(entries)
        with self._lock:
            del self._in_flight[: len(entries)]
        if self._spool:
            self._spool.settle(entries)

    async def _pause(self, wait_s: float) -> None:
        """Waits, but not while somebody waits for a flush."""
        with suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                await self._hurry.wait()
        self._hurry.clear()

    def _report_failure(self, error: Exception, failures: int, wait_s: float) -> None:
        _log.warning(
            "log.retrying",
            url=self._database.url,
            error=self._database.away or reason(error),
            failures=failures,
            wait_s=wait_s,
            **self._counts(),
        )
        self._report_dropped(now=time.monotonic())

    def _report_dropped(self, *, now: float) -> None:
        """Warns of events lost since the last warning, at most once in a minute."""
        new = self._dropped - self._reported_dropped
        if new and now - self._reported_at >= REPORT_EVERY_S:
            _log.warning("log.dropped", lost=new, capacity=self._pace.capacity, **self._counts())
            self._reported_dropped, self._reported_at = self._dropped, now

    def _counts(self) -> dict[str, int]:
        stats = self.stats
        return {"queued": stats.queued, "dropped": stats.dropped}


def _log_refused(event: Event, error: Exception) -> None:
    """Names the event without what it holds: a driver's message can quote what somebody asked."""
    cause = getattr(error, "orig", None) or error.__cause__ or error
    query_id = getattr(event, "query_id", None)
    _log.error(
        "log.refused",
        kind=type(event).__name__,
        query_id=query_id if isinstance(query_id, str) else None,
        error=type(cause).__name__,
        sqlstate=getattr(cause, "sqlstate", None),
    )
