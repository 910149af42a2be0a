"""Rows in the memory of this process: in front of the database's, or alone."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from cachetools import TLRUCache

from analytics.erasing.marks import mark_of
from state.kinds import Kind, Row


class MemoryRows:
    """Of each kind as many rows as it has room for; the least used go first."""

    def __init__(self, clock: Callable[[], float], capacity: int | None = None) -> None:
        self._clock = clock
        self._capacity = capacity
        self._by_kind: dict[str, TLRUCache[bytes, Row]] = {}

    def get(self, kind: Kind[Any], key: bytes) -> Row | None:
        """The row, unless it has expired."""
        return self._of(kind).get(key)

    def set(self, kind: Kind[Any], key: bytes, row: Row | None) -> None:
        """Keeps the row, or that there is none any more."""
        rows = self._of(kind)
        if row:
            rows[key] = row
        else:
            rows.pop(key, None)

    def drop_owners(self, marks: Collection[str]) -> int:
        """Forgets the rows of people with these marks; their number."""
        count = 0
        if not marks:
            return count
        for rows in self._by_kind.values():
            owned = [(key, row.owner) for key, row in rows.items() if row.owner is not None]
            for key in [key for key, owner in owned if mark_of(owner) in marks]:
                del rows[key]
                count += 1
        return count

    def _of(self, kind: Kind[Any]) -> TLRUCache[bytes, Row]:
        if kind.name not in self._by_kind:
            room = min(kind.capacity, self._capacity or kind.capacity)
            self._by_kind[kind.name] = TLRUCache(room, _expiry, self._clock)
        return self._by_kind[kind.name]


def _expiry(_key: bytes, row: Row, _now: float) -> float:
    return row.expires_s
