"""What processes hold in memory, as Linux tells it, in MB of 10^6 bytes: every benchmark's MB."""

from __future__ import annotations

import os
import re
from pathlib import Path

_PROC = Path("/proc")


def resident_mb(pid: int | None = None) -> float:
    """Of this process, or of that one. Counts shared libraries and pages of mapped files, which
    the system takes back when memory is short; nan where no Linux tells."""
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


def _of(pid: int | None) -> Path:
    return _PROC / str(pid or os.getpid()) / "status"


def _told_mb(path: Path, name: str) -> float:
    """Linux calls 1,024 bytes a kB. Raises OSError where the process has ended."""
    if not _PROC.is_dir():
        return float("nan")
    found = re.search(rf"^{name}:\s+(\d+) kB", path.read_text(encoding="utf-8"), re.MULTILINE)
    return int(found.group(1)) * 1_024 / 1e6 if found else float("nan")
