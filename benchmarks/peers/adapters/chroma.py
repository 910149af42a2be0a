"""chromadb, persistent, in process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import chromadb
from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction

from benchmarks.peers.peer import Peer

_BATCH = 1_000


class Adapter(Peer):
    def __init__(self, model: Path) -> None:
        self._encode = SentenceTransformerEmbeddingFunction(
            model_name=str(model), device="cpu", normalize_embeddings=True
        )

    def index(self, texts: Sequence[str], folder: Path) -> None:
        collection = chromadb.PersistentClient(str(folder)).create_collection(
            "passages", embedding_function=self._encode, metadata={"hnsw:space": "cosine"}
        )
        for start in range(0, len(texts), _BATCH):
            batch = list(texts[start : start + _BATCH])
            collection.add(ids=[str(start + row) for row in range(len(batch))], documents=batch)

    def open(self, folder: Path) -> None:
        self._collection = chromadb.PersistentClient(str(folder)).get_collection(
            "passages", embedding_function=self._encode
        )

    def ask(self, question: str, top_k: int) -> list[int]:
        found = self._collection.query(query_texts=[question], n_results=top_k)
        return [int(row) for row in found["ids"][0]]
