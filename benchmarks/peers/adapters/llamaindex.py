"""LlamaIndex with its own vector store, which it persists as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding

from benchmarks.peers.peer import Peer


class Adapter(Peer):
    def __init__(self, model: Path) -> None:
        self._encode = HuggingFaceEmbedding(model_name=str(model), device="cpu", max_length=256)

    def index(self, texts: Sequence[str], folder: Path) -> None:
        nodes = [TextNode(id_=str(row), text=text) for row, text in enumerate(texts)]
        VectorStoreIndex(nodes, embed_model=self._encode).storage_context.persist(str(folder))

    def open(self, folder: Path) -> None:
        stored = StorageContext.from_defaults(persist_dir=str(folder))
        self._index = load_index_from_storage(stored, embed_model=self._encode)
        self._retrievers: dict[int, Any] = {}

    def ask(self, question: str, top_k: int) -> list[int]:
        if top_k not in self._retrievers:
            self._retrievers[top_k] = self._index.as_retriever(similarity_top_k=top_k)
        return [int(found.node.node_id) for found in self._retrievers[top_k].retrieve(question)]
