"""An executor that does nothing until it is told to."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any


class LaterExecutor(Executor):
    """Runs what it was handed, in the caller's thread, one piece for each `run_next`."""

    def __init__(self) -> None:
        self.handed: deque[Callable[[], Any]] = deque()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.handed.append(lambda: fn(*args, **kwargs))
        return Future()

    def run_next(self) -> None:
        self.handed.popleft()()
