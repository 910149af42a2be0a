"""Time that passes when a test says so."""

from __future__ import annotations

from dataclasses import dataclass

from state.steady_clock import SteadyClock


@dataclass
class Hours:
    """How long a machine has run, and its date, which may be set."""

    running_s: float = 1000.0
    date_s: float = 1.8e9

    def pass_by(self, seconds: float) -> None:
        self.running_s += seconds
        self.date_s += seconds

    def clock(self) -> SteadyClock:
        """That of one process on the machine."""
        return SteadyClock(lambda: self.running_s, lambda: self.date_s)
