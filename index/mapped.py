"""Arrays on the disk that are read a little at a time, and do not come to fill the memory.

What a mapping has once touched counts as the process's own memory for as long as the system has
room, with fifteen pages around each. So it is given back after so many bytes: the system keeps the
pages at hand, and touching one again costs a microsecond.
"""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class MappedArray:
    """A .npy file. Thread-safe; an array that was cut out of it stays good."""

    def __init__(self, path: Path, kept_bytes: int) -> None:
        """`kept_bytes` are read before memory is given back. Raises OSError or ValueError where
        the file is no array."""
        mapped: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
        # A plain view: slicing NumPy's own class of mapped arrays takes several times as long.
        self.array: NDArray[Any] = np.asarray(mapped)
        self._mapping: mmap.mmap | None = getattr(mapped, "_mmap", None)
        self._kept_bytes = kept_bytes
        self._read = 0

    def was_read(self, count: int) -> None:
        """Tells that so many bytes of the array were used; gives memory back where it is time."""
        self._read += count
        if self._read > self._kept_bytes:
            self._read = 0
            self.let_go()

    def let_go(self) -> None:
        """Gives all of its memory back, where the system can do that."""
        if self._mapping is not None and hasattr(mmap, "MADV_DONTNEED"):
            self._mapping.madvise(mmap.MADV_DONTNEED)
