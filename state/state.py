"""What outlives a process: values by key that expire, and claims.

Memory stands in front and the query log's database behind. Values are put into memory at once and
into the database a moment later, together with others. What is asked for comes from memory where
no other process can have changed it, else from the database. A claim is decided by the database,
before anybody goes on.

The database may be away or locked. Then this process goes on with what is in its own memory: no
turn fails and none waits longer than a quarter of a second. `away` says why, and what was put
meanwhile is written when the database is back.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, Generic, TypeVar
from uuid import uuid4

from cachetools import LRUCache

from analytics.erasing.marks import mark_of
from errors import DatabaseAway
from state.behind import WAIT_S, Behind
from state.database_rows import Change, DatabaseRows, How
from state.kinds import Kind, Row
from state.memory_rows import MemoryRows
from state.steady_clock import SteadyClock

T = TypeVar("T")

LEASE_S = 8.0  # Teams delivers again after 10 to 15 seconds at the earliest
_WHILE_HELD_S = 1e15
_FRESH = 256  # values that may just be on their way to a person are at hand as they are


@dataclass(frozen=True, slots=True)
class Name:
    """What a claim is known by. Of several with the same `key` only that with the latest `mark`
    counts."""

    key: tuple[str, ...]
    mark: bytes = b""


@dataclass(frozen=True, slots=True)
class Claim(Generic[T]):
    """Who does some work. `is_mine`: whoever asked. Else it was claimed before, and `result` is
    what came of it, None while it goes on."""

    kind: Kind[T]
    rows: tuple[Row, ...]
    is_mine: bool
    result: T | None = None


class State:
    """Values and claims. `State()` has memory alone; `open` puts the database behind it.

    Belongs to one event loop. `close` writes what is left.
    """

    def __init__(
        self,
        rows: DatabaseRows | None = None,
        *,
        secret: bytes = b"",
        clock: SteadyClock | None = None,
        lease_s: float = LEASE_S,
        wait_s: float = WAIT_S,
        capacity: int | None = None,
    ) -> None:
        """`secret` makes keys tell nothing to who reads the database. Nobody waits for that longer
        than `wait_s`. `capacity` bounds each kind in memory below its own."""
        self._secret = blake2b(secret).digest()
        self._clock = clock or SteadyClock()
        self._lease_s = lease_s
        self._memory = MemoryRows(self._clock, capacity)
        self._fresh: LRUCache[bytes, tuple[bytes, Any]] = LRUCache(_FRESH)
        self._holder = uuid4().hex
        self._held: dict[bytes, Row] = {}
        self._behind = Behind(rows, self._clock, wait_s) if rows else None

    @classmethod
    async def open(cls, url: str, secret: bytes, **others: Any) -> State:
        """The state in the database at `url`, which may be away. LogError if it is no address."""
        state = cls(DatabaseRows(url), secret=secret, **others)
        if state._behind:
            each_s = state._lease_s / 4
            await state._behind.start(each_s, renew=state._renew, forget=state._drop_marked)
        return state

    @property
    def away(self) -> str:
        """Why this process is alone with its memory, in one line; empty if it is not, or is meant
        to be."""
        return self._behind.away if self._behind else ""

    async def get(self, kind: Kind[T], *key: str) -> T | None:
        """The value; None if there is none, or none any more."""
        hashed, behind = self._key(kind, key), self._behind
        row = self._memory.get(kind, hashed)
        if behind and not behind.unwritten(hashed) and not (row and kind.written_once):
            with suppress(DatabaseAway):
                row = await behind.read(hashed)
                self._memory.set(kind, hashed, row)
        return self._value(kind, row) if row else None

    def here(self, kind: Kind[T], *key: str, mark: bytes = b"") -> T | None:
        """The value, as far as this process has it. Never waits."""
        row = self._memory.get(kind, self._key(kind, key))
        return self._value(kind, row) if row and row.mark == mark else None

    def put(self, kind: Kind[T], key: Sequence[str], value: T, owner: str | None = None) -> None:
        """Keeps the value for its kind's lifetime, in the place of one with its key. `owner` is
        the pseudonym of whom it is about. Never waits."""
        written = kind.write(value)
        expires_s = self._clock() + kind.lifetime_s
        row = Row(self._key(kind, key), kind.name, written, expires_s, owner)
        self._fresh[row.key] = (written, value)
        self._set(kind, row, How.PUT)

    def forget(self, kind: Kind[Any], *key: str) -> None:
        """Forgets the value."""
        self._set(kind, Row(self._key(kind, key), kind.name, None, 0.0), How.DROP)

    async def forget_owner(self, owner: str) -> int:
        """Forgets all that is about a person, here and in the database; the number of values that
        there were. Other processes forget within a minute whom the query log has forgotten.
        DatabaseAway if the number cannot be known."""
        count = self._drop_marked({mark_of(owner)})
        return await self._behind.forget(owner) if self._behind else count

    async def claim(self, kind: Kind[T], *names: Name) -> Claim[T]:
        """Exactly one of all who claim under the same names gets the claim, also among processes;
        under several names, all of them or none. It lasts until `finish` or `release`, and if its
        process dies, for the lease at most.

        While the database is away, exactly one in this process gets it.
        """
        taken: list[Row] = []
        for name in names:
            expires_s = self._clock() + self._lease_s
            key = self._key(kind, name.key)
            row = Row(key, kind.name, None, expires_s, None, name.mark, self._holder)
            before = await self._claimed_before(kind, row)
            if before is not None:
                self.release(Claim(kind, tuple(taken), is_mine=True))
                return Claim(kind, (before,), False, self._value(kind, before))
            taken.append(row)
        return Claim(kind, tuple(taken), is_mine=True)

    def finish(self, claim: Claim[T], result: T) -> None:
        """The work is done: its result is kept for the repetitions, for the kind's lifetime."""
        written, expires_s = claim.kind.write(result), self._clock() + claim.kind.lifetime_s
        for row in claim.rows:
            if self._let_go(row):
                self._set(claim.kind, replace(row, value=written, expires_s=expires_s), How.FINISH)

    def release(self, claim: Claim[Any]) -> None:
        """The work was not done: who claims next gets the claim."""
        for row in claim.rows:
            if self._let_go(row):
                self._set(claim.kind, row, How.RELEASE)

    async def flush(self) -> None:
        """Returns when all that was put before is in the database. DatabaseAway if it is not."""
        if self._behind:
            await self._behind.flush()

    async def note_clock(self) -> None:
        """Tells processes that start what the clock shows, as is done each minute. Raises what the
        database raises."""
        if self._behind:
            await self._behind.note_clock()

    async def close(self) -> None:
        """Writes what is left, if the database takes it within two seconds."""
        if self._behind:
            await self._behind.close()

    async def _claimed_before(self, kind: Kind[Any], row: Row) -> Row | None:
        """The row that another claim put there; None if this one's is there now."""
        behind, is_alone = self._behind, self._behind is None
        with suppress(DatabaseAway):
            if behind and behind.unwritten(row.key):
                await behind.settle()  # what became of this process's earlier claim
        before = self._memory.get(kind, row.key)
        # Under a mark another process may have claimed something else since.
        if before and before.mark == row.mark and (not row.mark or before.value is None):
            return before
        try:
            if behind and (theirs := await behind.claimed_before(row)):
                return theirs
        except DatabaseAway:
            is_alone = True
        now = self._memory.get(kind, row.key)
        if now and now.mark == row.mark and (now is not before or is_alone):
            return now  # the database did not say, so memory does
        # What this process holds, it holds however long that takes.
        self._memory.set(kind, row.key, replace(row, expires_s=_WHILE_HELD_S))
        self._held[row.key] = row
        return None

    def _let_go(self, row: Row) -> bool:
        """Whether the claim was still this process's: another mark has not taken its place."""
        held = self._held.get(row.key)
        if held is None or held.mark != row.mark:
            return False
        del self._held[row.key]
        return True

    def _renew(self) -> list[Change]:
        """What makes claims last on that are worked on for long."""
        soon_s = self._clock() + self._lease_s * 3 / 4
        for row in [row for row in self._held.values() if row.expires_s < soon_s]:
            self._held[row.key] = replace(row, expires_s=self._clock() + self._lease_s)
        return [Change(How.RENEW, row) for row in self._held.values() if row.expires_s >= soon_s]

    def _set(self, kind: Kind[Any], row: Row, how: How) -> None:
        self._memory.set(kind, row.key, row if how in {How.PUT, How.FINISH} else None)
        if self._behind:
            self._behind.change(Change(how, row))

    def _drop_marked(self, marks: Collection[str]) -> int:
        if count := self._memory.drop_owners(marks):
            self._fresh.clear()
        return count

    def _value(self, kind: Kind[T], row: Row) -> T | None:
        if row.value is None or row.kind != kind.name:
            return None
        written, value = self._fresh.get(row.key, (None, None))
        return value if written == row.value else kind.read(row.value)

    def _key(self, kind: Kind[Any], key: Sequence[str]) -> bytes:
        text = json.dumps([kind.name, *key])
        return blake2b(text.encode(), digest_size=16, key=self._secret).digest()
