"""Opening the query log's database: created, migrated, private, and refused with advice."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sqlite3
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from analytics.database import MIGRATIONS, VERSION, Database
from analytics.tables import metadata
from errors import LogError

if TYPE_CHECKING:
    from tests.fakes.postgres import Postgres

Opener = Callable[[str], Awaitable[Database]]

RELEASED = {
    "v0001_query_log.py": "b68ddf8b224edf42423430aca386dcbf2de28d29ca198964802d48c4b023bd04",
    "v0002_sensitive_topics.py": "2ac9ccdea66d1390003b31d1ced2ff0e476cc6a58cdadcf3075902729763c206",
    "v0003_erasure.py": "ccb27db6230b5b9621dbbff3be58865cae816572eb8cc9c181adbd8b5a3d2e09",
    "v0004_state.py": "eea2d5f7a0ba0396f27fbc5aa8e53fd8ca8dcc2c250445d7c57a821b815268e6",
    "v0005_delivery.py": "fbfb909819e76865003f2891252dfeb69f9a427681cad3e69e29bc938216b48e",
    "v0006_problem_reports.py": "ac58b2a2c9f2b181c3d44b437157b94cd355957bd5dc6d4dcaabcc2fee16b6a3",
}


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


async def scalar(database: Database, statement: str) -> object:
    async with database.reading() as connection:
        return (await connection.execute(text(statement))).scalar()


async def versions(database: Database) -> list[str]:
    async with database.reading() as connection:
        found = await connection.execute(text("SELECT version_num FROM alembic_version"))
        return list(found.scalars())


async def test_migrations_build_exactly_the_tables_that_the_code_knows(log_url: str) -> None:
    database = await Database.open(log_url)
    async with database.writing() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


def test_the_version_in_the_files_names_is_the_newest_migrations() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_current_head() == VERSION


def test_released_migrations_are_never_edited() -> None:
    """Logs have been through them: a change of the schema is a new file in `versions`, added
    here. This fails because of one that was edited, or one that is not listed yet."""
    files = (MIGRATIONS / "versions").glob("*.py")
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files} == RELEASED


async def test_opening_again_changes_nothing(log_url: str) -> None:
    for _ in range(2):
        database = await Database.open(log_url)
        assert await versions(database) == [VERSION]
        await database.close()


async def test_servers_that_start_together_migrate_once(log_url: str) -> None:
    databases = await asyncio.gather(*(Database.open(log_url) for _ in range(4)))
    assert [await versions(database) for database in databases] == [[VERSION]] * 4
    for database in databases:
        await database.close()


@pytest.mark.parametrize("opened", [Database.open, Database.open_to_read])
async def test_a_log_of_a_newer_signpost_is_refused_untouched(log_url: str, opened: Opener) -> None:
    database = await Database.open(log_url)
    async with database.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    with pytest.raises(LogError, match=r"schema 9999, which is newer .* update Signpost"):
        await opened(log_url)


async def test_a_reader_does_not_migrate(log_url: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "signpost.db").touch()
    with pytest.raises(LogError, match=rf"has schema None, .* needs {VERSION}: start its server"):
        await Database.open_to_read(log_url)


async def test_a_reader_cannot_write(log_url: str) -> None:
    await (await Database.open(log_url)).close()
    database = await Database.open_to_read(log_url)
    with pytest.raises(LogError, match=r"read.?only"):
        await scalar(database, "DELETE FROM questions")
    await database.close()


async def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(log_url: str) -> None:
    writer = await Database.open(log_url)
    reader = await Database.open_to_read(log_url)
    opening = text("INSERT INTO openings VALUES ('q', 1, '2026-01-01 00:00:00.000000')")
    counting = text("SELECT count(*) FROM openings")
    async with reader.reading() as connection:
        before = (await connection.execute(counting)).scalar()
        async with writer.writing() as writing:
            await writing.execute(opening)
        assert (before, (await connection.execute(counting)).scalar()) == (0, 0)
    assert await scalar(reader, "SELECT count(*) FROM openings") == 1
    await reader.close()
    await writer.close()


async def test_a_transaction_that_fails_leaves_nothing(log_url: str) -> None:
    database = await Database.open(log_url)
    with pytest.raises(ZeroDivisionError):
        async with database.writing() as connection:
            await connection.execute(
                text("INSERT INTO openings VALUES ('q', 1, '2026-01-01 00:00:00.000000')")
            )
            raise ZeroDivisionError
    assert await scalar(database, "SELECT count(*) FROM openings") == 0
    await database.close()


async def test_sqlite_is_set_to_lose_nothing_and_to_let_readers_in(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/log.db")
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    assert [await scalar(database, f"PRAGMA {pragma}") for pragma in pragmas] == ["wal", 2, 1, 2000]
    await database.close()


async def test_a_new_file_and_its_folder_are_the_users_own(tmp_path: Path) -> None:
    """Whatever the umask is: what people asked is in there. So are the files beside it."""
    path = tmp_path / "new" / "signpost.db"
    umask = os.umask(0)
    try:
        database = await Database.open(f"sqlite+aiosqlite:///{path}")
        async with database.writing() as connection:
            await connection.execute(
                text("INSERT INTO openings VALUES ('q', 1, '2026-01-01 00:00:00.000000')")
            )
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert modes == {"signpost.db": 0o600, "signpost.db-wal": 0o600, "signpost.db-shm": 0o600}
    await database.close()


async def test_a_file_that_is_there_keeps_its_permissions(tmp_path: Path) -> None:
    """An operator may have let a group read it."""
    path = tmp_path / "signpost.db"
    path.touch()
    path.chmod(0o640)
    await (await Database.open(f"sqlite:///{path}")).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


async def test_a_path_may_hold_any_character(tmp_path: Path) -> None:
    path = tmp_path / "50% of all, é & ü" / "sign post.db"
    await (await Database.open(f"sqlite+aiosqlite:///{path}")).close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [
            (VERSION,)
        ]


async def test_a_log_that_is_not_there_is_not_created_by_reading(tmp_path: Path) -> None:
    path = tmp_path / "nothing" / "signpost.db"
    with pytest.raises(LogError, match=f"no query log at {path}: it begins with the first start"):
        await Database.open_to_read(f"sqlite+aiosqlite:///{path}")
    assert not path.parent.exists()


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear Sir or Madam, " * 100)
    with pytest.raises(LogError, match=r"letter\.db cannot be opened: file is not a database"):
        await Database.open(f"sqlite+aiosqlite:///{path}")
    assert path.read_text() == "Dear Sir or Madam, " * 100


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LogError, match=r"file/signpost\.db cannot be created: "):
        await Database.open(f"sqlite+aiosqlite:///{tmp_path}/file/signpost.db")


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://root@host/db", "/var/log.db"])
async def test_an_address_of_another_kind_is_refused_with_the_kinds_there_are(url: str) -> None:
    with pytest.raises(LogError, match=r"neither sqlite\+aiosqlite:///FILE nor postgresql\+async"):
        await Database.open(url)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite+aiosqlite:///:memory:"])
async def test_a_log_in_memory_is_refused(url: str) -> None:
    with pytest.raises(LogError, match="lost with the server"):
        await Database.open(url)


@pytest.mark.parametrize("opened", [Database.open, Database.open_to_read])
async def test_a_database_that_does_not_answer_is_named_without_its_password(
    opened: Opener,
) -> None:
    with pytest.raises(LogError) as caught:
        await opened("postgresql://signpost:hunter2@127.0.0.1:1/log")
    assert "postgresql+asyncpg://signpost:***@127.0.0.1:1/log cannot be opened" in str(caught.value)
    assert "Check SIGNPOST_QUERY_LOG_URL, that the database runs" in str(caught.value)
    assert "hunter2" not in str(caught.value)


async def test_a_database_that_does_not_exist_is_named(postgres: Postgres) -> None:
    with pytest.raises(LogError, match='database "nowhere" does not exist'):
        await Database.open(postgres.url("nowhere"))
