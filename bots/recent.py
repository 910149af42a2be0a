"""A small memory of what just happened: the newest entries, for a while."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """A mapping that forgets: an entry is gone `window_s` seconds after it was put, and earlier
    when more than `capacity` newer ones follow it."""

    def __init__(
        self, window_s: float, capacity: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._window_s = window_s
        self._capacity = capacity
        self._clock = clock
        self._entries: OrderedDict[K, tuple[float, V]] = OrderedDict()  # oldest first

    def get(self, key: K) -> V | None:
        self._forget_old()
        entry = self._entries.get(key)
        return entry[1] if entry else None

    def put(self, key: K, value: V) -> None:
        """Remember `value` from now on, in place of what `key` held before."""
        self._entries.pop(key, None)
        self._entries[key] = (self._clock() + self._window_s, value)
        while len(self._entries) > self._capacity:
            self._entries.popitem(last=False)
        self._forget_old()

    def drop(self, key: K) -> None:
        """Forget `key`, if it is there."""
        self._entries.pop(key, None)

    def __len__(self) -> int:
        self._forget_old()
        return len(self._entries)

    def _forget_old(self) -> None:
        now = self._clock()
        while self._entries:
            key, (ends_at, _) = next(iter(self._entries.items()))
            if ends_at > now:
                return
            del self._entries[key]
