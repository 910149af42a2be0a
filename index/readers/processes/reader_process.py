"""One process that reads files within limits, and what its answers mean.

`index/readers/__main__.py` is its end of it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, TypeVar, cast

from errors import NoText, ReadError
from index.readers.documents import Document, document_from_json
from index.readers.scans.recognised import RecognisedPage, pages_from_json, pages_to_json

ROOT = Path(__file__).resolve().parents[3]
# -E and -s: no variable and no folder of the user's changes what is imported.
COMMAND = ("-E", "-s", "-m", "index.readers")
_CAN_FORK = hasattr(os, "fork")
_LONGEST_REASON = 500
_Answer = TypeVar("_Answer")


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

    def read(self, data: bytes, name: str, recognised: Sequence[RecognisedPage] = ()) -> Document:
        """What stands in the file, with what text recognition saw on its pages. Raises ReadError;
        `is_usable` says whether another file may follow."""
        seen = pages_to_json(recognised)
        size = {"recognised": len(seen)} if recognised else {}
        answer = self._answer({"name": name, **size}, seen + data if recognised else data)
        return self._parse(answer, b'{"document":', document_from_json)

    def recognise(self, data: bytes, name: str, page: int) -> RecognisedPage:
        """What text recognition sees on a page, counted from 1. Raises ReadError, as `read`."""
        answer = self._answer({"name": name, "page": page}, data)
        [found] = self._parse(answer, b'{"pages":', pages_from_json)
        return found

    def _answer(self, request: dict[str, Any], data: bytes) -> bytes:
        self.is_usable = False
        answer = self._ask(request, data)
        self.is_usable = _CAN_FORK
        return answer

    def kill(self) -> None:
        """Ends the process and its fork."""
        self._end()
        self._process.wait()
        for stream in (self._requests, self._answers):
            with contextlib.suppress(OSError):  # what was not yet written has no reader
                stream.close()

    def _ask(self, request: dict[str, Any], data: bytes) -> bytes:
        fields = {**request, "size": len(data), "cpu_s": self._timeout_s}
        header = json.dumps(fields).encode()
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

    def _parse(
        self, answer: bytes, begins: bytes, from_json: Callable[[bytes], _Answer]
    ) -> _Answer:
        """What an answer holds. Raises ReadError for a refusal, and for anything odd."""
        try:
            if answer.startswith(begins) and answer.endswith(b"}"):
                return from_json(answer[len(begins) : -1])
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
    # One thread a process: those of a library for numbers cost memory, and no fork has them.
    return {"LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
