"""Files read by child processes within limits: a hostile file is one refused file.

Few processes read many files. `index/readers/__main__.py` is their end of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Protocol, cast

from errors import NoText, ReadError
from index.readers import reader
from index.readers.converting import conversion
from index.readers.documents import Document, document_from_json, document_to_json
from snapshot import formats

ROOT = Path(__file__).resolve().parents[2]
# -E and -s: no variable and no folder of the user's changes what is imported.
COMMAND = ("-E", "-s", "-m", "index.readers")
_CAN_FORK = hasattr(os, "fork")
_LONGEST_REASON = 500
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

        with _Pool(self) as pool:
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

    def _converted(
        self, paths: Sequence[Path], numbers: Sequence[int], pool: _Pool
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
                        yield number, _Task(pool.submit(made, file.name), file.key)


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
        data = _load(path)
        extension = formats.extension(path.name)
        by = [hashlib.sha256(data).hexdigest(), reader.version(), extension]
        name = f"file{extension}"
        if conversion.is_needed(data, name):
            by.append(conversion.version(name))
        return cls(data, name, hashlib.sha256(" ".join(by).encode()).hexdigest())


def _begin(path: Path, pool: _Pool, cache: DocumentCache | None) -> _Task | None:
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
    return _Task(pool.submit(file.data, file.name), file.key)


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


class ReaderProcess:
    """Reads one file after another, each in a fork of its own; on systems that do not fork, only
    one file."""

    def __init__(self, *, timeout_s: float, memory_mb: int) -> None:
        """Raises ReadError if the system starts no further process."""
        self._timeout_s = timeout_s
        self._memory_mb = memory_mb
        try:
            self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
                [sys.executable, *COMMAND, str(memory_mb)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                env=_environment(),
                start_new_session=True,  # so that it can be killed together with its fork
            )
        except OSError as error:
            raise ReadError(f"its reader cannot be started: {error}") from error
        self._requests = cast(IO[bytes], self._process.stdin)
        self._answers = cast(IO[bytes], self._process.stdout)
        self._is_late = False
        self.is_usable = True

    def read(self, data: bytes, name: str) -> Document:
        """What stands in the file. Raises ReadError; `is_usable` says whether another file may
        follow."""
        self.is_usable = False
        answer = self._ask(data, name)
        self.is_usable = _CAN_FORK
        return self._parse(answer)

    def kill(self) -> None:
        """Ends the process and its fork."""
        self._end()
        self._process.wait()
        for stream in (self._requests, self._answers):
            with contextlib.suppress(OSError):  # what was not yet written has no reader
                stream.close()

    def _ask(self, data: bytes, name: str) -> bytes:
        header = json.dumps({"name": name, "size": len(data), "cpu_s": self._timeout_s}).encode()
        timer = threading.Timer(self._timeout_s, self._give_up)
        timer.start()
        try:
            self._requests.write(len(header).to_bytes(4, "big") + header + data)
            self._requests.flush()
            size = int.from_bytes(self._answers.read(4), "big")
            answer = self._answers.read(size)
        except (OSError, ValueError) as error:  # ValueError: killed and closed by another thread
            raise self._silence() from error
        finally:
            timer.cancel()
        if not size or len(answer) != size:
            raise self._silence()
        return answer

    def _give_up(self) -> None:
        self._is_late = True
        self._end()

    def _end(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended already
            if _CAN_FORK:
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.kill()

    def _parse(self, answer: bytes) -> Document:
        """The document in an answer. Raises ReadError for a refusal, and for anything odd."""
        try:
            if answer.startswith(b'{"document":') and answer.endswith(b"}"):
                return document_from_json(answer[len(b'{"document":') : -1])
            fields = json.loads(answer)
        except (ValueError, RecursionError) as error:
            raise ReadError(f"its reader gave nonsense: {error}") from error
        match fields:
            case {"out_of_memory": True}:
                raise ReadError(f"reading it needed more than {self._memory_mb} MB of memory")
            case {"died": int(code)}:
                raise self._death(code)
            case {"refused": str(reason), "no_text": True}:
                raise NoText(reason[:_LONGEST_REASON])
            case {"refused": str(reason), "no_text": False}:
                raise ReadError(reason[:_LONGEST_REASON])
        raise ReadError("its reader gave nonsense")

    def _death(self, code: int) -> ReadError:
        """What the exit code of a reader means for the file that it read."""
        if code < 0 and -code == getattr(signal, "SIGXCPU", 0):
            return self._too_slow()
        names = {int(entry): entry.name for entry in signal.Signals}
        return ReadError(f"its reader crashed ({names.get(-code, f'exit code {code}')})")

    def _silence(self) -> ReadError:
        return self._too_slow() if self._is_late else ReadError("its reader is gone")

    def _too_slow(self) -> ReadError:
        return ReadError(f"reading it took more than {self._timeout_s:g} s")


def _environment() -> dict[str, str]:
    """Nothing of ours, where secrets are. Windows starts no Python without SYSTEMROOT."""
    if sys.platform == "win32":
        return {"SYSTEMROOT": os.path.expandvars("%SYSTEMROOT%")}
    return {"LC_ALL": "C.UTF-8"}
