"""How the benchmark speaks with a peer in a process of its own: a JSON object a line, each way.

Requests name what to `do`:

    {"do": "index", "texts": FILE, "vectors": FILE or null, "folder": FOLDER}
    {"do": "open", "folder": FOLDER}
    {"do": "ask" or "rank", "question": TEXT, "top_k": K}
    {"do": "stop"}

Replies hold `ok`; `rows` after a question; `error` if the peer failed. Before any request the peer
says that it is `ready`, and its `version`. `python -m benchmarks.peers.streams NAME MODEL` is one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.adapters import PEERS, Askable, Peer
from benchmarks.processes import ROOT, cpu_s, resident_mb

_TIMEOUT_S = 600.0
_TOLD_LINES = 3
# No peer may look for its model, or report that it runs, on the network.
_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANGCHAIN_TRACING_V2": "false",
}
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")


class PeerFailed(Exception):
    """A peer could not do what it was asked to; says why."""


class PeerProcess:
    """One peer in a process of its own, seen by the benchmark. Close it."""

    def __init__(
        self,
        name: str,
        model: Path,
        log: Path,
        *,
        python: Path = Path(sys.executable),
        threads: int = 0,
        timeout_s: float = _TIMEOUT_S,
        module: str = "benchmarks.peers.streams",
    ) -> None:
        """Starts it; `threads` is how many each numeric library may use, 0 as many as it likes.
        What it prints goes to `log`."""
        self._log = log
        self._timeout_s = timeout_s
        self.started = time.perf_counter()
        limits = dict.fromkeys(_THREADS, str(threads)) if threads else {}
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [str(python), "-m", module, name, str(model)],
                cwd=ROOT,
                env={**os.environ, **_OFFLINE, **limits},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="utf-8",
            )

    def wait_ready(self) -> str:
        """Its version, once its model is loaded. Raises PeerFailed."""
        told: str = self._reply("start")["version"]
        return told

    def request(self, do: str, **what: Any) -> tuple[dict[str, Any], float]:
        """The reply, and the seconds until it was there. Raises PeerFailed."""
        begun = time.perf_counter()
        assert self._process.stdin is not None  # noqa: S101 (it was asked for above)
        try:
            self._process.stdin.write(json.dumps({"do": do, **what}) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise PeerFailed(f"{do}: it has ended; {self._last_words()}") from error
        return self._reply(do), time.perf_counter() - begun

    def memory_mb(self) -> float:
        """Resident memory, shared libraries and mapped files included."""
        return resident_mb(self._process.pid)

    def cpu_s(self) -> float:
        """Processor time that it has taken."""
        return cpu_s(self._process.pid)

    def close(self) -> None:
        """Ends it, by force if need be."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()

    def _reply(self, do: str) -> dict[str, Any]:
        assert self._process.stdout is not None  # noqa: S101 (it was asked for above)
        guard = threading.Timer(self._timeout_s, self._process.kill)
        guard.start()
        try:
            line = self._process.stdout.readline()
        finally:
            guard.cancel()
        if not line:
            raise PeerFailed(f"{do}: it has ended; {self._last_words()}")
        reply: dict[str, Any] = json.loads(line)
        if not reply["ok"]:
            raise PeerFailed(f"{do}: {reply['error']}")
        return reply

    def _last_words(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return " / ".join(lines[-_TOLD_LINES:]) or "it printed nothing"


def serve(peer: Peer, version: str, requests: Iterable[str], replies: TextIO) -> None:
    """Answers until asked to stop, or nobody asks any more. Whatever the peer raises is told."""

    def send(**reply: Any) -> None:
        replies.write(json.dumps(reply) + "\n")
        replies.flush()

    opened: Askable | None = None

    def carry_out(do: str, what: dict[str, Any]) -> dict[str, Any]:
        nonlocal opened
        if do == "index":
            _index(peer, Path(what["texts"]), what.get("vectors"), Path(what["folder"]))
        elif do == "open":
            opened = peer.open(Path(what["folder"]))
        elif do in ("ask", "rank") and opened:
            ask = opened.rank if do == "rank" and opened.rank else opened.ask
            return {"rows": ask(what["question"], what["top_k"])}
        else:
            raise ValueError(f"nobody knows how to do {do!r}")
        return {}

    send(ok=True, ready=True, version=version)
    for line in requests:
        request = json.loads(line)
        if request["do"] == "stop":
            send(ok=True)
            return
        try:
            reply = carry_out(request["do"], request)
        except Exception as error:  # its libraries raise whatever they like
            send(ok=False, error=f"{type(error).__name__}: {error}")
        else:
            send(ok=True, **reply)


def _index(peer: Peer, texts: Path, vectors: str | None, folder: Path) -> None:
    read = json.loads(texts.read_text(encoding="utf-8"))
    with known_vectors(read, Path(vectors)) if vectors else nullcontext():
        peer.index(read, folder)


@contextmanager
def known_vectors(texts: Sequence[str], vectors: Path) -> Iterator[None]:
    """Meanwhile sentence-transformers takes the vectors of these texts from a file (n, dim), so
    that seven thousand passages are stored in seconds. What it costs to encode them is measured
    elsewhere, on fewer."""
    from sentence_transformers import SentenceTransformer

    known = dict(zip(map(_key, texts), np.load(vectors), strict=True))
    encode = SentenceTransformer.encode

    def look_up(model: SentenceTransformer, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        asked = [inputs] if isinstance(inputs, str) else list(inputs)
        if not all(isinstance(text, str) and _key(text) in known for text in asked):
            return encode(model, inputs, *args, **kwargs)
        found: NDArray[np.float32] = np.stack([known[_key(text)] for text in asked])
        return found[0] if isinstance(inputs, str) else found

    SentenceTransformer.encode = look_up  # type: ignore[method-assign, assignment]  # peers call the class
    try:
        yield
    finally:
        SentenceTransformer.encode = encode  # type: ignore[method-assign]  # put back


def _key(text: str) -> str:
    """Some peers turn line ends into blanks before they encode."""
    return " ".join(text.split())


def main(name: str, model: str) -> None:
    # Libraries print what they like: the replies have a stream of their own.
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    row = PEERS[name]
    serve(row.load(Path(model)), row.version(), sys.stdin, replies)


if __name__ == "__main__":
    main(*sys.argv[1:])
