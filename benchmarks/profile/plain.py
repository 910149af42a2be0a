"""The loop that anyone would write: encode, search a flat index, take the first five."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

NAME = "sentence-transformers + faiss IndexFlatIP"


class PlainLoop:
    """Finds the rows nearest to a question by its one vector, on one thread."""

    def __init__(self, model: Path, vectors: NDArray[np.float32]) -> None:
        """`vectors` are (n, dim), L2-normalised."""
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(1)
        faiss.omp_set_num_threads(1)
        self._model = SentenceTransformer(str(model), device="cpu", local_files_only=True)
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors))

    def answer(self, question: str, top_k: int = 5) -> NDArray[np.int64]:
        """The rows (top_k,), best first."""
        vector = self._model.encode(
            [question], normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
        )
        _, rows = self._index.search(np.asarray(vector), top_k)
        found: NDArray[np.int64] = rows[0]
        return found
