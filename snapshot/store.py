"""The folder of snapshots: publishing, activating, rolling back, pruning.

The file ACTIVE points to the snapshot that is served and is swapped by one atomic rename. What
stood in it before stays in its history, so that `rollback` knows where to go.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TypeAlias

import msgspec
from filelock import FileLock, Timeout

from encoder.files import OwnCopies, opened_from
from errors import SnapshotDamaged, SnapshotError, SnapshotNotFound
from snapshot.manifest import Manifest, read_manifest, verify
from snapshot.media import Media, named_in
from snapshot.reading import Snapshot
from snapshot.writing import fsync

_POINTER = "ACTIVE"
_ENCODERS = ".encoders"
_RERANKERS = ".rerankers"
_MEDIA = ".media"
_BUILDING = ".building-"


@dataclass(frozen=True, slots=True)
class Pointer:
    """What ACTIVE says: the snapshot served, those served before it (latest first), and the
    content digests that were rolled back and must not come back by themselves."""

    snapshot: str | None
    previous: tuple[str, ...]
    withdrawn: tuple[str, ...]


_NOTHING = Pointer(None, (), ())

# What a look at a folder shows of its files without reading them: name, bytes, time of change in
# nanoseconds, and inode.
Looks: TypeAlias = tuple[tuple[str, int, int, int], ...]


class SnapshotStore:
    """With `copies`, snapshots are opened from copies of their files."""

    def __init__(self, folder: Path, copies: OwnCopies | None = None) -> None:
        self.folder = folder
        self.copies = copies

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Held by whoever changes the folder. Raises SnapshotError if another process has it,
        or the folder cannot be written."""
        lock = FileLock(self.folder / ".lock")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
        except Timeout as error:  # an OSError, too
            raise SnapshotError(
                f"another build works in {self.folder}: wait for it to end"
            ) from error
        except OSError as error:
            raise self._unusable(error) from error
        try:
            yield
        finally:
            lock.release()

    @property
    def encoders(self) -> Path:
        """Where exported models are kept: to be copied with the snapshots."""
        return self.folder / _ENCODERS

    @property
    def rerankers(self) -> Path:
        """Where exported cross-encoders are kept."""
        return self.folder / _RERANKERS

    @property
    def media(self) -> Media:
        """The recordings that Signpost plays: to be copied with the snapshots."""
        return Media(self.folder / _MEDIA)

    def pointer(self) -> Pointer:
        """Raises SnapshotDamaged if ACTIVE is not what `_point` wrote."""
        path = self.folder / _POINTER
        try:
            return msgspec.json.decode(path.read_bytes(), type=Pointer)
        except FileNotFoundError:
            return _NOTHING
        except NotADirectoryError as error:
            raise self._unusable(error) from error
        except (OSError, ValueError) as error:
            raise SnapshotDamaged(
                f"{path} cannot be read: {error}. Name a snapshot with `python -m index activate`"
            ) from error

    def active_id(self) -> str:
        """Raises SnapshotNotFound if none is active yet."""
        if (active := self.pointer().snapshot) is None:
            raise SnapshotNotFound(
                f"no snapshot is active in {self.folder}: run `python -m index build CONTENT`"
            )
        return active

    def ids(self) -> list[str]:
        """Every snapshot there is, oldest first."""
        with self._explained():
            if not self.folder.is_dir():
                return []
            return sorted(
                path.name
                for path in self.folder.iterdir()
                if path.is_dir() and not path.name.startswith(".")
            )

    def path(self, snapshot_id: str) -> Path:
        """Raises SnapshotNotFound."""
        if snapshot_id not in self.ids():
            known = ", ".join(self.ids()[-5:]) or "none"
            raise SnapshotNotFound(
                f"there is no snapshot {snapshot_id!r} in {self.folder} (latest: {known})"
            )
        return self.folder / snapshot_id

    def manifest(self, snapshot_id: str) -> Manifest:
        return read_manifest(self.path(snapshot_id))

    def examples(self) -> tuple[str, ...]:
        """The questions that the active snapshot offers; none if there is none to be read."""
        try:
            return self.manifest(self.active_id()).examples
        except (SnapshotNotFound, SnapshotDamaged):
            return ()

    def open(self, snapshot_id: str | None = None) -> Snapshot:
        """The snapshot of that name, or the active one, verified: all its bytes are read.

        Raises SnapshotNotFound, or SnapshotDamaged.
        """
        folder = self.path(snapshot_id or self.active_id())
        with opened_from(self.copies, folder) as opened:
            verify(folder, opened)
            return Snapshot(folder, opened)

    def verify(self, snapshot_id: str) -> Manifest:
        """Reads all bytes of a snapshot. Raises SnapshotNotFound, or SnapshotDamaged."""
        return verify(self.path(snapshot_id))

    def looks(self, snapshot_id: str) -> Looks:
        """Equal for two looks at a snapshot unless somebody changed its files in between."""
        folder, seen = self.folder / snapshot_id, []
        for path in sorted(folder.rglob("*")):
            with suppress(FileNotFoundError):
                stat = path.stat()
                if path.is_file():
                    name = str(path.relative_to(folder))
                    seen.append((name, stat.st_size, stat.st_mtime_ns, stat.st_ino))
        return tuple(seen)

    def newest_good(self) -> str | None:
        """The latest snapshot that is not damaged, whether it was ever active or not."""
        for snapshot_id in reversed(self.ids()):
            with suppress(SnapshotDamaged):
                self.verify(snapshot_id)
                return snapshot_id
        return None

    def find(self, content_digest: str) -> str | None:
        """The latest undamaged snapshot with that content."""
        for snapshot_id in reversed(self.ids()):
            try:
                if self.manifest(snapshot_id).content_digest == content_digest:
                    verify(self.path(snapshot_id))
                    return snapshot_id
            except SnapshotDamaged:
                continue
        return None

    def publish(self, snapshot_id: str, write: Callable[[Path], None]) -> Manifest:
        """Has a snapshot written aside, verifies it, opens it once and gives it its name.

        Call it with the lock held. It is not active yet. A failure leaves nothing behind.
        Raises SnapshotError if the disk does not take it.
        """
        aside = self.folder / f"{_BUILDING}{os.getpid()}-{secrets.token_hex(4)}"
        with self._explained():
            aside.mkdir(parents=True)
            try:
                write(aside)
                manifest = verify(aside)
                Snapshot(aside)
                aside.rename(self.folder / snapshot_id)
            except BaseException:
                shutil.rmtree(aside, ignore_errors=True)
                raise
            fsync(self.folder)
        return manifest

    def activate(self, snapshot_id: str) -> None:
        """Verifies the snapshot and points ACTIVE to it; call it with the lock held.

        Raises SnapshotNotFound, or SnapshotDamaged and leaves ACTIVE as it was.
        """
        manifest = verify(self.path(snapshot_id))
        try:
            old = self.pointer()
        except SnapshotDamaged:
            old = _NOTHING
        served = (old.snapshot, *old.previous) if old.snapshot else ()
        kept = [name for name in served if name != snapshot_id and name in self.ids()]
        withdrawn = [digest for digest in old.withdrawn if digest != manifest.content_digest]
        self._point(Pointer(snapshot_id, tuple(kept), tuple(withdrawn)))

    def rollback(self) -> tuple[str, str]:
        """Points ACTIVE to the snapshot served before; returns (the old one, the new one).

        The content rolled back from is remembered: a build of it is not activated again unless
        asked to. Call it with the lock held. Raises SnapshotNotFound if there is none before.
        """
        pointer = self.pointer()
        rolled_back = self.active_id()
        candidates = [name for name in pointer.previous if name in self.ids()]
        if not candidates:
            raise SnapshotNotFound(f"no snapshot was served before {rolled_back}")
        target = candidates[0]
        verify(self.path(target))
        try:
            digests = {self.manifest(rolled_back).content_digest}
        except SnapshotError:  # damaged, which may be why it is rolled back
            digests = set()
        self._point(
            Pointer(
                snapshot=target,
                previous=tuple(candidates[1:]),
                withdrawn=tuple(sorted({*pointer.withdrawn, *digests})),
            )
        )
        return rolled_back, target

    def prune(self, keep: int, *, dry_run: bool = False) -> list[str]:
        """Removes all but the latest `keep` snapshots, the active one and the one that `rollback`
        would go back to; returns their names.

        Call it with the lock held.
        """
        pointer, ids = self.pointer(), self.ids()
        before = [name for name in pointer.previous if name in ids][:1]
        doomed = [name for name in ids[:-keep] if name not in (pointer.snapshot, *before)]
        if not dry_run:
            with self._explained():
                for name in doomed:
                    shutil.rmtree(self.folder / name)
            if doomed:
                previous = tuple(name for name in pointer.previous if name not in doomed)
                self._point(replace(pointer, previous=previous))
            self._sweep_media()
        return doomed

    def _sweep_media(self) -> None:
        """Removes recordings that no snapshot names; none, if one cannot be read."""
        with suppress(OSError, ValueError):
            used = [named_in(self.folder / name) for name in self.ids()]
            self.media.sweep(set().union(*used))

    def sweep(self) -> list[str]:
        """Removes what killed builds left; returns the names. Call it with the lock held."""
        with self._explained():
            orphans = [p for p in self.folder.glob(f"{_BUILDING}*") if p.is_dir()]
            for orphan in orphans:
                shutil.rmtree(orphan)
        return [orphan.name for orphan in orphans]

    def write_whole(self, name: str, text: str) -> None:
        """Puts a file into the folder, in place of what was there, by one atomic rename; call it
        with the lock held. Raises SnapshotError if the disk does not take it."""
        path = self.folder / name
        aside = path.with_name(f".{name}-{os.getpid()}")
        with self._explained():
            aside.write_text(text, encoding="utf-8")
            fsync(aside)
            aside.replace(path)
            fsync(self.folder)

    def _point(self, pointer: Pointer) -> None:
        self.write_whole(_POINTER, json.dumps(asdict(pointer), indent=2) + "\n")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What the system refuses in the folder becomes a SnapshotError."""
        try:
            yield
        except OSError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: OSError) -> SnapshotError:
        at = error.filename or self.folder
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            free = shutil.disk_usage(self.folder).free
            return SnapshotError(
                f"{at} cannot be written: {error.strerror}; {free:,} bytes are free for "
                f"{self.folder}. Make room there, or set SIGNPOST_SNAPSHOTS_DIR to another folder"
            )
        return SnapshotError(
            f"the snapshots folder {self.folder} cannot be used: {error}. Set "
            "SIGNPOST_SNAPSHOTS_DIR to a folder that this user may write to"
        )
