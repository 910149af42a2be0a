"""Sessions that ended before their time: somebody signed out, or was signed out."""

from __future__ import annotations

import time
from collections.abc import Callable

from cachetools import TTLCache

from state.kinds import DAY_S, Kind
from state.state import State

KNOWN_S = 5.0
_ENDED = Kind.of("session-ended.1", float, DAY_S)  # no session is good for longer


class Endings:
    """Keeps them for all processes (`identity.sessions.EarlyEndings`). What another process ended
    is known here within five seconds; while the database is away, once it is back."""

    def __init__(self, state: State, clock: Callable[[], float] = time.monotonic) -> None:
        self._state = state
        self._known: TTLCache[str, float | None] = TTLCache(10_000, KNOWN_S, clock)

    async def ended_at(self, name: str) -> float | None:
        if name not in self._known:
            found = await self._state.get(_ENDED, name)
            self._known[name] = found
        return self._known.get(name)

    async def end(self, name: str, at: float) -> None:
        self._known[name] = at
        self._state.put(_ENDED, (name,), at)
