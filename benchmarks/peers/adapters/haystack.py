"""Haystack's pipeline over its store in memory, which it saves as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from haystack import Document, Pipeline
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.utils import ComponentDevice
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from benchmarks.peers.peer import Peer

_FILE = "store.json"


class Adapter(Peer):
    def __init__(self, model: Path) -> None:
        self._options = {
            "model": str(model),
            "device": ComponentDevice.from_str("cpu"),
            "progress_bar": False,
            "normalize_embeddings": True,
        }
        self._question = SentenceTransformersTextEmbedder(**self._options)
        self._question.warm_up()

    def index(self, texts: Sequence[str], folder: Path) -> None:
        embedder = SentenceTransformersDocumentEmbedder(**self._options)
        embedder.warm_up()
        documents = [Document(id=str(row), content=text) for row, text in enumerate(texts)]
        store = InMemoryDocumentStore(embedding_similarity_function="dot_product")
        store.write_documents(embedder.run(documents)["documents"])
        store.save_to_disk(str(folder / _FILE))

    def open(self, folder: Path) -> None:
        store = InMemoryDocumentStore.load_from_disk(str(folder / _FILE))
        self._pipeline = Pipeline()
        self._pipeline.add_component("question", self._question)
        self._pipeline.add_component("retriever", InMemoryEmbeddingRetriever(store))
        self._pipeline.connect("question.embedding", "retriever.query_embedding")

    def ask(self, question: str, top_k: int) -> list[int]:
        found = self._pipeline.run({"question": {"text": question}, "retriever": {"top_k": top_k}})
        return [int(document.id) for document in found["retriever"]["documents"]]
