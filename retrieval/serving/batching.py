"""Questions that wait are taken up in fair shares, by few workers and without waiting for more.

A worker that is free takes ceil(waiting / free workers) of what waits, at most a limit: alone, a
question is begun at once; under load many are encoded in one go, and no core idles while another
has a long share (docs/adr/0010-shares-of-what-waits.md).
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from typing import Generic, TypeVar

import structlog

from errors import Overloaded

WORKERS = 2  # one thread each: more of them, or of threads within them, gained nothing
SHARE = 8  # questions; a longer share makes its first wait more than it saves its last
# Questions that may wait. The slowest encoder measured answers 80 a second with two workers, so
# the last of these waits 3 s; people are told to come back rather than kept for longer.
CAPACITY = 256

Q = TypeVar("Q")
A = TypeVar("A")

_log = structlog.get_logger(__name__)


class Job(Generic[Q, A]):
    """Something asked, and who waits for its answer. A worker calls `answer` or `fail`, once."""

    def __init__(self, asked: Q, answered: asyncio.Future[A], settle: Callable[..., None]) -> None:
        self.asked = asked
        self._answered = answered
        self._settle = settle

    @property
    def wanted(self) -> bool:
        """Whether somebody still waits for it."""
        return not self._answered.done()

    def answer(self, answer: A) -> None:
        self._settle(self._answered, answer, None)

    def fail(self, error: Exception) -> None:
        self._settle(self._answered, None, error)


class Shares(Generic[Q, A]):
    """Has `work` done on shares of what is asked, by `workers` threads of `executor` at most.

    `work` is called in a thread with jobs that somebody waits for, and settles each as soon as it
    can; `share` says how many it takes at most.
    """

    def __init__(
        self,
        executor: Executor,
        work: Callable[[Sequence[Job[Q, A]]], None],
        *,
        share: Callable[[], int] = lambda: SHARE,
        workers: int = WORKERS,
        capacity: int = CAPACITY,
    ) -> None:
        self._executor = executor
        self._work = work
        self._share = share
        self._workers = workers
        self._capacity = capacity
        self._lock = threading.Lock()
        self._waiting: deque[Job[Q, A]] = deque()
        self._running = 0  # workers under way
        self._busy = 0  # of which with a share in hand
        self._settled: deque[tuple[asyncio.Future[A], A, Exception | None]] = deque()
        self._overloaded = False

    def ask(self, asked: Q) -> asyncio.Future[A]:
        """A future of the answer; cancelled in time, it is never begun. Call it on the event loop.
        Raises Overloaded if too many wait already."""
        answered: asyncio.Future[A] = asyncio.get_running_loop().create_future()
        job = Job(asked, answered, self._settle)
        with self._lock:
            if len(self._waiting) >= self._capacity:
                self._refuse()
            self._waiting.append(job)
            starts = self._running < self._workers
            self._running += starts
        answered.add_done_callback(lambda future: self._forget(job) if future.cancelled() else None)
        if starts:
            self._executor.submit(self._serve)
        return answered

    @property
    def waiting(self) -> int:
        """How many questions no worker has taken up yet."""
        return len(self._waiting)

    def _refuse(self) -> None:
        if not self._overloaded:  # told once, until nothing waits any more
            self._overloaded = True
            _log.warning("questions.overloaded", waiting=self._capacity)
        raise Overloaded(
            f"{self._capacity} questions wait already: ask again in a moment, or give the server "
            "more processors"
        )

    def _forget(self, job: Job[Q, A]) -> None:
        with self._lock, suppress(ValueError):  # a worker may have it
            self._waiting.remove(job)

    def _serve(self) -> None:
        while jobs := self._take():
            try:
                self._work(jobs)
            except Exception as error:  # told to whoever asked; the worker goes on
                for job in jobs:
                    job.fail(error)
            with self._lock:
                self._busy -= 1

    def _take(self) -> list[Job[Q, A]]:
        """This worker's share; empty if nothing waits, and then the worker has ended."""
        with self._lock:
            if not self._waiting:
                self._running -= 1
                self._overloaded = False
                return []
            fair = -(-len(self._waiting) // (self._workers - self._busy))
            self._busy += 1
            return [self._waiting.popleft() for _ in range(min(fair, self._share()))]

    def _settle(self, answered: asyncio.Future[A], answer: A, error: Exception | None) -> None:
        """Wakes the loop once for all that is settled before it comes round."""
        with self._lock:
            self._settled.append((answered, answer, error))
            wakes = len(self._settled) == 1
        if wakes:
            answered.get_loop().call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        with self._lock:
            settled, self._settled = self._settled, deque()
        for answered, answer, error in settled:
            if answered.done():  # given up, or failed after all
                continue
            if error is None:
                answered.set_result(answer)
            else:
                answered.set_exception(error)
