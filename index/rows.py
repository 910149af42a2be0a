"""Rows of an array on the disk, read as they are asked for."""

from __future__ import annotations

import os
import weakref
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from errors import SnapshotDamaged


class RowsFile:
    """An array (n, width) uint8 in a .npy file. Thread-safe.

    It is read, not mapped: a server would have all of a mapped file counted as its memory in time,
    and giving that back costs more than reading (0.56 against 0.38 ms for a hundred passages'
    tokens). And a disk that fails raises an error, where a mapped one ends the process.
    """

    def __init__(self, path: Path) -> None:
        """Raises SnapshotDamaged where there is no such array."""
        self._path = path
        try:
            mapped = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError) as error:
            raise SnapshotDamaged(f"{path} cannot be read: {error}") from error
        if mapped.ndim != 2 or mapped.dtype != np.uint8:
            raise SnapshotDamaged(f"{path} holds no rows of bytes")
        self.shape: tuple[int, int] = mapped.shape
        # Windows reads at no offset; there, the file stays mapped.
        self._mapped: NDArray[np.uint8] | None = np.asarray(mapped)
        if hasattr(os, "preadv") and mapped.size:
            self._mapped = None
            self._begin = int(mapped.offset)
            try:
                self._file = os.open(path, os.O_RDONLY)
            except OSError as error:
                raise SnapshotDamaged(f"{path} cannot be read: {error}") from error
            weakref.finalize(self, os.close, self._file)

    def read(self, spans: Sequence[tuple[int, int]]) -> NDArray[np.uint8]:
        """(t, width): the rows from the first of each span up to its second, one span after
        another. Raises SnapshotDamaged where the disk does not give them."""
        if self._mapped is not None:
            parts = [self._mapped[start:end] for start, end in spans]
            return np.concatenate(parts) if parts else self._mapped[:0]
        width = self.shape[1]
        rows = np.empty((sum(end - start for start, end in spans), width), dtype=np.uint8)
        room = rows.reshape(-1).data
        done = 0
        for start, end in spans:
            size = (end - start) * width
            self._read_into(room[done : done + size], self._begin + start * width)
            done += size
        return rows

    def _read_into(self, room: memoryview, offset: int) -> None:
        while room:
            try:
                count = os.preadv(self._file, [room], offset)
            except OSError as error:
                raise SnapshotDamaged(f"{self._path} cannot be read: {error}") from error
            if not count:
                raise SnapshotDamaged(f"{self._path} ends before its rows do")
            room, offset = room[count:], offset + count
