"""The query log's database, SQLite or PostgreSQL by URL: opens it and hands out transactions.

Its schema is brought to this code's version by migrations (`analytics/migrations/versions`), which
are only ever added: one that a log somewhere has been through is never edited.

One writer at a time, on both databases: SQLite by its own lock, PostgreSQL by an advisory one. So
two servers on one log neither deadlock nor overlook each other's rows, and two that start together
migrate once. Readers never wait: SQLite writes ahead (WAL), which needs a local disk.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, inspect, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from errors import LogError

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
# The newest migration's, read off the files' names: a log that has it is opened without alembic,
# which takes a server's start 0.2 s and 12 MB.
VERSION = max(path.name[1:5] for path in (MIGRATIONS / "versions").glob("v*.py"))
BUSY_TIMEOUT_S = 2.0
_WAL_TRIES = 10
_WAL_PAUSE_S = 0.01
CONNECT_TIMEOUT_S = 5.0
COMMAND_TIMEOUT_S = 30.0
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
}
_READ_VERSION = text("SELECT version_num FROM alembic_version")
_WRITE_LOCK = text("SELECT pg_advisory_xact_lock(7309453671)")


class Database:
    """An open query log. `open` and `open_to_read` make one; `close` when done.

    `url` is the address of the database without its password, for messages; `dialect` is "sqlite"
    or "postgresql". Its schema is at `VERSION`.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self.url = engine.url.render_as_string(hide_password=True)
        self.dialect = engine.dialect.name

    @classmethod
    async def open(cls, url: str) -> Database:
        """A log to write to: created if there is none, and migrated to this code's schema.

        LogError if the database cannot be reached, or a newer Signpost has migrated it.
        """
        address = _address(url)
        if address.get_backend_name() == "sqlite":
            _create_file(address)
        database = cls(_engine(address, write=True))
        await database._prepare(database.writing(), migrate=True)
        return database

    @classmethod
    async def open_to_read(cls, url: str) -> Database:
        """A log to read, in which nothing can be changed.

        LogError if there is no log yet, or its schema is not this code's.
        """
        address = _address(url)
        if address.get_backend_name() == "sqlite" and not _path(address).is_file():
            raise LogError(
                f"there is no query log at {_path(address)}: it begins with the first start"
            )
        database = cls(_engine(address, write=False))
        await database._prepare(database._engine.begin(), migrate=False)
        return database

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

        LogError if reading fails.
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
        self, transaction: AbstractAsyncContextManager[AsyncConnection], *, migrate: bool
    ) -> None:
        try:
            async with transaction as connection:
                await connection.run_sync(_bring_up, self.url, migrate)
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
    """What people asked is nobody else's business: the folder and the file, if they are made here,
    are open to this user only. SQLite gives the files beside it the same permissions."""
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
    """Every commit is durable, and a transaction sees one moment. The driver by itself begins
    transactions late: readers would see two moments, and writers collide after they have begun."""
    pragmas = ["foreign_keys=ON", "synchronous=FULL", *([] if write else ["query_only=ON"])]

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        if write:
            _turn_to_wal(connection, cursor)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _turn_to_wal(connection: Any, cursor: Any) -> None:
    """Servers that start together on a new file all turn it to WAL. SQLite refuses some of them
    without waiting: `BUSY_TIMEOUT_S` does not hold for this."""
    for tries_left in reversed(range(_WAL_TRIES)):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or not tries_left:
                raise
            connection.run_async(lambda _: asyncio.sleep(_WAL_PAUSE_S))  # the loop goes on
        else:
            return


def _bring_up(connection: Connection, url: str, migrate: bool) -> None:
    """Brings the schema to this code's version, if it is not there and `migrate` says so.

    LogError if a newer Signpost has been there, or the schema needs what is not allowed.
    """
    found = _version(connection)
    if found == VERSION:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if found is not None and found not in known:
        raise LogError(
            f"the query log at {url} has schema {found}, which is newer than this Signpost knows: "
            f"update Signpost, or name another log in SIGNPOST_QUERY_LOG_URL"
        )
    if not migrate:
        raise LogError(
            f"the query log at {url} has schema {found}, and this Signpost needs {VERSION}: start "
            f"its server once, which migrates the log"
        )
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _version(connection: Connection) -> str | None:
    """The migration that the database is at; None for one without a log."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(_READ_VERSION).scalar()
    return version
