"""Files read by child processes within limits: a hostile file is one refused file.

Few processes read many files. `index/readers/__main__.py` is their end of it.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from errors import NoText, ReadError
from index.readers import reader
from index.readers.converting import conversion
from index.readers.documents import Document, document_from_json, document_to_json
from index.readers.packages.package_folder import packed
from index.readers.processes.reader_pool import ReaderPool
from index.readers.processes.reader_process import ReaderProcess
from snapshot import formats
from snapshot.formats.format_row import MAX_FILE_MB

_MB = 1024 * 1024


class DocumentCache(Protocol):
    """Documents of files that were read before. Only the thread that extracts calls it."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, data: bytes) -> None: ...


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
    ) -> list[Document | ReadError]:
        """What stands in the files, in their order, or why one cannot be read. `progress` gets
        (files done, of how many)."""
        found: dict[int, Document | ReadError] = {}
        unconverted: list[int] = []
        pending: deque[tuple[int, _Task]] = deque()

        def take() -> None:
            number, task = pending.popleft()
            found[number] = task.finish(cache)
            progress(len(found), len(paths))

        with self.pool() as pool:
            for number, path in enumerate(paths):
                if task := _begin(path, pool, cache):
                    pending.append((number, task))
                else:
                    unconverted.append(number)
                # Few files at a time are held in memory.
                while len(pending) > 2 * self.workers or (pending and pending[0][1].future.done()):
                    take()
            while pending:
                take()
            for number, task in self._converted(paths, unconverted, pool):
                pending.append((number, task))
                while len(pending) > 2 * self.workers:
                    take()
            while pending:
                take()
        return [found[number] for number in range(len(paths))]

    def pool(self) -> ReaderPool:
        """Processes with these limits."""
        return ReaderPool(self.workers, timeout_s=self.timeout_s, memory_mb=self.memory_mb)

    def _converted(
        self, paths: Sequence[Path], numbers: Sequence[int], pool: ReaderPool
    ) -> Iterator[tuple[int, _Task]]:
        """What reads the files with these numbers, once they are converted, many at a time."""
        alike = sorted(numbers, key=lambda one: formats.extension(paths[one].name))
        for start in range(0, len(alike), conversion.AT_ONCE):
            added: list[tuple[int, _File]] = []
            with conversion.Batch(timeout_s=self.timeout_s, memory_mb=self.memory_mb) as batch:
                for number in alike[start : start + conversion.AT_ONCE]:
                    try:
                        file = _File.load(paths[number])
                    except ReadError as error:  # it has changed
                        yield number, _Task.failed(error)
                    else:
                        batch.add(file.data, file.name)
                        added.append((number, replace(file, data=b"")))
                for (number, file), made in zip(added, batch.convert(), strict=True):
                    if isinstance(made, ReadError):
                        yield number, _Task.failed(made)
                    else:
                        yield number, _Task(pool.submit(reading(made, file.name)), file.key)


@dataclass(frozen=True, slots=True)
class _Task:
    """What gives a file's document. With a `key` the cache keeps it under that."""

    future: Future[Document]
    key: str = ""

    @classmethod
    def failed(cls, error: ReadError) -> _Task:
        future: Future[Document] = Future()
        future.set_exception(error)
        return cls(future)

    def finish(self, cache: DocumentCache | None) -> Document | ReadError:
        try:
            document = self.future.result()
        except ReadError as error:
            return error
        if cache is not None and self.key:
            cache.put(self.key, document_to_json(document))
        return document


@dataclass(frozen=True, slots=True)
class _File:
    """A file's bytes, a name that tells its format, and the key of its document in the cache."""

    data: bytes
    name: str
    key: str

    @classmethod
    def load(cls, path: Path) -> _File:
        """Raises ReadError if it cannot be had, is too large or empty, or nothing converts it."""
        data = load(path)
        extension = formats.extension_of_format(path.name)
        by = [hashlib.sha256(data).hexdigest(), reader.version(), extension]
        name = f"file{extension}"
        if conversion.is_needed(data, name):
            by.append(conversion.version(name))
        return cls(data, name, hashlib.sha256(" ".join(by).encode()).hexdigest())


def _begin(path: Path, pool: ReaderPool, cache: DocumentCache | None) -> _Task | None:
    """What gives the file's document; None if it must be converted first."""
    try:
        file = _File.load(path)
    except ReadError as error:
        return _Task.failed(error)
    if cache is not None and (kept := cache.get(file.key)) is not None:
        known: Future[Document] = Future()
        try:
            known.set_result(document_from_json(kept))
        except ValueError:
            pass  # a damaged entry: read the file anew
        else:
            return _Task(known)
    if conversion.is_needed(file.data, file.name):
        return None
    return _Task(pool.submit(reading(file.data, file.name)), file.key)


def reading(data: bytes, name: str) -> Callable[[ReaderProcess], Document]:
    """What has a process read the file."""
    return lambda process: process.read(data, name)


def load(path: Path) -> bytes:
    """The file's bytes. Raises ReadError if it cannot be opened or is too large, NoText if it is
    empty."""
    found = formats.of(path.name)
    limit_mb = found.limit_mb if found else MAX_FILE_MB
    try:
        if found and found.is_folder(path.name):
            return packed(path, limit_mb * _MB)
        with path.open("rb") as file:
            data = file.read(limit_mb * _MB + 1)
    except OSError as error:
        raise ReadError(f"it cannot be opened: {error.strerror or error}") from error
    if len(data) > limit_mb * _MB:
        raise ReadError(f"more than {limit_mb} MB")
    if not data:
        raise NoText("no text: the file is empty")
    return data
