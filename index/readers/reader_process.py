"""The process in which files are read, seen from outside: limits, answers, and its end."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, cast

from errors import NoText, ReadError
from index.readers.__main__ import MEMORY_EXIT
from index.readers.documents import Document, document_from_json

ROOT = Path(__file__).resolve().parents[2]
# -E and -s: no variable and no folder of the user's changes what is imported.
COMMAND = ("-E", "-s", "-m", "index.readers")
_CAN_FORK = hasattr(os, "fork")
_LONGEST_REASON = 500


class ReaderProcess:
    """Reads one file after another, each in a fork of its own; on systems that do not fork, only
    one file. `index/readers/__main__.py` is the other end."""

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
            case {"died": int(code)}:
                raise self._death(code)
            case {"refused": str(reason), "no_text": True}:
                raise NoText(reason[:_LONGEST_REASON])
            case {"refused": str(reason), "no_text": False}:
                raise ReadError(reason[:_LONGEST_REASON])
        raise ReadError("its reader gave nonsense")

    def _death(self, code: int) -> ReadError:
        """What the exit code of a reader means for the file that it read."""
        if code == MEMORY_EXIT:
            return ReadError(f"reading it needed more than {self._memory_mb} MB of memory")
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
