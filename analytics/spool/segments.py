"""The spool's folders and files.

Each process has a folder of its own below the spool's, with a lock that ends with the process.
A new file is durable once its folder is synced, and its size with its data (fsync(2)).
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

SUFFIX = ".spool"
_LOCK = "lock"

_sync = getattr(os, "fdatasync", os.fsync)  # macOS has only the latter


@dataclass(slots=True, eq=False)
class Segment:
    """A file of the spool. `left` of its lines are not in the database yet; `replay` says that
    some of these are in no memory any more, so that it must be read again."""

    path: Path
    size: int = 0
    left: int = 0
    replay: bool = False


@dataclass(frozen=True, slots=True)
class OwnedFolder:
    """A folder that no other process touches, and what is in it."""

    path: Path
    lock: FileLock
    segments: tuple[Segment, ...] = ()

    def let_go(self) -> None:
        """Removes the folder if nothing is in it, and lets others have it if there is."""
        if not any(self.path.glob(f"*{SUFFIX}")):
            with suppress(OSError):
                (self.path / _LOCK).unlink(missing_ok=True)
                self.path.rmdir()
        self.lock.release()


class OpenSegment:
    """The segment that is being written."""

    def __init__(self, folder: Path) -> None:
        self.segment = Segment(folder / f"{time.time_ns()}{SUFFIX}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        self._descriptor = os.open(self.segment.path, flags, 0o600)
        _sync_folder(folder)

    def append(self, data: bytes) -> None:
        """They are on disk afterwards. OSError if they cannot be; nothing of them is there then."""
        done, size = 0, self.segment.size
        try:
            while done < len(data):
                done += os.pwrite(self._descriptor, data[done:], size + done)
            _sync(self._descriptor)
        except OSError:
            with suppress(OSError):
                os.ftruncate(self._descriptor, size)
            raise
        self.segment.size += len(data)

    def empty(self) -> None:
        """Takes everything out of it. That need not be durable: what the database has may be
        written to it again."""
        os.ftruncate(self._descriptor, 0)
        self.segment.size = 0

    def close(self) -> None:
        os.close(self._descriptor)


def make_folder(below: Path) -> OwnedFolder:
    """A new folder for this process. OSError if it cannot be made."""
    folder = below / f"{os.getpid()}-{uuid4().hex[:8]}"
    made = folder.with_name(f".{folder.name}")  # nobody looks for it before it is locked
    below.mkdir(mode=0o700, parents=True, exist_ok=True)
    made.mkdir(mode=0o700)
    lock = FileLock(made / _LOCK, mode=0o600, thread_local=False)
    lock.acquire(timeout=0)
    made.rename(folder)
    _sync_folder(below)
    return OwnedFolder(folder, lock)


def abandoned(below: Path, known: Collection[Path]) -> list[OwnedFolder]:
    """The folders of processes that have ended, this one's now. OSError if one cannot be read."""
    found = []
    for folder in sorted({path.parent for path in below.glob(f"[!.]*/{_LOCK}")} - {*known}):
        lock = FileLock(folder / _LOCK, thread_local=False)
        try:
            lock.acquire(timeout=0)
        except (Timeout, OSError):  # it lives, or another was quicker
            continue
        segments = tuple(
            Segment(path, path.stat().st_size, _count_lines(path), replay=True)
            for path in sorted(folder.glob(f"*{SUFFIX}"))
        )
        owned = OwnedFolder(folder, lock, segments)
        if segments:
            found.append(owned)
        else:
            owned.let_go()
    return found


def _count_lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))


def _sync_folder(folder: Path) -> None:
    """So that a file's name is as durable as what is in it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
