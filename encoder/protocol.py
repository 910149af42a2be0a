"""What an encoder is: texts in, one vector a text and one a token out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What made a vector.

    `token_dim` is the width of the vectors of tokens, 0 if the model gives none. `pooling` says how
    they become the text's, and `precision` in what numbers the model computes. `prompts` stand
    before questions and before passages, in that order; empty if nothing does.
    """

    model: str
    weights_sha256: str
    dim: int
    max_tokens: int
    precision: str
    token_dim: int = 0
    pooling: str = ""
    prompts: tuple[str, ...] = ()

    def is_comparable(self, other: Fingerprint) -> bool:
        """Whether vectors of the two can be compared. Precision may differ: a question in float32
        finds the same among passages in bfloat16 as among passages in float32."""
        mine, others = (replace(one, model="", precision="") for one in (self, other))
        return mine == others

    @property
    def called(self) -> str:
        """What people call it."""
        prompts = " and ".join(map(repr, self.prompts))
        return f"{self.model} with the prompts {prompts}" if prompts else self.model

    @property
    def digest(self) -> str:
        """SHA-256 in hex of all fields but the model's name, which may be a path."""
        parts = asdict(self)
        del parts["model"]
        if not self.prompts:  # as digests were before there were prompts
            del parts["prompts"]
        return hashlib.sha256(repr(sorted(parts.items())).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a text as the model sees them in context, without its own marks and without
    punctuation: vectors (t, token_dim) float32, L2-normalised, and spans (t, 2) int32, the
    characters of the text that each stands for."""

    vectors: Vectors
    spans: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as the model sees it: one vector (dim,) float32, L2-normalised, and its tokens."""

    vector: Vectors
    tokens: Tokens


NO_TOKENS = Tokens(np.empty((0, 0), dtype=np.float32), np.empty((0, 2), dtype=np.int32))


class Encoder(Protocol):
    """Encodes texts so that an inner product of their vectors is a cosine.

    A text longer than `fingerprint.max_tokens` is cut there.
    """

    @property
    def fingerprint(self) -> Fingerprint: ...

    @property
    def languages(self) -> frozenset[str]:
        """The languages that the model reads well, as codes such as "en"; empty if it is limited
        to none, or if that is not known."""

    @property
    def batches_questions(self) -> bool:
        """Whether questions that are encoded in one call come out as each would alone, and as
        soon. In dynamic int8 they do not: a text is rounded by what stands beside it."""

    def encode_passages(self, texts: Sequence[str]) -> list[Encoded]: ...

    def encode_questions(self, texts: Sequence[str]) -> list[Encoded]: ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, without the model's start and end marks."""
