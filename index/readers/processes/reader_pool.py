"""A few processes that read many files."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import TypeVar

from index.readers.processes.reader_process import ReaderProcess

_Answer = TypeVar("_Answer")


class ReaderPool:
    """Lends a process to each file; as many at once as there are workers."""

    def __init__(self, workers: int, *, timeout_s: float, memory_mb: int) -> None:
        self._timeout_s = timeout_s
        self._memory_mb = memory_mb
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="extraction")
        self._idle: SimpleQueue[ReaderProcess] = SimpleQueue()
        self._alive: set[ReaderProcess] = set()
        self._is_closed = False

    def __enter__(self) -> ReaderPool:
        return self

    def __exit__(self, *exception: object) -> None:
        # First the processes: a thread that waits for one wakes up when it is gone.
        self._is_closed = True
        for process in list(self._alive):
            process.kill()
        self._threads.shutdown(cancel_futures=True)

    def submit(self, work: Callable[[ReaderProcess], _Answer]) -> Future[_Answer]:
        """What the work gets out of a process, or the ReadError that it raises."""
        return self._threads.submit(self._lend, work)

    def _lend(self, work: Callable[[ReaderProcess], _Answer]) -> _Answer:
        try:
            process = self._idle.get_nowait()
        except Empty:
            process = self._start()
        try:
            return work(process)
        finally:
            if process.is_usable:
                self._idle.put(process)
            else:
                self._drop(process)

    def _start(self) -> ReaderProcess:
        process = ReaderProcess(timeout_s=self._timeout_s, memory_mb=self._memory_mb)
        self._alive.add(process)
        if self._is_closed:
            process.kill()
        return process

    def _drop(self, process: ReaderProcess) -> None:
        process.kill()
        self._alive.discard(process)
