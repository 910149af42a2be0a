"""The query log's database may be down, locked or read-only when the server starts."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from analytics.database import VERSION, Database
from analytics.log import Pace, QueryLog
from analytics.tables import questions
from errors import DatabaseAway, LogError
from tests.fakes.query_log import ASKED, rows, write_log

if TYPE_CHECKING:
    from tests.fakes.postgres import Postgres

HASTY = Pace(gather_s=0, retry_first_s=0.01)
NOBODY = 65534


async def test_a_server_that_is_down_is_said_and_migrated_when_it_comes(
    frail_postgres: Postgres,
) -> None:
    """What was recorded before is written then."""
    url = frail_postgres.url()
    await asyncio.to_thread(frail_postgres.stop)
    with capture_logs() as lines:
        database = await Database.open(url, may_be_away=True)
        assert "No such file" in database.away or "refused" in database.away
        log = QueryLog(database, HASTY)
        log.record(ASKED)
        while not lines:
            await asyncio.sleep(0.01)
        await asyncio.to_thread(frail_postgres.start)
        await log.flush()
    assert [lines[0]["event"], lines[-1]["event"]] == ["log.retrying", "log.recovered"]
    assert database.away == ""
    assert await rows(url, questions, "query_id") == [("q1",)]
    await log.close()


async def test_a_locked_file_is_said_and_migrated_when_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analytics.connecting.BUSY_TIMEOUT_S", 0.01)
    path = tmp_path / "signpost.db"
    locked = sqlite3.connect(path, isolation_level=None)
    locked.execute("PRAGMA journal_mode=WAL")
    locked.execute("BEGIN IMMEDIATE")
    database = await Database.open(f"sqlite:///{path}", may_be_away=True)
    assert database.away == "database is locked"
    locked.close()
    await database.ready()
    assert database.away == ""
    await database.close()


@pytest.fixture
def nobodys_log() -> Iterator[Path]:
    """A log that this process, which is nobody's for the test, may change or not by its mode."""
    folder = Path(tempfile.mkdtemp())
    path = folder / "signpost.db"
    asyncio.run(write_log(f"sqlite:///{path}", 1))  # imports what nobody may not read
    if is_root := os.geteuid() == 0:
        for one in (folder, path):
            os.chown(one, NOBODY, -1)
        os.seteuid(NOBODY)
    try:
        yield path
    finally:
        if is_root:
            os.seteuid(0)
        shutil.rmtree(folder)


@pytest.mark.parametrize("what", ["the file", "the folder"])
async def test_a_read_only_log_is_said_and_used_once_it_can_be_written(
    nobodys_log: Path, what: str
) -> None:
    """SQLite by itself opens it without a word, and every row would fail later."""
    url, locked = f"sqlite:///{nobodys_log}", nobodys_log
    if what == "the folder":
        locked = nobodys_log.parent
    locked.chmod(0o555)
    try:
        database = await Database.open(url, may_be_away=True)
        assert database.away.endswith(f"cannot be written: {locked} is read-only for this user")
        with pytest.raises(DatabaseAway, match="is read-only for this user"):
            await database.ready()
    finally:
        locked.chmod(0o755)
    log = QueryLog(database, HASTY)
    log.record(ASKED)
    await log.flush()
    assert database.away == ""
    await log.close()


async def test_a_server_that_takes_no_writes_is_said(postgres: Postgres) -> None:
    """Such as a standby."""
    url = postgres.url()
    await (await Database.open(url)).close()
    switch = "ALTER ROLE postgres SET default_transaction_read_only = {}"
    await asyncio.to_thread(postgres.execute, switch.format("on"))
    try:
        database = await Database.open(url, may_be_away=True)
        assert "read-only transaction" in database.away
        await database.close()
    finally:
        back = "SET default_transaction_read_only = off", switch.format("off")
        await asyncio.to_thread(postgres.execute, *back)


async def test_a_database_that_only_a_newer_signpost_knows_stops_the_start(log_url: str) -> None:
    """It will not come back by waiting."""
    database = await Database.open(log_url)
    async with database.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    with pytest.raises(LogError, match="newer") as caught:
        await Database.open(log_url, may_be_away=True)
    assert not isinstance(caught.value, DatabaseAway)


async def test_who_reads_waits_for_no_writer(log_url: str) -> None:
    """Also through the database that the server writes with."""
    database = await Database.open(log_url)
    async with database.writing(), database.reading() as connection:
        found = await connection.execute(text("SELECT version_num FROM alembic_version"))
        assert list(found.scalars()) == [VERSION]
    await database.close()
