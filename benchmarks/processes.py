"""Processes that a benchmark starts, and what they take of the machine, as Linux tells it.

Memory is in MB of 10^6 bytes. This imports little: what a process imports is a part of its memory.
`python -m benchmarks.processes DESCRIPTOR` is the other end of a `Child`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import closing, nullcontext
from multiprocessing import connection
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parent.parent
_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
_TOLD_LINES = 3
T = TypeVar("T")


class ChildFailed(Exception):
    """A child could not do what it was asked to; says why."""


class Child:
    """A process that does what it is asked to, one thing after the other. Close it."""

    def __init__(
        self,
        log: Path | None = None,
        *,
        python: Path = Path(sys.executable),
        environment: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
    ) -> None:
        """Starts it, with these variables beside the environment's. What it prints goes to `log`,
        or to the standard error. It is ended if it takes longer than `timeout_s` for a thing."""
        self._log, self._timeout_s = log, timeout_s
        self._connection, theirs = connection.Pipe()
        with theirs, log.open("ab") if log else nullcontext(sys.stderr) as output:
            self._process = subprocess.Popen(
                [str(python), "-m", "benchmarks.processes", str(theirs.fileno())],
                cwd=ROOT,
                env={**os.environ, **(environment or {})},
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )

    def call(self, function: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """What a module's function returns there. Arguments and result are pickled. Raises
        ChildFailed if it raises anything, or the process ends."""
        try:
            self._connection.send((function, arguments, named))
            if not self._connection.poll(self._timeout_s):
                self._process.kill()
            is_done, found = self._connection.recv()
        except (EOFError, OSError) as error:
            raise ChildFailed(f"{function.__name__}: it has ended; {self._last_words()}") from error
        if not is_done:
            raise ChildFailed(f"{function.__name__}: {found}")
        result: T = found
        return result

    def memory_mb(self) -> float:
        """Resident memory, shared libraries and mapped files included."""
        return resident_mb(self._process.pid)

    def cpu_s(self) -> float:
        """Processor time that it has taken."""
        return cpu_s(self._process.pid)

    def close(self) -> None:
        """Ends it, by force if need be."""
        self._connection.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _last_words(self) -> str:
        self.close()
        said = self._log.read_text(encoding="utf-8", errors="replace") if self._log else ""
        return " / ".join(said.strip().splitlines()[-_TOLD_LINES:]) or "it printed nothing"


def alone(function: Callable[..., T], **arguments: Any) -> T:
    """What the function returns in a process of its own. Raises ChildFailed if it fails."""
    with closing(Child()) as child:
        return child.call(function, **arguments)


def _serve(parent: connection.Connection) -> None:
    """Does what it is asked to, until nobody asks any more. Whatever a function raises is told."""
    while True:
        try:
            function, arguments, named = parent.recv()
        except EOFError:
            return
        try:
            reply = True, function(*arguments, **named)
        except Exception as error:  # libraries raise whatever they like
            traceback.print_exc()
            reply = False, f"{type(error).__name__}: {error}"
        parent.send(reply)


def resident_mb(pid: int | None = None) -> float:
    """Of this process, or of that one. Counts shared libraries and pages of mapped files, which
    the system takes back when memory is short; nan if no Linux tells."""
    return _told_mb(_of(pid), "VmRSS")


def private_mb(pid: int | None = None) -> float:
    """What only the process itself can give up."""
    return _told_mb(_of(pid), "RssAnon")


def peak_mb(pid: int | None = None) -> float:
    """The most that was resident since the program began, mapped pages of its input included.
    `resource.getrusage` would count what the parent held when it started this process."""
    return _told_mb(_of(pid), "VmHWM")


def available_mb() -> float:
    """What new processes can have before the machine runs short."""
    return _told_mb(_PROC / "meminfo", "MemAvailable")


def cpu_s(pid: int) -> float:
    """Processor time of all its threads so far, in seconds, to the hundredth."""
    stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / _TICKS


def _of(pid: int | None) -> Path:
    return _PROC / str(pid or os.getpid()) / "status"


def _told_mb(path: Path, name: str) -> float:
    """Linux calls 1,024 bytes a kB. Raises OSError if the process has ended."""
    if not _PROC.is_dir():
        return float("nan")
    found = re.search(rf"^{name}:\s+(\d+) kB", path.read_text(encoding="utf-8"), re.MULTILINE)
    return int(found.group(1)) * 1_024 / 1e6 if found else float("nan")


if __name__ == "__main__":
    _serve(connection.Connection(int(sys.argv[1])))
