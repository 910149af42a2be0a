"""An encoder without a model: texts that share words lie near each other."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from encoder.loading import Loaded
from encoder.protocol import Encoded, Fingerprint, Tokens, Vectors


class WordEncoder:
    """Adds up one fixed random direction for each word. Counts what it was asked to encode."""

    batches_questions = True

    def __init__(
        self,
        model: str = "words",
        dim: int = 64,
        max_tokens: int = 256,
        languages: frozenset[str] = frozenset(),
    ) -> None:
        self.languages = languages
        self.fingerprint = Fingerprint(
            model, hashlib.sha256(model.encode()).hexdigest(), dim, max_tokens, "float32", dim
        )
        self.encoded_passages: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> list[Encoded]:
        self.encoded_passages.extend(texts)
        return [self._encode(text) for text in texts]

    def encode_questions(self, texts: Sequence[str]) -> list[Encoded]:
        return [self._encode(text) for text in texts]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def _encode(self, text: str) -> Encoded:
        dim = self.fingerprint.dim
        words = list(re.finditer(r"\w+", text.lower()))
        directions = np.array([_direction(word.group(), dim) for word in words], dtype=np.float32)
        total = directions.sum(axis=0) if words else np.eye(1, dim, dtype=np.float32)[0]
        tokens = directions.reshape(-1, dim)
        tokens /= np.maximum(np.linalg.norm(tokens, axis=1, keepdims=True), 1e-12)
        spans = np.array([word.span() for word in words], dtype=np.int32).reshape(-1, 2)
        return Encoded(total / np.linalg.norm(total), Tokens(tokens, spans))


class WordEncoders:
    """Stands for `ExportedEncoders`: every model is this one, and needs no export."""

    def __init__(self, folder: Path, settings: object = None, copies: object = None) -> None: ...

    def load(self, model: str, questions: object = None) -> Loaded:
        return Loaded(WordEncoder())

    def prepare(self, model: str, questions: object, sample: object) -> Loaded:
        return Loaded(WordEncoder())


class GatedEncoder(WordEncoder):
    """Keeps what it is asked to encode together, and encodes nothing while it is shut."""

    def __init__(self, *, batches: bool = True) -> None:
        super().__init__()
        self.batches_questions = batches
        self.calls: list[list[str]] = []
        self.open = threading.Event()
        self.open.set()
        self.reached = threading.Event()  # while it was shut

    def encode_questions(self, texts: Sequence[str]) -> list[Encoded]:
        if not self.open.is_set():
            self.reached.set()
        self.open.wait(timeout=30)
        self.calls.append(list(texts))
        return super().encode_questions(texts)


def _direction(word: str, dim: int) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "little")
    return np.random.default_rng(seed).standard_normal(dim).astype(np.float32)
