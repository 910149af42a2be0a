"""LanceDB in process, with its own embedding function and no approximate index."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import lancedb
from lancedb.embeddings import get_registry
from lancedb.pydantic import LanceModel, Vector

from benchmarks.peers.peer import Peer


class Adapter(Peer):
    def __init__(self, model: Path) -> None:
        encode = get_registry().get("sentence-transformers").create(name=str(model), device="cpu")

        class Row(LanceModel):  # type: ignore[misc]  # not in the environment that is checked
            row: int
            text: str = encode.SourceField()
            vector: Vector(encode.ndims()) = encode.VectorField()  # type: ignore[valid-type]  # a type that is made

        self._schema = Row

    def index(self, texts: Sequence[str], folder: Path) -> None:
        table = lancedb.connect(str(folder)).create_table("passages", schema=self._schema)
        table.add([{"row": row, "text": text} for row, text in enumerate(texts)])

    def open(self, folder: Path) -> None:
        self._table = lancedb.connect(str(folder)).open_table("passages")

    def ask(self, question: str, top_k: int) -> list[int]:
        found = self._table.search(question).limit(top_k).to_list()
        return [int(one["row"]) for one in found]
