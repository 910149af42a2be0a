"""What of the run the machine has room for; what it has not is left out, with the reason."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.memory import available_mb
from benchmarks.scale.engines import COMPARED, FLAT32, HNSW, HNSW_UP_TO

_FLOAT_BYTES = 4
# Times the vectors' size in single precision: they themselves, FAISS's flat index of them, twice
# half of that in half precision, and the codes.
_ON_DISK = 3.1
# What a process needs that holds them, over their own size.
_IN_MEMORY = 1.3


@dataclass(frozen=True, slots=True)
class Room:
    """Megabytes of 10^6 bytes that are free on the disk and in memory."""

    disk_mb: float
    memory_mb: float

    @classmethod
    def now(cls, folder: Path) -> Room:
        """On the disk of that folder, which exists. Vectors that are kept there need no new room:
        they are read again, or replaced."""
        kept = sum(path.stat().st_size for path in folder.glob("vectors-*.npy"))
        return cls((shutil.disk_usage(folder).free + kept) / 1e6, available_mb())

    def sizes(self, sizes: Sequence[int], dim: int) -> tuple[list[int], list[str]]:
        """Those whose files the disk takes, and a sentence for each other."""
        fitting, left_out = [], []
        for count in sizes:
            needed_mb = _ON_DISK * _vectors_mb(count, dim)
            if needed_mb < self.disk_mb:
                fitting.append(count)
            else:
                left_out.append(
                    f"{count:,} passages were left out: they take {needed_mb / 1e3:.0f} GB on the "
                    f"disk, and {self.disk_mb / 1e3:.0f} are free."
                )
        return fitting, left_out

    def engines(self, count: int, dim: int) -> tuple[list[str], list[str]]:
        """Those to compare at that size, and a sentence for each that is left out."""
        left_out = {}
        if count > HNSW_UP_TO:
            left_out[HNSW] = "it takes longer to build than all others together"
        needed_mb = _IN_MEMORY * _vectors_mb(count, dim)
        if needed_mb > self.memory_mb:
            left_out[FLAT32] = (
                f"it takes {needed_mb / 1e3:.1f} GB of memory, and {self.memory_mb / 1e3:.1f} are "
                "available"
            )
        sentences = [f"{name} was left out at {count:,}: {why}." for name, why in left_out.items()]
        return [name for name in COMPARED if name not in left_out], sentences


def _vectors_mb(count: int, dim: int) -> float:
    return count * dim * _FLOAT_BYTES / 1e6
