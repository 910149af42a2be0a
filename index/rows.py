"""Arrays on the disk of which a few rows are read at a time.

They are read and not mapped: what a mapping has once touched counts as the process's memory for as
long as the system has room, with fifteen pages around each, so that in time a server would hold all
of it. Read a hundred passages at a time the two take the same time.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray


class RowFile:
    """A .npy file of rows, (n, ...). Thread-safe."""

    def __init__(self, path: Path) -> None:
        """Raises OSError or ValueError where the file is no array of rows, or is cut off."""
        self._file = path.open("rb", buffering=0)
        try:
            shape, self.dtype = self._header()
        except ValueError as error:
            raise ValueError(f"{path}: {error}") from error
        self.count: int = shape[0]
        self.row_shape: tuple[int, ...] = tuple(shape[1:])
        self._begin = self._file.tell()
        self._row_bytes = int(np.prod(self.row_shape, dtype=np.int64)) * self.dtype.itemsize
        if path.stat().st_size != self._begin + self.count * self._row_bytes:
            raise ValueError(f"{path}: it is cut off, or has something behind it")
        self._lock = threading.Lock()

    def _header(self) -> tuple[tuple[int, ...], np.dtype[Any]]:
        version = npy.read_magic(self._file)
        if version != (1, 0):
            raise ValueError(f"version {version} of the format is not read here")
        shape, in_columns, dtype = npy.read_array_header_1_0(self._file)
        if in_columns or not shape:
            raise ValueError("it holds no rows")
        return shape, dtype

    def read(self, starts: Sequence[int], ends: Sequence[int]) -> NDArray[Any]:
        """The rows of those stretches, one stretch after another. Raises OSError."""
        parts = [
            self._bytes(self._begin + start * self._row_bytes, (end - start) * self._row_bytes)
            for start, end in zip(starts, ends, strict=True)
        ]
        return np.frombuffer(b"".join(parts), dtype=self.dtype).reshape(-1, *self.row_shape)

    def _bytes(self, offset: int, count: int) -> bytes:
        if hasattr(os, "pread"):
            return os.pread(self._file.fileno(), count, offset)
        with self._lock:  # Windows has no reading at a place
            self._file.seek(offset)
            return self._file.read(count)
