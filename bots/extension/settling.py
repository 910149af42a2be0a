"""Questions, not keystrokes: Teams searches whenever somebody pauses."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from analytics.events import Event
from showing.ports import Recorder

_SETTLED_S = 3.0


@dataclass(slots=True)
class Settling:
    """Records a search once its asker has searched for nothing else for three seconds, or for
    something that does not go on from it. What waits when the server stops is recorded then."""

    recorder: Recorder
    settled_s: float = _SETTLED_S
    _waiting: dict[str, tuple[str, Event, asyncio.TimerHandle]] = field(default_factory=dict)

    def note(self, asker: str, text: str, event: Event) -> None:
        """Somebody searched for that. Needs a running event loop."""
        if before := self._waiting.pop(asker, None):
            typed, earlier, timer = before
            timer.cancel()
            if not _goes_on(typed, text):
                self.recorder.record(earlier)
        timer = asyncio.get_running_loop().call_later(self.settled_s, self._settle, asker)
        self._waiting[asker] = text, event, timer

    def _settle(self, asker: str) -> None:
        _, event, _ = self._waiting.pop(asker)
        self.recorder.record(event)

    async def close(self) -> None:
        """Records what waits."""
        for asker in list(self._waiting):
            self._waiting[asker][2].cancel()
            self._settle(asker)


def _goes_on(before: str, after: str) -> bool:
    """Whether somebody was still typing, or took letters back."""
    short, long = sorted((before.casefold(), after.casefold()), key=len)
    return long.startswith(short)
