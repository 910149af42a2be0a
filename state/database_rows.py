"""Rows in the query log's database, where other processes and the next start find them.

A claim is one statement: the database lets one of several processes insert a row, or take one that
has expired. It is safe against a killed process and not against a power cut (synchronous=NORMAL on
SQLite, synchronous_commit=off on PostgreSQL), which spares it the wait for the disk; the query
log's own transactions stay as durable as they are. A statement on SQLite is one visit to a thread:
SQLAlchemy's asynchronous engine makes several, and each waits for its turn on a busy machine.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, Protocol, TypeVar

import msgspec
from sqlalchemy import URL, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from analytics.connecting import address_of, file_of
from state.kinds import Row
from state.steady_clock import Reading

T = TypeVar("T")
Values = Mapping[str, Any]
Statements = Sequence[tuple[str, Sequence[Values]]]

BUSY_TIMEOUT_S = 0.2
GIVE_UP_AFTER_S = 5.0
_CLOCK = Row(b"clock", "clock", None, expires_s=1e15)

_INSERT = """
    INSERT INTO state (key, kind, owner, mark, holder, value, expires_s)
    VALUES (:key, :kind, :owner, :mark, :holder, :value, :expires_s)
    ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, owner = excluded.owner,
    mark = excluded.mark, holder = excluded.holder, value = excluded.value,
    expires_s = excluded.expires_s
"""
_CLAIM = f"{_INSERT} WHERE state.expires_s <= :now_s OR state.mark <> excluded.mark RETURNING 1"
_READ = (
    "SELECT key, kind, value, expires_s, owner, mark, holder FROM state "
    "WHERE key = :key AND expires_s > :now_s"
)
_SWEEP = "DELETE FROM state WHERE expires_s <= :now_s"
_FORGET = "DELETE FROM state WHERE owner = :owner RETURNING 1"
_FORGOTTEN = "SELECT mark, until FROM forgotten"


class How(Enum):
    """What is done with a row."""

    PUT = "put"
    DROP = "drop"
    FINISH = "finish"
    RELEASE = "release"
    RENEW = "renew"


# A claim that was made while the database was away has no row yet to be finished; one that ran out
# may be another's by now, and stays so.
_STATEMENTS = {
    How.PUT: _INSERT,
    How.DROP: "DELETE FROM state WHERE key = :key",
    How.FINISH: f"{_INSERT} WHERE state.holder = excluded.holder OR state.expires_s <= :now_s",
    How.RELEASE: "DELETE FROM state WHERE key = :key AND holder = :holder AND value IS NULL",
    How.RENEW: "UPDATE state SET expires_s = :expires_s "
    "WHERE key = :key AND holder = :holder AND value IS NULL",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A row that is to be written, and how."""

    how: How
    row: Row


class DatabaseRows:
    """The table `state`. Methods raise what the drivers raise. The query log creates the table;
    until then it is missing, and they raise."""

    def __init__(self, url: str) -> None:
        """LogError if `url` is no address of a database."""
        address = address_of(url)
        server = _Sqlite if address.get_backend_name() == "sqlite" else _Postgresql
        # What a turn waits for does not stand behind what is written meanwhile.
        self._asked: _Connection = server(address)
        self._written: _Connection = server(address)

    async def read(self, key: bytes, now_s: float) -> Row | None:
        """The row, unless it has expired."""
        found = await self._asked.ask(_READ, {"key": key, "now_s": now_s})
        return Row(*found[0]) if found else None

    async def claim(self, row: Row, now_s: float) -> bool:
        """Whether the row is put there now: no other was, or it had expired or had another mark."""
        return bool(await self._asked.ask(_CLAIM, _values(row) | {"now_s": now_s}))

    async def write(self, changes: Sequence[Change], now_s: float) -> None:
        """Makes the changes, all or none. What is made twice changes nothing more."""
        statements = []
        for how, statement in _STATEMENTS.items():
            values = [_values(one.row) | {"now_s": now_s} for one in changes if one.how is how]
            if values:
                statements.append((statement, values))
        await self._written.write(statements)

    async def forget(self, owner: str) -> int:
        """Forgets a person's rows; their number."""
        return len(await self._written.ask(_FORGET, {"owner": owner}))

    async def forgotten(self) -> set[tuple[str, Any]]:
        """Marks of those who were forgotten lately, each with until when (`analytics.erasing`)."""
        return {(mark, until) for mark, until in await self._written.ask(_FORGOTTEN, {})}

    async def sweep(self, now_s: float) -> None:
        """Deletes what has expired."""
        await self._written.write([(_SWEEP, [{"now_s": now_s}])])

    async def noted(self) -> Reading | None:
        """What a process noted last of its clock; None if none ever has."""
        row = await self.read(_CLOCK.key, now_s=0.0)
        return msgspec.msgpack.decode(row.value, type=Reading) if row and row.value else None

    async def note(self, reading: Reading) -> None:
        """Notes that of this process."""
        values = _values(_CLOCK) | {"value": msgspec.msgpack.encode(reading)}
        await self._written.write([(_INSERT, [values])])

    async def close(self) -> None:
        """Closes all connections."""
        await self._asked.close()
        await self._written.close()


def _values(row: Row) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Row.__slots__}


class _Connection(Protocol):
    """One connection, opened when it is needed and again after a failure. One statement runs at a
    time. Values may have names that no statement asks for."""

    def __init__(self, address: URL) -> None: ...

    async def ask(self, statement: str, values: Values) -> Sequence[Sequence[Any]]:
        """The rows that the statement gives."""

    async def write(self, statements: Statements) -> None:
        """Runs each statement with each of its values, in one transaction."""

    async def close(self) -> None:
        """Lets go of the database."""


class _Sqlite:
    """The file is not created here: the query log does that, for this user's eyes only."""

    def __init__(self, address: URL) -> None:
        self._uri = f"{file_of(address).absolute().as_uri()}?mode=rw"
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="state")
        self._connection: sqlite3.Connection | None = None

    async def ask(self, statement: str, values: Values) -> Sequence[Sequence[Any]]:
        return await self._in_thread(lambda one: one.execute(statement, values).fetchall())

    async def write(self, statements: Statements) -> None:
        def run(connection: sqlite3.Connection) -> None:
            connection.execute("BEGIN IMMEDIATE")
            for statement, values in statements:
                connection.executemany(statement, values)
            connection.execute("COMMIT")

        await self._in_thread(run)

    async def close(self) -> None:
        self._thread.submit(self._let_go)
        self._thread.shutdown(wait=False)

    async def _in_thread(self, work: Callable[[sqlite3.Connection], T]) -> T:
        def run() -> T:
            if self._connection is None:
                self._connection = self._open()
            try:
                return work(self._connection)
            except BaseException:
                self._let_go()
                raise

        return await asyncio.get_running_loop().run_in_executor(self._thread, run)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None
        )
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA secure_delete=ON")  # what somebody asked is among the values
        return connection

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            connection.close()


class _Postgresql:
    """One connection is kept for what a turn waits for: taking it out of the pool and putting it
    back would take longer than the statement."""

    def __init__(self, address: URL) -> None:
        self._engine = create_async_engine(
            address,
            hide_parameters=True,
            connect_args={
                "timeout": GIVE_UP_AFTER_S,
                "command_timeout": GIVE_UP_AFTER_S,
                "server_settings": {"application_name": "signpost state"},
            },
        )
        self._at_once = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        self._connection: AsyncConnection | None = None
        self._one_at_a_time = asyncio.Lock()

    async def ask(self, statement: str, values: Values) -> Sequence[Sequence[Any]]:
        async with self._one_at_a_time:
            try:
                if self._connection is None:
                    self._connection = await self._at_once.connect()
                    await self._connection.execute(_text("SET synchronous_commit = off"))
                return (await self._connection.execute(_text(statement), values)).all()
            except BaseException:
                await self._let_go()
                raise

    async def write(self, statements: Statements) -> None:
        async with self._engine.begin() as connection:
            for statement, values in statements:
                await connection.execute(_text(statement), values)

    async def close(self) -> None:
        await self._let_go()
        await self._engine.dispose()

    async def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            await connection.invalidate()
            await connection.close()


@cache
def _text(statement: str) -> TextClause:
    return text(statement)
