"""The clock that what is kept expires by: the system's may jump by a day, this one goes on.

It runs as the machine does, whatever its date is set to, and processes agree on it: each notes now
and then what it shows (`Reading`), and one that starts goes on from the latest note. It counts the
time since then by the date, so a jump is felt only if it falls between the note and the start; the
clock never goes back.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec


def _running_s() -> float:
    """Seconds that the machine has run, its sleep among them where the system tells that."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class Reading(msgspec.Struct, frozen=True):
    """What the clock showed when the date was `date_s`, in seconds since 1970."""

    shown_s: float
    date_s: float


class SteadyClock:
    """Seconds; the first ever agree with those since 1970."""

    def __init__(
        self,
        running: Callable[[], float] = _running_s,
        date: Callable[[], float] = time.time,
    ) -> None:
        self._running = running
        self._date = date
        self._ahead_s = date() - running()

    def __call__(self) -> float:
        return self._running() + self._ahead_s

    def follow(self, noted: Reading) -> None:
        """Goes on from what another process noted."""
        since_s = max(0.0, self._date() - noted.date_s)
        self._ahead_s = noted.shown_s + since_s - self._running()

    def reading(self) -> Reading:
        """What it shows now, to be noted."""
        return Reading(self(), self._date())
