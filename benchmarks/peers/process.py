"""A peer's process, seen by the benchmark."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil

from benchmarks.memory import resident_mb
from benchmarks.results import ROOT

_TIMEOUT_S = 600.0
_TOLD_LINES = 3
# No peer may look for its model, or report that it runs, on the network.
_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANGCHAIN_TRACING_V2": "false",
}
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")


class PeerFailed(Exception):
    """A peer could not do what it was asked to; says why."""


class PeerProcess:
    """One peer in a process of its own. Close it."""

    def __init__(
        self,
        name: str,
        model: Path,
        log: Path,
        *,
        python: Path = Path(sys.executable),
        threads: int = 0,
        timeout_s: float = _TIMEOUT_S,
        module: str = "benchmarks.peers.child",
    ) -> None:
        """Starts it; `threads` is how many each numeric library may use, 0 as many as it likes.
        What it prints goes to `log`."""
        self.name = name
        self._log = log
        self._timeout_s = timeout_s
        self.started = time.perf_counter()
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [str(python), "-m", module, name, str(model)],
                cwd=ROOT,
                env=_environment(os.environ, threads),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="utf-8",
            )

    def wait_ready(self) -> str:
        """Its version, once its model is loaded. Raises PeerFailed."""
        version: str = self._reply("start")["version"]
        return version

    def request(self, do: str, **what: Any) -> tuple[dict[str, Any], float]:
        """The reply, and the seconds until it was there. Raises PeerFailed."""
        begun = time.perf_counter()
        assert self._process.stdin is not None  # noqa: S101 (it was asked for above)
        try:
            self._process.stdin.write(json.dumps({"do": do, **what}) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise PeerFailed(f"{do}: it has ended; {self._last_words()}") from error
        return self._reply(do), time.perf_counter() - begun

    def memory_mb(self) -> float:
        """Resident memory, shared libraries and mapped files included."""
        return resident_mb(self._process.pid)

    def cpu_s(self) -> float:
        """Processor time that it has taken, in seconds, to the hundredth."""
        taken = psutil.Process(self._process.pid).cpu_times()
        return float(taken.user + taken.system)

    def close(self) -> None:
        """Ends it, by force if need be."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def _reply(self, do: str) -> dict[str, Any]:
        assert self._process.stdout is not None  # noqa: S101 (it was asked for above)
        guard = threading.Timer(self._timeout_s, self._process.kill)
        guard.start()
        try:
            line = self._process.stdout.readline()
        finally:
            guard.cancel()
        if not line:
            raise PeerFailed(f"{do}: it has ended; {self._last_words()}")
        reply: dict[str, Any] = json.loads(line)
        if not reply["ok"]:
            raise PeerFailed(f"{do}: {reply['error']}")
        return reply

    def _last_words(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return " / ".join(lines[-_TOLD_LINES:]) or "it printed nothing"


def _environment(outer: Mapping[str, str], threads: int) -> dict[str, str]:
    limits = dict.fromkeys(_THREADS, str(threads)) if threads else {}
    return {**outer, **_OFFLINE, **limits}
