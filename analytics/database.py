"""The query log's database, SQLite or PostgreSQL by URL: opens it and hands out transactions.

One writer at a time, on both databases: SQLite by its own lock, PostgreSQL by an advisory one. So
two servers on one log neither deadlock nor overlook each other's rows, and two that start together
migrate once. Readers never wait: SQLite writes ahead (WAL), which needs a local disk.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from analytics import schema
from errors import LogError

BUSY_TIMEOUT_S = 2.0
CONNECT_TIMEOUT_S = 5.0
COMMAND_TIMEOUT_S = 30.0
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
}
_WRITE_LOCK = text("SELECT pg_advisory_xact_lock(7309453671)")


class Store:
    """An open query log. `open` and `open_to_read` make one; `close` when done.

    `url` is the address of the database without its password, for messages; `dialect` is "sqlite"
    or "postgresql"; `schema_version` is the migration that the database is at.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self.url = engine.url.render_as_string(hide_password=True)
        self.dialect = engine.dialect.name
        self.schema_version = ""

    @classmethod
    async def open(cls, url: str) -> Store:
        """A store to write to: created where there is none, and migrated to this code's schema.

        LogError where the database cannot be reached, or a newer Signpost has migrated it.
        """
        address = _address(url)
        if address.get_backend_name() == "sqlite":
            _create_file(address)
        store = cls(_engine(address, write=True))
        await store._prepare(store.writing(), schema.migrate)
        return store

    @classmethod
    async def open_to_read(cls, url: str) -> Store:
        """A store that changes nothing.

        LogError where there is no log yet, or its schema is not this code's.
        """
        address = _address(url)
        if address.get_backend_name() == "sqlite" and not _path(address).is_file():
            raise LogError(
                f"there is no query log at {_path(address)}: it begins with the first start"
            )
        store = cls(_engine(address, write=False))
        await store._prepare(store._engine.begin(), schema.check)
        return store

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that no other writer overlaps, committed at the end: durable after it."""
        async with self._engine.begin() as connection:
            if self.dialect == "postgresql":
                await connection.execute(_WRITE_LOCK)
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one moment of the log, whatever is written meanwhile.

        LogError where reading fails.
        """
        try:
            async with self._engine.begin() as connection:
                yield connection
        except (SQLAlchemyError, OSError) as error:
            raise LogError(
                f"the query log at {self.url} cannot be read: {reason(error)}"
            ) from error

    async def close(self) -> None:
        """Closes all connections."""
        await self._engine.dispose()

    async def _prepare(
        self,
        transaction: AbstractAsyncContextManager[AsyncConnection],
        look: Callable[[Connection, str], str],
    ) -> None:
        try:
            async with transaction as connection:
                self.schema_version = await connection.run_sync(look, self.url)
        except LogError:
            await self.close()
            raise
        except Exception as error:  # while connecting, drivers raise errors of their own
            await self.close()
            raise LogError(
                f"the query log at {self.url} cannot be opened: {reason(error)}. Check "
                f"SIGNPOST_QUERY_LOG_URL, that the database runs, and that this user may write to "
                f"it"
            ) from error


def reason(error: BaseException) -> str:
    """What went wrong in one line, without the statement and the values that SQLAlchemy adds."""
    cause = (error.orig if isinstance(error, DBAPIError) else None) or error
    lines = str(cause).strip().splitlines()
    return lines[0] if lines else type(cause).__name__


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except SQLAlchemyError:
        address = URL.create("unknown")
    driver = _DRIVERS.get(address.get_backend_name())
    if driver is None:
        raise LogError(
            "the query log's address (SIGNPOST_QUERY_LOG_URL) is neither "
            "sqlite+aiosqlite:///FILE nor postgresql+asyncpg://USER:PASSWORD@HOST/DATABASE"
        )
    if driver.startswith("sqlite") and address.database in {None, "", ":memory:"}:
        raise LogError("the query log needs a file: one in memory would be lost with the server")
    return address.set(drivername=driver)


def _path(address: URL) -> Path:
    return Path(str(address.database))


def _create_file(address: URL) -> None:
    """What people asked is nobody else's business: the folder and the file, where they are made
    here, are open to this user only. SQLite gives the files beside it the same permissions."""
    path = _path(address)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise LogError(f"the query log {path} cannot be created: {error.strerror}") from error


def _engine(address: URL, *, write: bool) -> AsyncEngine:
    if address.get_backend_name() == "postgresql":
        return create_async_engine(
            address,
            hide_parameters=True,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED" if write else "REPEATABLE READ",
            execution_options={"postgresql_readonly": not write},
            connect_args={
                "timeout": CONNECT_TIMEOUT_S,
                "command_timeout": COMMAND_TIMEOUT_S,
                "server_settings": {"application_name": "signpost"},
            },
        )
    engine = create_async_engine(
        address,
        hide_parameters=True,
        connect_args={"timeout": BUSY_TIMEOUT_S, "isolation_level": None},
    )
    _tame_sqlite(engine, write=write)
    return engine


def _tame_sqlite(engine: AsyncEngine, *, write: bool) -> None:
    """Full durability and one moment's view: the driver by itself begins transactions late, so
    that readers see two moments and writers can collide after they have begun."""
    pragmas = ["foreign_keys=ON", "synchronous=FULL"]
    pragmas += ["journal_mode=WAL"] if write else ["query_only=ON"]

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
