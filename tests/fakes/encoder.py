"""An encoder without a model: texts that share words lie near each other."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from index.encoder import Fingerprint, Vectors


class WordEncoder:
    """Adds up one fixed random direction for each word. Counts what it was asked to encode."""

    def __init__(self, model: str = "words", dim: int = 64, max_tokens: int = 256) -> None:
        self.fingerprint = Fingerprint(
            model, hashlib.sha256(model.encode()).hexdigest(), dim, max_tokens, "float32"
        )
        self.encoded_passages: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.encoded_passages.extend(texts)
        return self._encode(texts)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def _encode(self, texts: Sequence[str]) -> Vectors:
        dim = self.fingerprint.dim
        vectors = np.zeros((len(texts), dim), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                vectors[row] += _direction(word, dim)
            norm = np.linalg.norm(vectors[row])
            vectors[row] = vectors[row] / norm if norm else np.eye(1, dim, dtype=np.float32)[0]
        return vectors


def _direction(word: str, dim: int) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "little")
    return np.random.default_rng(seed).standard_normal(dim).astype(np.float32)
