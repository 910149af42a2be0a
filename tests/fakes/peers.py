"""Peers that find without a model, and processes of theirs that are none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.adapters import Askable, Peer
from benchmarks.peers.streams import PeerFailed


def word_peer() -> Peer:
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

    def wait_ready(self) -> str:
        return "1.0"

    def request(self, do: str, **what: Any) -> tuple[dict[str, Any], float]:
        self._asked.append((self.name, what.get("question", do)))
        if do == self._fails_at:
            raise PeerFailed(f"{do}: it would not")
        return {"ok": True, "rows": self._rows}, 0.002

    def memory_mb(self) -> float:
        return 100.0

    def cpu_s(self) -> float:
        """A hundredth of a second for each thing asked of any process so far."""
        return len(self._asked) / 100

    def close(self) -> None:
        self._asked.append((self.name, "close"))
