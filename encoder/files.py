"""Files on the disk: their digests, copies of one's own, and arrays read by the row."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray


def file_sha256(path: Path) -> str:
    """In hex. Raises OSError if the file cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_COPY = "copy-"
_ORPHAN_S = 3600.0  # a copy has its name for the seconds that opening it takes


@dataclass(frozen=True, slots=True)
class OwnCopies:
    """Copies of files that a server opens, below `folder`, which nobody else knows.

    A file that is mapped into memory and cut off by somebody ends the process (SIGBUS), and one
    that is written over changes answers. A copy of one's own does neither: it loses its name as
    soon as it is opened, and lives as long as it is open (unlink(2)). Nothing is left behind by a
    process that is killed. `tell` hears it if no copy can be made: then the files themselves are
    served. On Windows they are always: there nobody can cut off a mapped file.
    """

    folder: Path
    tell: Callable[[str], None]

    @contextmanager
    def of(self, original: Path, names: Collection[str] | None = None) -> Iterator[Path]:
        """A folder with the same files, or those `names` of it; open them within the block."""
        copy = self._copy(original, names) if os.name != "nt" else None
        try:
            yield copy or original
        finally:
            if copy:
                shutil.rmtree(copy, ignore_errors=True)

    def _copy(self, original: Path, names: Collection[str] | None) -> Path | None:
        self.sweep()
        copy: Path | None = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            copy = Path(tempfile.mkdtemp(prefix=_COPY, dir=self.folder))
            for path in original.rglob("*"):
                name = path.relative_to(original)
                if path.is_file() and (names is None or str(name) in names):
                    (copy / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, copy / name)
        except OSError as error:
            if copy:
                shutil.rmtree(copy, ignore_errors=True)
            self.tell(
                f"{original} is served from its own files, which nobody may change in place: no "
                f"copy of them can be made in {self.folder} ({error})"
            )
            return None
        return copy

    def sweep(self) -> None:
        """Removes what was left by processes that were killed while they opened a copy."""
        for orphan in self.folder.glob(f"{_COPY}*"):
            try:
                if time.time() - orphan.stat().st_mtime > _ORPHAN_S:
                    shutil.rmtree(orphan, ignore_errors=True)
            except FileNotFoundError:  # its process has just removed it
                continue


@contextmanager
def opened_from(
    copies: OwnCopies | None, original: Path, names: Collection[str] | None = None
) -> Iterator[Path]:
    """Where to open the files of a folder from: a copy, or themselves if there are no `copies`."""
    if copies is None:
        yield original
    else:
        with copies.of(original, names) as copy:
            yield copy


class RowFile:
    """A .npy file of rows, (n, ...). Thread-safe.

    Rows are read and not mapped. What a mapping has once touched counts as the process's memory for
    as long as the system has room, with fifteen pages around each, so in time a server would hold
    all of it. For a hundred passages at a time, reading takes no longer than mapping.
    """

    def __init__(self, path: Path) -> None:
        """Raises OSError or ValueError if the file is no array of rows, or is cut off."""
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
        """The rows of those stretches, one stretch after another. Raises OSError if the disk does
        not give them."""
        counts = [end - start for start, end in zip(starts, ends, strict=True)]
        rows = np.empty((sum(counts), *self.row_shape), dtype=self.dtype)
        room = rows.reshape(-1).view(np.uint8).data
        done = 0
        for start, count in zip(starts, counts, strict=True):
            size = count * self._row_bytes
            self._read_into(room[done : done + size], self._begin + start * self._row_bytes)
            done += size
        return rows

    def _read_into(self, room: memoryview, offset: int) -> None:
        while room:
            read = self._read_at(room, offset)
            if not read:
                raise OSError(f"{self._file.name} ends before its rows do")
            room, offset = room[read:], offset + read

    def _read_at(self, room: memoryview, offset: int) -> int:
        if hasattr(os, "preadv"):
            return os.preadv(self._file.fileno(), [room], offset)
        with self._lock:  # Windows has no reading at a place
            self._file.seek(offset)
            return self._file.readinto(room) or 0
