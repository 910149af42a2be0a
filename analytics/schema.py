"""The query log's schema: which version a database has, and how it comes to this code's.

Migrations (`analytics/migrations/versions`) are only ever added: one that a log somewhere has been
through is never edited.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from errors import LogError

MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def _scripts() -> tuple[Config, ScriptDirectory]:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config, ScriptDirectory.from_config(config)


def migrate(connection: Connection, url: str) -> str:
    """Brings the schema to this code's version, and returns that. Nothing changes where it is.

    LogError where a newer Signpost has been there.
    """
    config, scripts = _scripts()
    found, wanted = _versions(connection, scripts, url)
    if found != wanted:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return wanted


def check(connection: Connection, url: str) -> str:
    """The schema's version; LogError unless it is this code's."""
    found, wanted = _versions(connection, _scripts()[1], url)
    if found != wanted:
        raise LogError(
            f"the query log at {url} has schema {found}, and this Signpost needs {wanted}: start "
            f"its server once, which migrates the log"
        )
    return wanted


def _versions(connection: Connection, scripts: ScriptDirectory, url: str) -> tuple[str | None, str]:
    found = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in scripts.walk_revisions()}
    if found is not None and found not in known:
        raise LogError(
            f"the query log at {url} has schema {found}, which is newer than this Signpost knows: "
            f"update Signpost, or name another log in SIGNPOST_LOG_URL"
        )
    return found, str(scripts.get_current_head())
