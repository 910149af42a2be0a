"""Peers that find without a model, and processes of theirs that are none."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.peers.peer_process import Askable, Peer, start
from benchmarks.processes import ChildFailed

T = TypeVar("T")


def word_peer(_: Path) -> Peer:
    """Finds the texts that share the most words with the question."""

    def index(texts: Sequence[str], folder: Path) -> None:
        (folder / "texts").write_text(json.dumps(list(texts)))

    def load(folder: Path) -> Askable:
        texts = json.loads((folder / "texts").read_text())

        def ask(question: str, top_k: int) -> list[int]:
            if question == "fail":
                raise RuntimeError("no such question")
            words = set(question.lower().split())
            shared = [len(words & set(text.lower().split())) for text in texts]
            return sorted(range(len(shared)), key=lambda row: -shared[row])[:top_k]

        return Askable(ask)

    return Peer(index, load)


class FakeProcess:
    """Answers as a peer's process would, always with the same rows; `fails_at` names what it
    cannot do. Keeps what it was asked, in the list that all processes of a run share."""

    def __init__(
        self, name: str, rows: list[int], asked: list[tuple[str, str]], fails_at: str = ""
    ) -> None:
        self.name = name
        self.started = 0.0
        self._rows = rows
        self._asked = asked
        self._fails_at = fails_at

    def request(self, do: Callable[..., T], *arguments: Any) -> tuple[Any, float]:
        name = do.__name__
        self._asked.append((self.name, arguments[1] if name in ("ask", "rank") else name))
        if name == self._fails_at:
            raise ChildFailed(f"{name}: it would not")
        return "1.0" if do is start else self._rows, 0.002

    def memory_mb(self) -> float:
        return 100.0

    def cpu_s(self) -> float:
        """A hundredth of a second for each thing asked of any process so far."""
        return len(self._asked) / 100

    def close(self) -> None:
        self._asked.append((self.name, "close"))
