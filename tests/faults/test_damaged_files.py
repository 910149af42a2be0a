"""Files that are cut off or written over under the running server, and a junk pointer to them."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from snapshot.store import SnapshotStore
from tests.conftest import ROOT

QUESTIONS = (
    "what do I do if my laptop is stolen?",
    "parking",
    "how do I claim what I paid for a taxi to the airport when I was abroad for two weeks?",
    "how do I book a meeting room?",
)


class Server:
    """The product in a process of its own, in development."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self._origin = f"http://127.0.0.1:{port}"

    def get(self, path: str) -> Any:
        """The JSON at an address. Fails with what the server last said if it has ended."""
        assert self.process.poll() is None, f"it ended with {self.process.returncode}"
        with urllib.request.urlopen(self._origin + path, timeout=30) as response:  # noqa: S310
            return json.loads(response.read())

    def titles(self, question: str) -> list[str]:
        found = self.get(f"/api/search?{urllib.parse.urlencode({'q': question})}")
        return [result["title"] for result in found["results"]]

    def wait(self, is_so: Callable[[Any], bool]) -> Any:
        """What `/readyz` says once that is so."""
        for _ in range(600):
            try:
                if is_so(ready := self.get("/readyz")):
                    return ready
            except urllib.error.URLError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"/readyz stayed {ready}")


@contextmanager
def serving(snapshots: Path, data: Path) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "PORT": str(port),
        "SIGNPOST_DEVELOPMENT": "1",
        "SIGNPOST_SNAPSHOTS_DIR": str(snapshots),
        "SIGNPOST_DATA_DIR": str(data),
        "SIGNPOST_SNAPSHOT_POLL_S": "0.1",
    }
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env={**os.environ, **settings}, text=True
    )
    try:
        server = Server(process, port)
        server.wait(lambda ready: "snapshot" in ready)
        yield server
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def snapshots(sample_snapshots: Path, tmp_path: Path) -> Path:
    """A copy of the sample's snapshots that a test may damage."""
    return Path(shutil.copytree(sample_snapshots, tmp_path / "snapshots"))


@pytest.mark.skipif(os.name == "nt", reason="Windows lets nobody cut off a mapped file")
@pytest.mark.parametrize("harm", ["cut off", "written over"])
def test_the_server_outlives_its_files_and_a_new_snapshot_heals_it(
    snapshots: Path, sample_snapshots: Path, tmp_path: Path, harm: str
) -> None:
    """A mapped file that is cut off would kill the process (SIGBUS). The snapshot's own files and
    the model's are harmed, all of them and in place; the answers stay what they were."""
    store = SnapshotStore(snapshots)
    active = store.active_id()
    with serving(snapshots, tmp_path / "data") as server:
        before = server.titles(QUESTIONS[0])
        for folder in (store.path(active), store.encoders):
            for path in folder.rglob("*"):
                if path.is_file():
                    size = path.stat().st_size if harm == "written over" else 0
                    with path.open("r+b") as file:
                        file.truncate(0)
                        file.truncate(size)
        ready = server.wait(lambda ready: ready["status"] == "degraded")
        assert ready["refused"]["snapshot"] == active
        assert "damaged while it is served" in ready["refused"]["reason"]
        for question in QUESTIONS[1:]:
            assert server.titles(question)
        assert server.titles(QUESTIONS[0] + " ") == before

        healed = f"{active[:-8]}ffffffff"
        shutil.copytree(SnapshotStore(sample_snapshots).path(active), snapshots / healed)
        manifest = snapshots / healed / "snapshot.json"
        manifest.write_text(manifest.read_text().replace(active, healed))
        with store.lock():
            store.activate(healed)
        server.wait(lambda ready: (ready["status"], ready["snapshot"]) == ("ready", healed))
        assert server.titles(QUESTIONS[0]) == before


def test_junk_in_the_pointer_does_not_stop_the_start(snapshots: Path, tmp_path: Path) -> None:
    """The newest good snapshot serves, and readiness says that nothing says which should."""
    (snapshots / "ACTIVE").write_bytes(b"\x00junk")
    with serving(snapshots, tmp_path / "data") as server:
        ready = server.wait(lambda ready: ready["status"] == "degraded")
        assert ready["snapshot"] == SnapshotStore(snapshots).newest_good()
        assert "ACTIVE cannot be read" in ready["refused"]["reason"]
        assert server.titles(QUESTIONS[0])
