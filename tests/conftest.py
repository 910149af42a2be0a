"""Indexes that many tests ask, built once by the product's own command and kept in build/; and the
databases that are tested on: real SQLite files and a real PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.canaries import WATCH
from tests.fakes.postgres import Postgres, postgres_server

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
BUILT = ROOT / "build" / "test-snapshots"


def pytest_configure() -> None:
    WATCH.install()


@pytest.fixture(autouse=True)
def _no_log_line_holds_a_secret_or_a_question() -> Iterator[None]:
    """Whatever a test sent as a token or asked: if a logger wrote it down, the test fails."""
    WATCH.take()
    yield
    assert WATCH.take() == []


def build_index(content: Path, name: str) -> Path:
    """The folder of snapshots of that content; built anew only where something has changed, and
    then served whatever it makes of golden questions."""
    snapshots = BUILT / name
    run(["-m", "index", "build", str(content), "--accept"], SIGNPOST_SNAPSHOTS_DIR=str(snapshots))
    return snapshots


def run(arguments: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a Python command of the product from its root; fails the test if it fails."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{arguments} exited with {done.returncode}:\n{done.stderr}"
    return done


@pytest.fixture(scope="session")
def sample_snapshots() -> Path:
    """Snapshots of the sample content, by the real model."""
    return build_index(ROOT / "content", "sample")


@pytest.fixture(scope="session")
def workplace() -> Path:
    """The folder of real content beside the repository."""
    folder = SHARED / "corpora" / "workplace"
    if not folder.is_dir():
        pytest.skip(f"the real content is not at {folder}: it is no part of the repository")
    return folder


@pytest.fixture(scope="session")
def workplace_snapshots(workplace: Path) -> Path:
    """Snapshots of the real content, by the real model."""
    return build_index(workplace, "workplace")


@pytest.fixture(scope="session")
def shared_postgres() -> Iterator[Postgres]:
    with postgres_server() as server:
        yield server


@pytest.fixture
def postgres(shared_postgres: Postgres) -> Postgres:
    """A running, empty PostgreSQL that must go on running; a skipped test where there is none."""
    shared_postgres.empty()
    return shared_postgres


@pytest.fixture
def frail_postgres() -> Iterator[Postgres]:
    """A PostgreSQL that the test may stop and start."""
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def log_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new, empty log can be opened, on each database."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'data' / 'signpost.db'}"
    server: Postgres = request.getfixturevalue("postgres")
    return server.url()
