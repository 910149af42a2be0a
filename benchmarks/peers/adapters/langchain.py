"""LangChain with its FAISS store. Its embeddings come from langchain-community: the package that
they moved to wants an older huggingface_hub than transformers does."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from langchain_community.embeddings import HuggingFaceEmbeddings
from langchain_community.vectorstores import FAISS

from benchmarks.peers.peer import Peer


class Adapter(Peer):
    def __init__(self, model: Path) -> None:
        self._embeddings = HuggingFaceEmbeddings(
            model_name=str(model),
            model_kwargs={"device": "cpu"},
            encode_kwargs={"normalize_embeddings": True},
        )

    def index(self, texts: Sequence[str], folder: Path) -> None:
        rows = [{"row": row} for row in range(len(texts))]
        FAISS.from_texts(list(texts), self._embeddings, metadatas=rows).save_local(str(folder))

    def open(self, folder: Path) -> None:
        self._store = FAISS.load_local(
            str(folder),
            self._embeddings,
            allow_dangerous_deserialization=True,  # written by `index` above
        )

    def ask(self, question: str, top_k: int) -> list[int]:
        found = self._store.similarity_search(question, k=top_k)
        return [int(document.metadata["row"]) for document in found]
