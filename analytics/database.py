"""The query log's database, SQLite or PostgreSQL by URL: opens it and hands out transactions.

Its schema is brought to this code's version by migrations (`analytics/migrations/versions`), which
are only ever added: one that a log somewhere has been through is never edited.

One writer at a time, on both databases: SQLite by its own lock, PostgreSQL by an advisory one. So
two servers on one log neither deadlock nor overlook each other's rows, and two that start together
migrate once. Readers never wait: SQLite writes ahead (WAL), which needs a local disk.

A database may be away and come back: its server restarts, its file is locked or read-only. Then
every transaction raises DatabaseAway, `away` has the reason, and the first one that succeeds again
clears it. Whoever needs an answer at once looks at `away` first.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    SQLAlchemyError,
    StatementError,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from analytics.connecting import READING, address_of, create_file, engine_of, file_of
from errors import DatabaseAway, LogError

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
# The newest migration's, read off the files' names: a log that has it is opened without alembic,
# which takes a server's start 0.2 s and 12 MB.
VERSION = max(path.name[1:5] for path in (MIGRATIONS / "versions").glob("v*.py"))
OPEN_WITHIN_S = 5.0
_READ_VERSION = text("SELECT version_num FROM alembic_version")
_WRITE_LOCK = text("SELECT pg_advisory_xact_lock(7309453671)")
_TRY_TO_WRITE = text("UPDATE alembic_version SET version_num = version_num")
_TROUBLE = (SQLAlchemyError, OSError, TimeoutError)


class Database:
    """A query log. `open` and `open_to_read` make one; `close` when done.

    `url` is the address of the database without its password, for messages; `dialect` is "sqlite"
    or "postgresql". `away` is why it cannot be used now, in one line; empty if it can.
    """

    def __init__(self, engine: AsyncEngine, *, write: bool) -> None:
        self._engine = engine
        self._reading = engine.execution_options(**READING[engine.dialect.name])
        self._write = write
        self._is_ready = False
        self._preparing = asyncio.Lock()
        self.url = engine.url.render_as_string(hide_password=True)
        self.dialect = engine.dialect.name
        self.away = ""

    @classmethod
    async def open(cls, url: str, *, may_be_away: bool = False) -> Database:
        """A log to write to: created if there is none, and migrated to this code's schema.

        If the database `may_be_away`, that is tried for 5 seconds, and again by `ready` and by
        every transaction. LogError if the address is none or a newer Signpost has migrated the
        database; DatabaseAway, which is one, if it cannot be used and may not be away.
        """
        database = cls(engine_of(address_of(url), write=True), write=True)
        try:
            async with asyncio.timeout(OPEN_WITHIN_S if may_be_away else None):
                await database.ready()
        except DatabaseAway:
            if not may_be_away:
                await database.close()
                raise
        except LogError:
            await database.close()
            raise
        except TimeoutError:
            database.away = f"it did not answer within {OPEN_WITHIN_S:g} seconds"
        return database

    @classmethod
    async def open_to_read(cls, url: str) -> Database:
        """A log to read, in which nothing can be changed.

        LogError if there is no log yet, or its schema is not this code's.
        """
        address = address_of(url)
        if address.get_backend_name() == "sqlite" and not file_of(address).is_file():
            raise LogError(
                f"there is no query log at {file_of(address)}: it begins with the first start"
            )
        database = cls(engine_of(address, write=False), write=False)
        try:
            await database.ready()
        except LogError:
            await database.close()
            raise
        return database

    async def ready(self) -> None:
        """The database is there, can be used, and has this code's schema: brought about if need be.

        DatabaseAway if it cannot be used now; LogError if its schema can not be brought about.
        """
        async with self._preparing:
            if self._is_ready:
                return
            try:
                if self._write and self.dialect == "sqlite":
                    create_file(self._engine.url)
                async with self._begin(write=self._write) as connection:
                    await connection.run_sync(_bring_up, self.url, self._write)
                    if self._write:
                        # SQLite opens a file that is read-only without a word; so does a standby.
                        await connection.execute(_TRY_TO_WRITE)
            except LogError as error:
                self.away = str(error)
                raise
            except Exception as error:  # while connecting, drivers raise errors of their own
                await self._note_away(error)
                raise DatabaseAway(
                    f"the query log at {self.url} cannot be opened: {self.away}. Check "
                    f"SIGNPOST_QUERY_LOG_URL, that the database runs, and that this user may "
                    f"write to it"
                ) from error
            self._is_ready, self.away = True, ""

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that no other writer overlaps, committed at the end: durable after it.

        DatabaseAway if the database is in trouble, and nothing is known to be written then. What
        is wrong with the values written is raised as it is (`is_of_the_values`).
        """
        async with self._transaction("written", write=True) as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one moment of the log, whatever is written meanwhile. It waits
        for no writer. DatabaseAway if reading fails."""
        async with self._transaction("read", write=False) as connection:
            yield connection

    async def close(self) -> None:
        """Closes all connections."""
        await self._engine.dispose()

    @asynccontextmanager
    async def _transaction(self, done: str, *, write: bool) -> AsyncIterator[AsyncConnection]:
        if not self._is_ready:
            await self.ready()
        has_begun = False
        try:
            async with self._begin(write=write) as connection:
                has_begun = True
                yield connection
        except Exception as error:
            # While it begins, drivers raise errors of their own; then only those of a caller are.
            if has_begun and (is_of_the_values(error) or not isinstance(error, _TROUBLE)):
                raise
            await self._note_away(error)
            raise DatabaseAway(
                f"the query log at {self.url} cannot be {done}: {self.away}"
            ) from error
        self.away = ""

    @asynccontextmanager
    async def _begin(self, *, write: bool) -> AsyncIterator[AsyncConnection]:
        async with (self._engine if write else self._reading).begin() as connection:
            if write and self.dialect == "postgresql":
                await connection.execute(_WRITE_LOCK)
            yield connection

    async def _note_away(self, error: Exception) -> None:
        """Connections made in bad times are given up: SQLite's to a read-only file stay so."""
        self.away = reason(error)
        with suppress(Exception):
            await self._engine.dispose()


def is_of_the_values(error: BaseException) -> bool:
    """Whether a statement failed because of the values in it: trying again cannot help. Otherwise
    the database is in trouble, and trying again later can."""
    if isinstance(error, DBAPIError):
        # SQLSTATE classes: 22 data exception, 23 constraint violated, 54 a limit exceeded.
        state = str(getattr(error.orig, "sqlstate", ""))
        return isinstance(error, DataError | IntegrityError) or state[:2] in {"22", "23", "54"}
    # A StatementError that is no DBAPIError comes from the types in `analytics.tables`.
    return isinstance(error, StatementError)


def reason(error: BaseException) -> str:
    """What went wrong in one line, without the statement and the values that SQLAlchemy adds."""
    cause = (error.orig if isinstance(error, DBAPIError) else None) or error
    lines = str(cause).strip().splitlines()
    return lines[0] if lines else type(cause).__name__


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
