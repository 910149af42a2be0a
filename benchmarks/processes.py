"""Processes that a benchmark starts, and what they take of the machine, as Linux tells it.

Memory is in MB of 10^6 bytes. This imports little: what a process imports is a part of its memory.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parent.parent
_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")
T = TypeVar("T")


def alone(function: Callable[..., T], **arguments: Any) -> T:
    """What the function returns in a process of its own. Arguments and result travel as JSON.
    Raises subprocess.CalledProcessError if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", __spec__.name, function.__module__, function.__name__],
        cwd=ROOT,
        input=json.dumps(arguments),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: T = json.loads(done.stdout.splitlines()[-1])  # libraries may print before
    return found


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
    work = getattr(importlib.import_module(sys.argv[1]), sys.argv[2])
    print(json.dumps(work(**json.load(sys.stdin))))
