"""txtai with stored content. It chooses the engine itself: FAISS, by cells from 5,000 passages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from txtai import Embeddings

from benchmarks.peers.peer import Peer


class Adapter(Peer):
    def __init__(self, model: Path) -> None:
        self._embeddings = Embeddings(
            path=str(model), method="sentence-transformers", content=True, gpu=False
        )

    def index(self, texts: Sequence[str], folder: Path) -> None:
        self._embeddings.index(enumerate(texts))
        self._embeddings.save(str(folder / "index"))

    def open(self, folder: Path) -> None:
        self._embeddings.load(str(folder / "index"))

    def ask(self, question: str, top_k: int) -> list[int]:
        return [int(found["id"]) for found in self._embeddings.search(question, top_k)]
