"""The process in which readers run: `python -m index.readers MEMORY_MB`, one file after another.

It is started by `extraction` and speaks over its standard streams. A request is the
length of a JSON header (4 bytes, big-endian), the header {"name", "size", "cpu_s"}, and the file.
With "page" in the header, text recognition reads that page of the file; with "recognised", so many
bytes of recognised pages stand before it. An answer is a length likewise and {"document"},
{"pages"}, {"refused", "no_text"}, {"out_of_memory"} or {"died": exit code}. No pickle: what a
hostile file made of a reader may say anything, and JSON can only be wrong.

Each file is read in a fork of its own, so that none can meddle with the answer about another. The
readers are imported before the fork, once.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
from functools import cache
from importlib import import_module
from typing import Any, BinaryIO, NoReturn

from errors import NoText, ReadError
from index.readers import reader
from index.readers.documents import document_to_json
from index.readers.scans.recognised import pages_from_json, pages_to_json

_MEMORY_EXIT = 3
_PAGE = b"<p>Words.</p>\n"
_MAX_ANSWER_BYTES = 256 * 1024 * 1024
_OUTSIDE = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")


def main() -> None:
    memory_mb = int(sys.argv[1])
    requests = sys.stdin.buffer
    # What a library prints must not be taken for an answer.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    while header := _receive(requests, 4):
        request = json.loads(_receive(requests, int.from_bytes(header, "big")))
        data = _receive(requests, request["size"])
        if hasattr(os, "fork"):
            answer = _answer_in_fork(request, data, memory_mb)
        else:
            answer = _answer(request, data)
        answers.write(len(answer).to_bytes(4, "big") + answer)
        answers.flush()
        if not hasattr(os, "fork"):
            break  # the next file gets a new process


def _receive(stream: BinaryIO, size: int) -> bytes:
    """That many bytes, or none if the stream has ended."""
    data = stream.read(size)
    return data if len(data) == size else b""


def _answer_in_fork(request: dict[str, Any], data: bytes, memory_mb: int) -> bytes:
    _prepare(request["name"], recognises="page" in request)
    receiving, sending = os.pipe()
    process = os.fork()
    if process == 0:
        _become_reader(request, data, memory_mb, sending)
    os.close(sending)
    with os.fdopen(receiving, "rb") as pipe:
        answer = pipe.read(_MAX_ANSWER_BYTES + 1)
    _, status = os.waitpid(process, 0)
    code = os.waitstatus_to_exitcode(status)
    if code == _MEMORY_EXIT:
        return json.dumps({"out_of_memory": True}).encode()
    if code or len(answer) > _MAX_ANSWER_BYTES:
        return json.dumps({"died": code}).encode()
    return answer


@cache
def _prepare(name: str, *, recognises: bool) -> None:
    """Imports the reader, and has it read a page of ours: what libraries compile at their first
    use, a tenth of a second for pages of the web, would else be compiled in every fork. Text
    recognition is imported alone, for what it makes does not survive a fork."""
    with contextlib.suppress(Exception):  # the fork meets it again, and says it
        if recognises:
            import_module("index.readers.scans.scanning")
        else:
            reader.load(name)(_PAGE, name)


def _become_reader(request: dict[str, Any], data: bytes, memory_mb: int, sending: int) -> NoReturn:
    """Reads the file with nothing at hand but the pipe for its answer, and ends the process."""
    code = 1
    try:
        os.closerange(0, 3)
        os.closerange(3, sending)
        os.closerange(sending + 1, 64)
        while os.open(os.devnull, os.O_RDWR) < 2:  # standard streams that lead nowhere
            pass
        _limit(memory_mb, request["cpu_s"])
        sys.addaudithook(_stay_inside)
        with os.fdopen(sending, "wb") as pipe:
            pipe.write(_answer(request, data))
        code = 0
    except MemoryError:
        code = _MEMORY_EXIT
    finally:
        os._exit(code)


def _answer(request: dict[str, Any], data: bytes) -> bytes:
    name = request["name"]
    try:
        if "page" in request:
            from index.readers.scans import scanning  # it takes a second, and few files need it

            return b'{"pages":' + pages_to_json([scanning.scan(data, name, request["page"])]) + b"}"
        seen = data[: request.get("recognised", 0)]
        recognised = pages_from_json(seen) if seen else ()
        document = reader.read(data[len(seen) :], name, recognised)
        return b'{"document":' + document_to_json(document) + b"}"
    except ReadError as error:
        refusal = {"refused": str(error), "no_text": isinstance(error, NoText)}
        return json.dumps(refusal).encode()


def _stay_inside(event: str, arguments: object) -> None:
    """Refuses what no reader needs: the network and other programs."""
    if event.startswith(_OUTSIDE):
        raise ReadError(f"the file made its reader try {event}")


def _limit(memory_mb: int, cpu_s: float) -> None:
    """Limits on memory, on processor time, and on files written, which is none."""
    import resource  # there is none on Windows, where nothing forks

    memory, seconds = memory_mb * 1024 * 1024, math.ceil(cpu_s)
    for kind, limit in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS does not know all of them
            resource.setrlimit(kind, (limit, limit))


if __name__ == "__main__":
    main()
