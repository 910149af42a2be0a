"""The query log's schema: which version a database has, and how it comes to this code's.

Migrations (`analytics/migrations/versions`) are only ever added: one that a log somewhere has been
through is never edited.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from errors import LogError

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
_TABLE = "alembic_version"


# The newest migration's. Written down, because a log that has it is opened without alembic then,
# which takes a server's start 0.2 s and 12 MB.
VERSION = "0001"


def migrate(connection: Connection, url: str) -> str:
    """Brings the schema to this code's version, and returns that. Nothing changes where it is.

    LogError where a newer Signpost has been there.
    """
    if (found := _version(connection)) != VERSION:
        _refuse_unknown(found, url)
        _upgrade(connection)
    return VERSION


def check(connection: Connection, url: str) -> str:
    """The schema's version; LogError unless it is this code's."""
    if (found := _version(connection)) != VERSION:
        _refuse_unknown(found, url)
        raise LogError(
            f"the query log at {url} has schema {found}, and this Signpost needs {VERSION}: start "
            f"its server once, which migrates the log"
        )
    return VERSION


def _version(connection: Connection) -> str | None:
    """The migration that the database is at; None for one without a log."""
    if not inspect(connection).has_table(_TABLE):
        return None
    version: str | None = connection.execute(text(f"SELECT version_num FROM {_TABLE}")).scalar()  # noqa: S608 (a constant)
    return version


def _refuse_unknown(found: str | None, url: str) -> None:
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if found is not None and found not in known:
        raise LogError(
            f"the query log at {url} has schema {found}, which is newer than this Signpost knows: "
            f"update Signpost, or name another log in SIGNPOST_QUERY_LOG_URL"
        )


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
