"""Signpost itself: all that answering in process does, which is hybrid ranking with token vectors,
audience and validity, confidence and the sentence to highlight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.peers import product
from benchmarks.peers.peer import Peer
from retrieval.answer import Hit, Question
from retrieval.retriever import Retriever
from retrieval.serving.machine import limit_blas_threads
from snapshot.store import SnapshotStore


class Adapter(Peer):
    def __init__(self, model: Path) -> None:
        """With the encoder that lies beside the snapshots in that folder."""
        limit_blas_threads()
        self._encoder = product.load_encoder(model)

    def index(self, texts: Sequence[str], folder: Path) -> None:
        from benchmarks.peers.building import build  # which serving does without

        build(texts, folder, self._encoder)

    def open(self, folder: Path) -> None:
        snapshot = SnapshotStore(folder).open()
        self._retriever = Retriever(snapshot, self._encoder)
        numbers = range(len(snapshot.resources))
        first_rows = np.searchsorted(snapshot.owners, numbers).tolist()
        self._first_row = {
            resource.id: row for resource, row in zip(snapshot.resources, first_rows, strict=True)
        }

    def ask(self, question: str, top_k: int) -> list[int]:
        answer = self._retriever.answer(Question(question, top_k=top_k))
        hits = (hit for result in answer.results for hit in result.hits)
        return self._rows(sorted(hits, key=lambda hit: hit.rank)[:top_k])

    def rank(self, question: str, top_k: int) -> list[int]:
        return self._rows(self._retriever.rank(Question(question), top_k))

    def _rows(self, hits: Iterable[Hit]) -> list[int]:
        return [self._first_row[hit.passage.resource_id] + hit.passage.ordinal for hit in hits]
