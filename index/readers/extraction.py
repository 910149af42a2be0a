"""Files read by child processes within limits: a hostile file is one refused file.

Few processes read many files; `reader_process` says what one may do and for how long.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Protocol

from errors import NoText, ReadError
from index.readers import reader
from index.readers.documents import Document, document_from_json, document_to_json
from index.readers.reader_process import ReaderProcess
from snapshot import formats

_MB = 1024 * 1024


class DocumentCache(Protocol):
    """Documents of files that were read before. Only the thread that extracts calls it."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, data: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Extracted:
    """A file as read, or why it cannot be. `digest` is the SHA-256 of its bytes in hexadecimal,
    empty if not even these could be had."""

    digest: str
    document: Document | None = None
    error: ReadError | None = None


@dataclass(frozen=True, slots=True)
class Extraction:
    """How files are read: by so many processes, each file within these limits."""

    workers: int = 2
    timeout_s: float = 60.0
    memory_mb: int = 1024

    def extract(
        self,
        paths: Sequence[Path],
        cache: DocumentCache | None = None,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> list[Extracted]:
        """What stands in the files, in their order. `progress` gets (files done, of how many)."""
        found: list[Extracted] = []
        pending: deque[_Task] = deque()
        with _Pool(self) as pool:
            for path in paths:
                pending.append(_begin(path, pool, cache))
                # Few files at a time are held in memory.
                while len(pending) > 2 * self.workers or (pending and pending[0].future.done()):
                    found.append(pending.popleft().finish(cache))
                    progress(len(found), len(paths))
            while pending:
                found.append(pending.popleft().finish(cache))
                progress(len(found), len(paths))
        return found


@dataclass(frozen=True, slots=True)
class _Task:
    """A file whose document is there or to come. The cache is to keep it under `key`, if any."""

    digest: str
    future: Future[Document]
    key: str = ""

    def finish(self, cache: DocumentCache | None) -> Extracted:
        try:
            document = self.future.result()
        except ReadError as error:
            return Extracted(self.digest, error=error)
        if cache is not None and self.key:
            cache.put(self.key, document_to_json(document))
        return Extracted(self.digest, document)


def _begin(path: Path, pool: _Pool, cache: DocumentCache | None) -> _Task:
    known: Future[Document] = Future()
    try:
        data = _load(path)
    except ReadError as error:
        known.set_exception(error)
        return _Task("", known)
    digest = hashlib.sha256(data).hexdigest()
    extension = formats.extension(path.name)
    key = hashlib.sha256(f"{digest} {reader.version()} {extension}".encode()).hexdigest()
    if cache is not None and (kept := cache.get(key)) is not None:
        try:
            known.set_result(document_from_json(kept))
        except ValueError:
            pass  # a damaged entry: read the file anew
        else:
            return _Task(digest, known)
    return _Task(digest, pool.submit(data, f"file{extension}"), key)


def _load(path: Path) -> bytes:
    found = formats.of(path.name)
    limit_mb = found.limit_mb if found else formats.MAX_FILE_MB
    try:
        with path.open("rb") as file:
            data = file.read(limit_mb * _MB + 1)
    except OSError as error:
        raise ReadError(f"it cannot be opened: {error.strerror or error}") from error
    if len(data) > limit_mb * _MB:
        raise ReadError(f"more than {limit_mb} MB")
    if not data:
        raise NoText("no text: the file is empty")
    return data


class _Pool:
    """Lends a process to each file; as many at once as there are workers."""

    def __init__(self, limits: Extraction) -> None:
        self._limits = limits
        self._threads = ThreadPoolExecutor(limits.workers, thread_name_prefix="extraction")
        self._idle: SimpleQueue[ReaderProcess] = SimpleQueue()
        self._alive: set[ReaderProcess] = set()
        self._is_closed = False

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *exception: object) -> None:
        # First the processes: a thread that waits for one wakes up when it is gone.
        self._is_closed = True
        for process in list(self._alive):
            process.kill()
        self._threads.shutdown(cancel_futures=True)

    def submit(self, data: bytes, name: str) -> Future[Document]:
        """The document to come, or the ReadError of the file."""
        return self._threads.submit(self._read, data, name)

    def _read(self, data: bytes, name: str) -> Document:
        try:
            process = self._idle.get_nowait()
        except Empty:
            process = self._start()
        try:
            return process.read(data, name)
        finally:
            if process.is_usable:
                self._idle.put(process)
            else:
                self._drop(process)

    def _start(self) -> ReaderProcess:
        process = ReaderProcess(timeout_s=self._limits.timeout_s, memory_mb=self._limits.memory_mb)
        self._alive.add(process)
        if self._is_closed:
            process.kill()
        return process

    def _drop(self, process: ReaderProcess) -> None:
        process.kill()
        self._alive.discard(process)
