"""What this process holds in memory, as Linux tells it."""

from __future__ import annotations

import re
from pathlib import Path


def memory_mb() -> dict[str, float]:
    """`resident_mb` counts pages of mapped files, which the system takes back when memory is
    short; `private_mb` is what only this process can give up."""
    return {"resident_mb": _status_mb("VmRSS"), "private_mb": _status_mb("RssAnon")}


def peak_mb() -> float:
    """The most that was resident since the program began, mapped pages of its input included.
    `resource.getrusage` would count what the parent held when it started this process."""
    return _status_mb("VmHWM")


def _status_mb(name: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    found = re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)
    return int(found.group(1)) * 1_024 / 1e6 if found else float("nan")
