"""A bot's server as a process: started, waited for, looked at from outside, stopped."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import processes
from benchmarks.processes import ROOT

READY_WITHIN_S = 120.0
STOP_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class BotCommand:
    """How to start a bot: arguments after `python`, which are given the port, and settings.
    `cards` says whether its answer is a card."""

    name: str
    arguments: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    cards: bool = True


def signpost(snapshots: Path, data: Path) -> BotCommand:
    """The product as it is, in development mode."""
    settings = {
        "SIGNPOST_DEVELOPMENT": "1",
        "SIGNPOST_SNAPSHOTS_DIR": str(snapshots.resolve()),
        "SIGNPOST_DATA_DIR": str(data.resolve()),
        "SIGNPOST_LOG_LEVEL": "WARNING",
    }
    return BotCommand("signpost", ("app.py",), settings)


_STOCK = ("-m", "benchmarks.turn.stock_bots", "{port}")
ECHO = BotCommand("SDK echo bot", _STOCK, cards=False)


def plain(folder: Path) -> BotCommand:
    return BotCommand("plain bot", (*_STOCK, str(folder)))


class Server:
    """A running bot. `start_s` is the time from its start to its first answer."""

    def __init__(self, bot: BotCommand) -> None:
        """Raises RuntimeError if it does not come up."""
        self.bot = bot
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = int(listener.getsockname()[1])
        started = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, *(part.format(port=self.port) for part in bot.arguments)],
            cwd=ROOT,
            env={**os.environ, **bot.environment, "PORT": str(self.port)},
            stdout=subprocess.DEVNULL,
        )
        self._wait(started)
        self.start_s = time.perf_counter() - started

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get_json(self, path: str) -> dict[str, Any]:
        """What it answers there. Raises OSError if nobody listens."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            answer: dict[str, Any] = json.loads(connection.getresponse().read())
        finally:
            connection.close()
        return answer

    def cpu_s(self) -> float:
        """Processor time of all its threads so far."""
        return processes.cpu_s(self._process.pid)

    def resident_mb(self) -> float:
        """Resident memory now, shared libraries and mapped files included."""
        return processes.resident_mb(self._process.pid)

    def stop(self, how: int = signal.SIGINT, *, within_s: float = STOP_WITHIN_S) -> int:
        """What it exits with; below 0 if it took longer, and had to be ended."""
        self._process.send_signal(how)
        try:
            return self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def kill(self) -> None:
        """Ends it without a chance to do anything."""
        self._process.kill()
        self._process.wait()

    def _wait(self, started: float) -> None:
        while time.perf_counter() - started < READY_WITHIN_S:
            if self._process.poll() is not None:
                raise RuntimeError(f"{self.bot.name} ended with {self._process.returncode}")
            try:
                self.get_json("/healthz")
            except OSError:
                time.sleep(0.02)
            else:
                return
        self.stop()
        raise RuntimeError(f"{self.bot.name} did not answer within {READY_WITHIN_S} s")
