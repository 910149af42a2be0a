"""A port that is taken is told at once, before anything is installed, built or loaded."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from operation.port import bind
from tests.conftest import ROOT

TOLD = "Is it running already? PORT=... chooses another port"


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_free_port_is_held_and_nobody_can_connect_yet() -> None:
    [held] = bind("127.0.0.1", 0)
    with held:
        address = held.getsockname()
        with socket.socket() as client, pytest.raises(ConnectionRefusedError):
            client.connect(address)
        held.listen()
        socket.create_connection(address).close()


def test_every_address_of_a_name_is_held() -> None:
    held = bind("localhost", 0)
    assert {one.getsockname()[0] for one in held} <= {"127.0.0.1", "::1"}
    for one in held:
        one.close()


def test_the_server_says_so_before_it_looks_for_its_index(taken: int, tmp_path: Path) -> None:
    """There is none here, which it would otherwise complain of."""
    environment = {
        "PORT": str(taken),
        "SIGNPOST_DEVELOPMENT": "1",
        "SIGNPOST_SNAPSHOTS_DIR": str(tmp_path / "none"),
        "SIGNPOST_DATA_DIR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"Signpost cannot listen on 127.0.0.1:{taken}: ")
    assert done.stderr.strip().endswith(TOLD)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_run_says_so_before_it_installs_or_builds_anything(taken: int, tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    (tmp_path / "operation").mkdir()
    shutil.copy(ROOT / "operation" / "port.py", tmp_path / "operation")
    done = subprocess.run(
        ["make", "run", f"PORT={taken}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert TOLD in done.stderr
    assert not (tmp_path / ".venv").exists()
