"""The floor: what anyone would write with sentence-transformers and faiss."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import faiss
from sentence_transformers import SentenceTransformer

from benchmarks.peers.peer import Peer


class Adapter(Peer):
    def __init__(self, model: Path) -> None:
        self._model = SentenceTransformer(str(model), device="cpu")

    def index(self, texts: Sequence[str], folder: Path) -> None:
        vectors = self._model.encode(list(texts), normalize_embeddings=True)
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        faiss.write_index(index, str(folder / "vectors.faiss"))
        (folder / "texts.json").write_text(json.dumps(list(texts)), encoding="utf-8")

    def open(self, folder: Path) -> None:
        self._index = faiss.read_index(str(folder / "vectors.faiss"))
        self._texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))

    def ask(self, question: str, top_k: int) -> list[int]:
        vector = self._model.encode([question], normalize_embeddings=True)
        _, [rows] = self._index.search(vector, top_k)
        found = {int(row): self._texts[row] for row in rows if row >= 0}
        return list(found)
