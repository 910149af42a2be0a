"""What runs an exported graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from encoder.exported.texts import Inputs


@dataclass(frozen=True, slots=True)
class Outputs:
    """Of b texts of t tokens: `vectors` (b, dim) and `tokens` (b, t, token_dim), both float32 and
    L2-normalised; `tokens` is None for a model that has none."""

    vectors: NDArray[np.float32]
    tokens: NDArray[np.float32] | None


class Runtime(Protocol):
    """Thread-safe: callers may be several at once, and each takes one core."""

    def run(self, inputs: Inputs) -> Outputs: ...
