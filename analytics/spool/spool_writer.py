"""Write-ahead files beside the query log's database (docs/adr/0022).

One thread writes what has come in meanwhile, with one sync for all (group commit). What the
database has is taken out of the files again; what a process left behind is adopted by another, or
by the next start.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import structlog

from analytics.events import Event, MalformedEvent
from analytics.spool.segments import OpenSegment, OwnedFolder, Segment, abandoned, make_folder
from analytics.spool.spooled_lines import read_lines, to_line

SEGMENT_BYTES = 4 << 20
SPOOLED_TOGETHER = 500
RETRY_S = 1.0
REPORT_EVERY_S = 60.0
CLOSE_WITHIN_S = 2.0

_log = structlog.get_logger(__name__)


@dataclass(slots=True, eq=False)
class Entry:
    """An event on its way, and the file that has it, if one does. It `is_settled` once it needs
    to be in none."""

    event: Event
    segment: Segment | None = None
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class SpoolStats:
    """`rows` events in files, of `size` bytes in all, are not in the database yet."""

    rows: int = 0
    size: int = 0


NOTHING_SPOOLED = SpoolStats()


class Spool:
    """Keeps entries on disk until they are settled. Every method may be called from any thread;
    `adopt`, `next_replay` and `close` wait for the disk.

    `problem` is why nothing can be spooled now, empty if it can. `written` counts the entries taken
    that are on disk or need not be. `max_bytes` is the most that the files may hold.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self.folder = folder
        self.problem = ""
        self.written = 0
        self._max_bytes = max_bytes
        self._own: OwnedFolder | None = None
        self._adopted: dict[Path, OwnedFolder] = {}
        self._segments: list[Segment] = []
        self._open: OpenSegment | None = None
        self._queue: deque[Entry] = deque()
        self._changed = threading.Condition()
        self._closing = False
        self._reported_at = float("-inf")
        self._on_written: Callable[[], None] = lambda: None
        self._thread = threading.Thread(target=self._run, name="query-log-spool", daemon=True)

    def start(self, on_written: Callable[[], None]) -> None:
        """`on_written` is called in a thread of the spool's whenever `written` or `problem` may
        have changed."""
        self._on_written = on_written
        self._thread.start()

    @property
    def stats(self) -> SpoolStats:
        with self._changed:
            rows = sum(one.left for one in self._segments)
            return SpoolStats(rows, sum(one.size for one in self._segments))

    @property
    def has_replay(self) -> bool:
        """Whether `next_replay` has something."""
        return any(one.replay for one in self._segments)

    def take(self, entry: Entry) -> None:
        """The entry shall be on disk, in the order of taking."""
        with self._changed:
            self._queue.append(entry)
            self._changed.notify()

    def settle(self, entries: Iterable[Entry]) -> None:
        """They are in the database, or are given up."""
        with self._changed:
            for entry in entries:
                entry.is_settled = True
                if entry.segment:
                    entry.segment.left -= 1
            self._changed.notify()

    def release(self, entry: Entry) -> bool:
        """Memory has no room for the entry: whether a file has it, to be replayed."""
        with self._changed:
            if entry.segment is None:
                entry.is_settled = True
                return False
            entry.segment.replay = True
            self._changed.notify()
            return True

    def adopt(self) -> None:
        """Takes over what processes that have ended left behind."""
        own = [self._own.path] if self._own else []
        try:
            found = abandoned(self.folder, [*own, *self._adopted])
        except OSError as error:
            _log.error("spool.unreadable", path=str(self.folder), error=str(error))
            return
        for folder in found:
            with self._changed:
                self._adopted[folder.path] = folder
                self._segments += folder.segments
            rows = sum(one.left for one in folder.segments)
            _log.info("spool.adopted", path=str(folder.path), rows=rows)

    def next_replay(self) -> list[Entry]:
        """The entries of one file that must be read again; empty if there is none. A damaged line
        is set aside in a file beside it, and a torn one at the end left out."""
        with self._changed:
            waits = (one for one in self._segments if one.replay and not self._is_open(one))
            former = next(waits, None)
            if former is None:
                return []
            self._segments.remove(former)
        # What memory still has settles with the former one, which no longer counts.
        segment = Segment(former.path, former.size)
        try:
            entries = self._read(segment)
        except OSError as error:  # it stays there for the next start
            _log.error("spool.unreadable", path=str(segment.path), error=str(error))
            return []
        segment.left = len(entries)
        with self._changed:
            self._segments.append(segment)
            self._changed.notify()
        return entries

    def close(self) -> None:
        """Writes what is left, and leaves to the next start what is not settled."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(CLOSE_WITHIN_S)
            if self._thread.is_alive():  # the disk is stuck: the process ends without it
                return
        self._seal()
        self._tidy()
        for folder in (*self._adopted.values(), *([self._own] if self._own else [])):
            folder.let_go()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not (self._queue or self._closing or self._untidy()):
                    self._changed.wait()
                batch = list(islice(self._queue, SPOOLED_TOGETHER))
            self._tidy()
            if batch and not self._write(batch):
                with self._changed:
                    self._changed.wait(0 if self._closing else RETRY_S)
            if self._closing and (not self._queue or self.problem):
                return

    def _write(self, batch: list[Entry]) -> bool:
        """Whether it succeeded. Otherwise all stay in the queue."""
        lines: list[tuple[Entry, bytes]] = []
        for entry in batch:
            if not entry.is_settled:
                # What cannot be written is refused by the database's writer, which says so.
                with suppress(MalformedEvent, TypeError, ValueError):
                    lines.append((entry, to_line(entry.event)))
        try:
            segment = self._append(b"".join(line for _, line in lines)) if lines else None
        except OSError as error:
            self._fail(error)
            return False
        with self._changed:
            for entry, _ in lines:
                if segment and not entry.is_settled:
                    entry.segment = segment
                    segment.left += 1
            for _ in batch:
                self._queue.popleft()
            self.written += len(batch)
        if self.problem:
            self.problem = ""
            _log.info("spool.recovered", path=str(self.folder))
        self._on_written()
        return True

    def _append(self, data: bytes) -> Segment:
        """The segment that has the data now, for good. OSError if it cannot be written."""
        if self.stats.size + len(data) > self._max_bytes:
            raise OSError(f"it may hold {self._max_bytes} (SIGNPOST_SPOOL_MB)")
        if self._open and (self._open.segment.replay or self._open.segment.size >= SEGMENT_BYTES):
            self._seal()
        if self._own is None:
            self._own = make_folder(self.folder)
        if self._open is None:
            made = OpenSegment(self._own.path)
            with self._changed:
                self._segments.append(made.segment)
                self._open = made
        self._open.append(data)
        return self._open.segment

    def _seal(self) -> None:
        if self._open:
            self._open.close()
            with self._changed:
                self._open = None

    def _is_open(self, segment: Segment) -> bool:
        return self._open is not None and segment is self._open.segment

    def _untidy(self) -> list[Segment]:
        """What can go, or must be closed to be read again."""
        return [
            one
            for one in self._segments
            if (not one.left and (one.size or not self._is_open(one)))
            or (one.replay and self._is_open(one))
        ]

    def _tidy(self) -> None:
        with self._changed:
            untidy = self._untidy()
        for segment in untidy:
            if self._open and segment is self._open.segment:
                if segment.replay:
                    self._seal()
                else:
                    self._open.empty()
                continue
            with self._changed:
                self._segments.remove(segment)
            segment.path.unlink(missing_ok=True)
            folder = segment.path.parent
            if folder in self._adopted and not any(
                one.path.parent == folder for one in self._segments
            ):
                self._adopted.pop(folder).let_go()

    def _read(self, segment: Segment) -> list[Entry]:
        found = read_lines(segment.path)
        if found.torn:
            _log.warning("spool.torn", path=str(segment.path), bytes=len(found.torn))
        if found.damaged:
            aside = self.folder / f"{segment.path.stem}.damaged"
            descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(b"\n".join(found.damaged))
            _log.error("spool.damaged", path=str(aside), lines=len(found.damaged))
        return [Entry(event, segment) for event in found.events]

    def _fail(self, error: OSError) -> None:
        size, why = self.stats.size, error.strerror or str(error)
        self.problem = f"{self.folder} takes no more rows beyond {size} bytes: {why}"
        if time.monotonic() - self._reported_at >= REPORT_EVERY_S:
            _log.error("spool.failed", path=str(self.folder), bytes=size, error=why)
            self._reported_at = time.monotonic()
        self._on_written()
