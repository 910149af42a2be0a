"""What a peer is, and its process: what that is started with, and can be asked to do.

A passage is told by its row: its number in the texts.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.processes import Child

T = TypeVar("T")
Ask = Callable[[str, int], list[int]]
_TIMEOUT_S = 600.0
# No peer may look for its model, or report that it runs, on the network.
_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANGCHAIN_TRACING_V2": "false",
}
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Askable:
    """What can be asked. `ask` gives the rows of the passages that a user would be shown, best
    first, so many at most; `rank` those of the ranking alone, which a measure of quality looks at
    (the same if it is None)."""

    ask: Ask
    rank: Ask | None = None


@dataclass(frozen=True, slots=True)
class Peer:
    """Something that finds passages. `index` encodes the texts and stores all that `open` needs
    in the empty folder."""

    index: Callable[[Sequence[str], Path], None]
    open: Callable[[Path], Askable]


@dataclass(frozen=True, slots=True)
class PeerRow:
    """What a peer is called, the package whose version is told, how it is loaded, and whether it
    is installed into an environment of its own."""

    title: str
    package: str
    load: Callable[[Path], Peer]
    is_foreign: bool = True

    def version(self) -> str:
        """Of the package as this interpreter finds it; empty if it has none."""
        found = distributions(name=self.package) if self.package else ()
        return next((one.version for one in found), "")


class PeerProcess(Child):
    """One peer, seen by the benchmark."""

    def __init__(
        self,
        row: PeerRow,
        model: Path,
        log: Path,
        *,
        python: Path = Path(sys.executable),
        threads: int = 0,
    ) -> None:
        """Starts it; `threads` is how many each numeric library may use, 0 as many as it likes."""
        self._peer = row, model
        self.started = time.perf_counter()
        limits = dict.fromkeys(_THREADS, str(threads)) if threads else {}
        super().__init__(log, python=python, environment=_OFFLINE | limits, timeout_s=_TIMEOUT_S)

    def request(self, do: Callable[..., T], *arguments: Any) -> tuple[T, float]:
        """What one of the functions below returns there, and the seconds until it was here.
        Raises ChildFailed."""
        begun = time.perf_counter()
        found = self.call(do, *self._peer, *arguments)
        return found, time.perf_counter() - begun


def start(row: PeerRow, model: Path) -> str:
    """Its version, once its model is loaded."""
    _loaded(row, model)
    return row.version()


def index(
    row: PeerRow,
    model: Path,
    folder: Path,
    texts: Sequence[str],
    vectors: NDArray[np.float32] | None = None,
) -> None:
    """Stores the texts in the folder, encoding them unless their vectors (n, dim) are known."""
    with nullcontext() if vectors is None else known_vectors(texts, vectors):
        _loaded(row, model).index(texts, folder)


def ask(row: PeerRow, model: Path, folder: Path, question: str, top_k: int) -> list[int]:
    """The rows that a user would be shown of what is stored in the folder."""
    return _opened(row, model, folder).ask(question, top_k)


def rank(row: PeerRow, model: Path, folder: Path, question: str, top_k: int) -> list[int]:
    """Those of the ranking alone."""
    opened = _opened(row, model, folder)
    return (opened.rank or opened.ask)(question, top_k)


@cache
def _loaded(row: PeerRow, model: Path) -> Peer:
    return row.load(model)


@cache
def _opened(row: PeerRow, model: Path, folder: Path) -> Askable:
    return _loaded(row, model).open(folder)


@contextmanager
def known_vectors(texts: Sequence[str], vectors: NDArray[np.float32]) -> Iterator[None]:
    """Meanwhile sentence-transformers takes the vectors (n, dim) of these texts as they are, so
    that seven thousand passages are stored in seconds. What it costs to encode them is measured
    elsewhere, on fewer."""
    from sentence_transformers import SentenceTransformer

    known = dict(zip(map(_key, texts), vectors, strict=True))
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
