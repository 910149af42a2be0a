"""The real application, a Teams-like client before it, and a real browser before that.

These tests run in a process of their own: Playwright's loop would stay in the way of asyncio's.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
PLAYGROUND = HERE / "node_modules" / "@microsoft" / "m365agentsplayground" / "cli.js"
START_S = 120.0
# Chromium's background services look for the internet; the rest is what root in a container needs.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ELSEWHERE = re.compile(r"^https?://(?!127\.0\.0\.1|localhost)")


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def started(command: list[str], log: Path, ready_url: str, **environment: str) -> Iterator[None]:
    """A program that runs until the block ends, once `ready_url` answers."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(ready_url, process, log)
        yield
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended: {log.read_text()[-3000:]}")
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310 (our own address)
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"{url} did not answer within {START_S} s: {log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the application keeps its query log."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def base_url(
    sample_snapshots: Path, data_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of the running application, with the sample content and the real model."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = tmp_path_factory.mktemp("app") / "app.log"
    settings = {
        "SIGNPOST_DEVELOPMENT": "1",
        "SIGNPOST_SNAPSHOTS_DIR": str(sample_snapshots),
        "SIGNPOST_DATA_DIR": str(data_dir),
        "SIGNPOST_QUERY_LOG_URL": f"sqlite+aiosqlite:///{data_dir / 'signpost.db'}",
        "PORT": str(port),
    }
    with started([sys.executable, "app.py"], log, f"{url}/readyz", **settings):
        yield url


@pytest.fixture(scope="session")
def playground_url(base_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Microsoft 365 Agents Playground that talks to the application."""
    if shutil.which("node") is None or not PLAYGROUND.exists():
        pytest.skip("the Playground is not installed: it takes node and `npm ci` in tests/e2e")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    logs = tmp_path_factory.mktemp("playground")
    options = {
        "-e": f"{base_url}/api/messages",
        "-c": "msteams",
        "-p": str(port),
        "--service-url": f"{url}/_connector",
    }
    command = ["node", str(PLAYGROUND), "start", *sum(options.items(), ()), "--disable-telemetry"]
    environment = {
        "TEAMSAPPTESTER_BROWSER": "none",
        "NODE_OPTIONS": f"--require {HERE / 'loopback.cjs'}",
        "M365_AGENTS_PLAYGROUND_LOGFILE": str(logs / "playground.log"),
        "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(HERE / "m365agentsplayground.yml"),
    }
    # "Listening on" is printed before it can answer; this address answers when it can.
    with started(command, logs / "output.log", f"{url}/_debug/ping", **environment):
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"there is no browser at {CHROMIUM}: install chromium, or set CHROMIUM")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()
