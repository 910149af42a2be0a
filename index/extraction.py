"""Files read by child processes within limits: a hostile file is one refused file.

A child process forks for each file; it gets bytes and gives JSON, and has neither our environment
nor a way out (see `index/readers/__main__.py`). One that hangs is killed and replaced.
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
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Protocol, cast

from errors import NoText, ReadError
from index import readers
from index.document_json import document_from_json, document_to_json
from index.documents import Document
from index.readers.__main__ import MEMORY_EXIT

_ROOT = Path(__file__).resolve().parent.parent
_MB = 1024 * 1024
MAX_FILE_MB = 100
MAX_TEXT_FILE_MB = 20
_LONGEST_REASON = 500
_CAN_FORK = hasattr(os, "fork")
# -E and -s: no variable and no folder of the user's changes what is imported.
COMMAND = ("-E", "-s", "-m", "index.readers")
_TEXT_FORMATS = (".md", ".markdown", ".html", ".htm", ".txt", ".vtt", ".srt")


class DocumentCache(Protocol):
    """Documents of files that were read before. Only the thread that extracts calls it."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, data: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Extracted:
    """A file as read, or why it cannot be. `digest` is the SHA-256 of its bytes in hexadecimal,
    empty where not even these could be had."""

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
                while len(pending) > 2 * self.workers or (pending and pending[0].is_done):
                    found.append(pending.popleft().finish(cache))
                    progress(len(found), len(paths))
            while pending:
                found.append(pending.popleft().finish(cache))
                progress(len(found), len(paths))
        return found


@dataclass(frozen=True, slots=True)
class _Task:
    """A file that is read, or was."""

    digest: str
    key: str = ""
    cached: Document | None = None
    error: ReadError | None = None
    future: Future[Document] | None = None

    @property
    def is_done(self) -> bool:
        return self.future is None or self.future.done()

    def finish(self, cache: DocumentCache | None) -> Extracted:
        if self.future is None:
            return Extracted(self.digest, self.cached, self.error)
        try:
            document = self.future.result()
        except ReadError as error:
            return Extracted(self.digest, error=error)
        if cache is not None:
            cache.put(self.key, document_to_json(document))
        return Extracted(self.digest, document)


def _begin(path: Path, pool: _Pool, cache: DocumentCache | None) -> _Task:
    try:
        data = _load(path)
    except ReadError as error:
        return _Task("", error=error)
    digest = hashlib.sha256(data).hexdigest()
    extension = readers.extension(path.name)
    key = hashlib.sha256(f"{digest} {readers.version()} {extension}".encode()).hexdigest()
    if cache is not None and (known := cache.get(key)) is not None:
        try:
            return _Task(digest, cached=document_from_json(known))
        except ValueError:
            pass  # a damaged entry: read the file anew
    return _Task(digest, key, future=pool.submit(data, f"file{extension}"))


def _load(path: Path) -> bytes:
    limit_mb = MAX_TEXT_FILE_MB if readers.extension(path.name) in _TEXT_FORMATS else MAX_FILE_MB
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
    """Lends a child process to each file; as many at once as there are workers."""

    def __init__(self, limits: Extraction) -> None:
        self._limits = limits
        self._threads = ThreadPoolExecutor(limits.workers, thread_name_prefix="extraction")
        self._idle: SimpleQueue[_Child] = SimpleQueue()
        self._alive: set[_Child] = set()
        self._is_closed = False

    def __enter__(self) -> _Pool:
        return self

    def __exit__(self, *exception: object) -> None:
        # First the children: a thread that waits for one wakes up when it is gone.
        self._is_closed = True
        for child in list(self._alive):
            child.kill()
        self._threads.shutdown(cancel_futures=True)

    def submit(self, data: bytes, name: str) -> Future[Document]:
        """The document to come, or the ReadError of the file."""
        return self._threads.submit(self._read, data, name)

    def _read(self, data: bytes, name: str) -> Document:
        try:
            child = self._idle.get_nowait()
        except Empty:
            child = self._start()
        try:
            answer = child.read(data, name)
        except ReadError:
            self._drop(child)
            raise
        if _CAN_FORK:
            self._idle.put(child)
        else:
            self._drop(child)
        return _parse(answer, self._limits)

    def _start(self) -> _Child:
        child = _Child(self._limits)
        self._alive.add(child)
        if self._is_closed:
            self._drop(child)
        return child

    def _drop(self, child: _Child) -> None:
        child.kill()
        self._alive.discard(child)


class _Child:
    """A process that reads files, each in a fork of it."""

    def __init__(self, limits: Extraction) -> None:
        self._limits = limits
        self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
            [sys.executable, *COMMAND, str(limits.memory_mb)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env=_environment(),
            start_new_session=True,  # so that it can be killed together with its fork
        )
        self._requests = cast(IO[bytes], self._process.stdin)
        self._answers = cast(IO[bytes], self._process.stdout)
        self._is_late = False

    def read(self, data: bytes, name: str) -> bytes:
        """The answer about a file. Raises ReadError where none comes in time."""
        header = json.dumps({"name": name, "size": len(data), "cpu_s": self._limits.timeout_s})
        timer = threading.Timer(self._limits.timeout_s, self._give_up)
        timer.start()
        try:
            self._requests.write(len(header).to_bytes(4, "big") + header.encode() + data)
            self._requests.flush()
            size = int.from_bytes(self._answers.read(4), "big")
            answer = self._answers.read(size)
        except OSError as error:
            raise self._silence() from error
        finally:
            timer.cancel()
        if not size or len(answer) != size:
            raise self._silence()
        return answer

    def kill(self) -> None:
        """Ends the process and its fork."""
        self._end()
        self._process.wait()
        for stream in (self._requests, self._answers):
            with contextlib.suppress(OSError):  # what was not yet written has no reader
                stream.close()

    def _give_up(self) -> None:
        self._is_late = True
        self._end()

    def _end(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # it has ended already
            if _CAN_FORK:
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.kill()

    def _silence(self) -> ReadError:
        return _too_slow(self._limits) if self._is_late else ReadError("its reader is gone")


def _parse(answer: bytes, limits: Extraction) -> Document:
    """The document in an answer. Raises ReadError for a refusal, and for anything odd."""
    try:
        if answer.startswith(b'{"document":') and answer.endswith(b"}"):
            return document_from_json(answer[len(b'{"document":') : -1])
        fields = json.loads(answer)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"its reader gave nonsense: {error}") from error
    match fields:
        case {"died": int(code)}:
            raise _death(code, limits)
        case {"refused": str(reason), "no_text": True}:
            raise NoText(reason[:_LONGEST_REASON])
        case {"refused": str(reason), "no_text": False}:
            raise ReadError(reason[:_LONGEST_REASON])
    raise ReadError("its reader gave nonsense")


def _death(code: int, limits: Extraction) -> ReadError:
    """What the exit code of a reader means for the file that it read."""
    if code == MEMORY_EXIT:
        return ReadError(f"reading it needed more than {limits.memory_mb} MB of memory")
    if code < 0 and -code == getattr(signal, "SIGXCPU", 0):
        return _too_slow(limits)
    names = {int(entry): entry.name for entry in signal.Signals}
    return ReadError(f"its reader crashed ({names.get(-code, f'exit code {code}')})")


def _too_slow(limits: Extraction) -> ReadError:
    return ReadError(f"reading it took more than {limits.timeout_s:g} s")


def _environment() -> dict[str, str]:
    """Nothing of ours, where secrets are. Windows starts no Python without SYSTEMROOT."""
    if sys.platform == "win32":
        return {"SYSTEMROOT": os.path.expandvars("%SYSTEMROOT%")}
    return {"LC_ALL": "C.UTF-8"}
