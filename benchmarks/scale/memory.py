"""What this process holds in memory, as Linux tells it."""

from __future__ import annotations

import re
import resource
from pathlib import Path


def memory_mb() -> dict[str, float]:
    """`resident_mb` counts pages of mapped files, which the system takes back when memory is
    short; `private_mb` is what only this process can give up."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")

    def of(name: str) -> float:
        found = re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)
        return int(found.group(1)) * 1_024 / 1e6 if found else float("nan")

    return {"resident_mb": of("VmRSS"), "private_mb": of("RssAnon")}


def peak_mb() -> float:
    """The most that was resident since the process began, mapped pages of its input included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024 / 1e6
