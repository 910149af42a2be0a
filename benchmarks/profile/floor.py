"""What the processor allows at best: one core's rate of arithmetic, and of reading memory."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_FLOAT_BYTES = 4
_SIDE = 1_536
_ROUNDS = 9


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a transformer encoder: layers, the width of a token h, the inner width i."""

    layers: int
    hidden: int
    inner: int

    @classmethod
    def of(cls, folder: Path) -> Shape:
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

    def floor_ms(self, shape: Shape, tokens: int) -> tuple[float, float]:
        """For encoding so many tokens in single precision: by arithmetic, and by reading the
        weights. The larger is the floor."""
        return (
            1000 * shape.flops(tokens) / self.flops_per_s,
            1000 * shape.weight_bytes / self.read_bytes_per_s,
        )


def measured(shape: Shape) -> Machine:
    """By a large product of matrices, and by reading as many bytes as the model's weights have,
    again and again. NumPy must be kept to one thread."""
    left = np.ones((_SIDE, _SIDE), dtype=np.float32)
    weights = np.ones(shape.weight_bytes // 8, dtype=np.int64)
    return Machine(
        flops_per_s=2 * _SIDE**3 / _least_s(lambda: left @ left),
        read_bytes_per_s=weights.nbytes / _least_s(lambda: np.bitwise_or.reduce(weights)),
    )


def _least_s(work: Callable[[], object]) -> float:
    times = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)
