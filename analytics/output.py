"""Where an export goes: a file that is whole or not there, or standard output."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO


@contextmanager
def whole_file(path: Path, encoding: str) -> Iterator[TextIO]:
    """A file to write that appears at `path` when it is complete, in place of what was there.

    Until then it stands beside it under a hidden name, and a failure removes it. It is open to
    this user only: people's questions are in it. OSError where it cannot be written.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding=encoding, newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


@contextmanager
def standard_output() -> Iterator[TextIO]:
    """Standard output as UTF-8 without translated line ends, whatever the terminal's language.

    BrokenPipeError where the reader has gone; Python then has nothing left to complain about at
    its end.
    """
    stream = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="", write_through=False)
    try:
        yield stream
        stream.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise
    finally:
        with suppress(BrokenPipeError):
            stream.detach()
