"""What a question is compared with: the plain loop, and what the processor allows at best, which is
one core's rate of arithmetic, and of reading memory."""

from __future__ import annotations

import json
import timeit
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

_FLOAT_BYTES = 4
_SIDE = 1_536
_ROUNDS = 9


@dataclass(frozen=True, slots=True)
class ModelShape:
    """The sizes of a transformer encoder: layers, the width of a token h, the inner width i."""

    layers: int
    hidden: int
    inner: int

    @classmethod
    def of(cls, folder: Path) -> ModelShape:
        """Of the model in that folder, in the words of the transformers library."""
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return cls(config["num_hidden_layers"], config["hidden_size"], config["intermediate_size"])

    def flops(self, tokens: int) -> int:
        """Additions and multiplications for a text of t tokens, the marks at its ends among them:
        per layer 2 t (4 h h + 2 h i) for the products with weights, and 4 t t h for each token's
        look at every other. What else there is (softmax, norms, GELU) is below a hundredth."""
        h, i, t = self.hidden, self.inner, tokens
        return self.layers * (2 * t * (4 * h * h + 2 * h * i) + 4 * t * t * h)

    @property
    def weight_bytes(self) -> int:
        """Of the layers' weights in single precision, all of which every text reads once."""
        h, i = self.hidden, self.inner
        return self.layers * (4 * h * h + 2 * h * i) * _FLOAT_BYTES


@dataclass(frozen=True, slots=True)
class Machine:
    """What one core was measured to do, at best."""

    flops_per_s: float
    read_bytes_per_s: float

    def floor_ms(self, shape: ModelShape, tokens: int) -> tuple[float, float]:
        """For encoding so many tokens in single precision: by arithmetic, and by reading the
        weights. The larger is the floor."""
        return (
            1000 * shape.flops(tokens) / self.flops_per_s,
            1000 * shape.weight_bytes / self.read_bytes_per_s,
        )


def measured(shape: ModelShape) -> Machine:
    """By a large product of matrices, and by reading as many bytes as the model's weights have,
    again and again. NumPy must be kept to one thread."""
    left = np.ones((_SIDE, _SIDE), dtype=np.float32)
    weights = np.ones(shape.weight_bytes // 8, dtype=np.int64)
    return Machine(
        flops_per_s=2 * _SIDE**3 / _least_s(lambda: left @ left),
        read_bytes_per_s=weights.nbytes / _least_s(lambda: np.bitwise_or.reduce(weights)),
    )


def _least_s(work: Callable[[], object]) -> float:
    return min(timeit.repeat(work, number=1, repeat=_ROUNDS))


class PlainLoop:
    """The loop that anyone would write: encode, search a flat index, take the first five. On one
    thread."""

    NAME = "sentence-transformers + faiss IndexFlatIP"

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
        vector = self._model.encode([question], normalize_embeddings=True, show_progress_bar=False)
        found: NDArray[np.int64] = self._index.search(np.asarray(vector), top_k)[1][0]
        return found
