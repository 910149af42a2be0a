"""Where the time of an answer goes."""

from __future__ import annotations

import time


class Stopwatch:
    """Runs from its making; `laps_ms` holds the milliseconds of each lap by name."""

    def __init__(self) -> None:
        self._started = self._last = time.perf_counter()
        self.laps_ms: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """Ends a lap: the time since the one before goes to `name`."""
        now = time.perf_counter()
        self.laps_ms[name] = self.laps_ms.get(name, 0.0) + (now - self._last) * 1000
        self._last = now

    @property
    def total_ms(self) -> float:
        return (time.perf_counter() - self._started) * 1000
