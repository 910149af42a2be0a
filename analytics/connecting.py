"""How the query log's database is reached: its address, its file, connections that lose nothing."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from errors import DatabaseAway, LogError

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
# How a reader's transaction begins, by dialect: one moment of the log, without the writers' lock.
READING: dict[str, dict[str, Any]] = {
    "sqlite": {"begins": "BEGIN"},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


def address_of(url: str) -> URL:
    """The address with the driver that is used here. LogError if it is none that can be."""
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


def file_of(address: URL) -> Path:
    """The SQLite file."""
    return Path(str(address.database))


def create_file(address: URL) -> None:
    """What people asked is nobody else's business: the folder and the file, if they are made here,
    are open to this user only. SQLite gives the files beside it the same permissions.

    DatabaseAway if that fails, or if this user may not write to what is there: SQLite would open
    it without a word, and leave files beside it that are as read-only.
    """
    path = file_of(address)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise DatabaseAway(f"the query log {path} cannot be created: {error.strerror}") from error
    for needed in (path, path.parent):
        if not os.access(needed, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            raise DatabaseAway(
                f"the query log {path} cannot be written: {needed} is read-only for this user"
            )


def engine_of(address: URL, *, write: bool) -> AsyncEngine:
    """Connections to it. Without `write` they change nothing, and their transactions begin as
    those do that only read; see `READING`."""
    if address.get_backend_name() == "postgresql":
        return create_async_engine(
            address,
            hide_parameters=True,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED",
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
    pragmas = [
        "foreign_keys=ON",
        "synchronous=FULL",
        "secure_delete=ON",
        *([] if write else ["query_only=ON"]),
    ]
    begins = "BEGIN IMMEDIATE" if write else "BEGIN"

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
        connection.exec_driver_sql(connection.get_execution_options().get("begins", begins))


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
