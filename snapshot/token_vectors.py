"""The tokens of passages, small enough to keep: what late interaction compares a question with.

A passage's single vector blurs what it is about; the vectors of its tokens, as the model sees them
in context, do not (Khattab and Zaharia, "ColBERT", 2020). They are kept at 2 bits a dimension:
turned by a fixed random rotation, every coordinate of a unit vector is close to normally
distributed, so that one fixed quantiser serves every model and every folder without training
(Zandieh et al., "TurboQuant", 2025; thresholds from Max, "Quantizing for Minimum Distortion",
1960). On the labelled sets this costs nothing that can be measured (docs/adr/0007).

tokens.codes.npy     (t, ceil(dim / 4)) uint8: the tokens of all passages, in order
tokens.starts.npy    (t,) int32: where in its passage's text each begins; negative in the heading
tokens.offsets.npy   (n + 1,) uint64: each passage's first token, and the end
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from encoder.protocol import Tokens
from encoder.row_file import RowFile
from errors import SnapshotDamaged
from snapshot.inner_products import PER_BYTE, code_products

# The thresholds of the 2-bit quantiser of least squared error for a standard normal variable (Max,
# 1960, table I, N = 4). His levels, +-0.4528 and +-1.5104, are almost evenly spaced; taken as quite
# even, so that products can be made of the codes as they are, they lose .1189 of the variance, not
# .1175.
_THRESHOLDS = np.array([-0.9816, 0.0, 0.9816], dtype=np.float32)
# The distance of two levels: that with which products are what they were, on average. Where f is
# the normal density and t the threshold, a code less its middle times the value that it stands for
# has a mean of f(0) + 2 f(t).
_STEP = 1 / (0.398942 + 2 * 0.246424)
_SEED = 20_260_101
_CODES = "tokens.codes.npy"
_STARTS = "tokens.starts.npy"
_OFFSETS = "tokens.offsets.npy"


@dataclass(frozen=True, slots=True)
class TokenCodes:
    """A text's tokens, packed: codes (t, width) uint8 and starts (t,) int32, the character of the
    text at which each begins."""

    codes: NDArray[np.uint8]
    starts: NDArray[np.int32]

    def shifted(self, characters: int) -> TokenCodes:
        """The same for a text that begins so many characters later."""
        return TokenCodes(self.codes, (self.starts - characters).astype(np.int32))


class TokenQuantizer:
    """Packs unit vectors of one dimension, and multiplies what it packed, in rotated coordinates:
    inner products with vectors that `rotate` gave are near to those before."""

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self.width = width(dim)
        self._rotation = _rotation(dim) if dim else np.empty((0, 0), dtype=np.float32)
        self._step = np.float32(_STEP / np.sqrt(max(dim, 1)))

    def rotate(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """(t, dim) -> (t, dim), lengths and angles kept."""
        rotated: NDArray[np.float32] = vectors @ self._rotation
        return rotated

    def packed(self, tokens: Tokens) -> TokenCodes:
        """The tokens of a text, packed."""
        if not self.dim:
            return TokenCodes(np.empty((0, 0), np.uint8), np.empty(0, np.int32))
        return TokenCodes(self.pack(tokens.vectors), tokens.spans[:, 0].astype(np.int32))

    def pack(self, vectors: NDArray[np.float32]) -> NDArray[np.uint8]:
        """(t, dim) float32, L2-normalised -> (t, width) uint8."""
        scaled = self.rotate(vectors) * np.float32(np.sqrt(self.dim))
        levels = np.zeros((len(vectors), self.width * PER_BYTE), dtype=np.uint8)
        # Three comparisons take a tenth of the time of a search among three thresholds.
        for threshold in _THRESHOLDS:
            levels[:, : self.dim] += scaled > threshold
        grouped = levels.reshape(len(vectors), self.width, PER_BYTE)
        packed: NDArray[np.uint8] = np.bitwise_or.reduce(
            grouped << np.array([0, 2, 4, 6], dtype=np.uint8), axis=2
        )
        return packed

    def products(
        self, codes: NDArray[np.uint8], vectors: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """(t, width) uint8 and rotated vectors (q, dim) -> (t, q): the inner products of the
        tokens that were packed with the vectors, without bias."""
        padded = np.zeros((len(vectors), self.width * PER_BYTE), dtype=np.float32)
        padded[:, : self.dim] = vectors
        return code_products(codes, padded) * self._step


class TokenIndex:
    """The tokens of a snapshot's passages, read from the disk as they are needed."""

    def __init__(
        self,
        dim: int,
        codes: RowFile,
        starts: RowFile,
        offsets: NDArray[np.uint64],
    ) -> None:
        self.quantizer = TokenQuantizer(dim)
        self._codes = codes
        self._starts = starts
        self._offsets = offsets.astype(np.int64)

    @property
    def count(self) -> int:
        """How many passages there are."""
        return len(self._offsets) - 1

    def starts(self, row: int) -> NDArray[np.int32]:
        """(t,): where in the passage's text each of its tokens begins; negative in the heading."""
        starts: NDArray[np.int32] = _read(self._starts, *self._stretch(row))
        return starts

    def codes(self, row: int) -> NDArray[np.uint8]:
        """(t, width): the tokens of a passage, packed."""
        codes: NDArray[np.uint8] = _read(self._codes, *self._stretch(row))
        return codes

    def _stretch(self, row: int) -> tuple[list[int], list[int]]:
        """Where the tokens of a passage begin, and where they end."""
        return [int(self._offsets[row])], [int(self._offsets[row + 1])]

    def similarities(
        self, rows: Sequence[int] | NDArray[np.int64], vectors: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """How the tokens of those passages, one passage after another, match the vectors (q, dim)
        of a question's: cosines (t, q), and the first token of each passage and the end
        (len(rows) + 1,)."""
        chosen = np.asarray(rows, dtype=np.int64)
        starts, ends = self._offsets[chosen], self._offsets[chosen + 1]
        bounds = np.concatenate([[0], np.cumsum(ends - starts)])
        if not bounds[-1] or not len(vectors):
            return np.empty((int(bounds[-1]), len(vectors)), dtype=np.float32), bounds
        codes: NDArray[np.uint8] = _read(self._codes, starts.tolist(), ends.tolist())
        return self.quantizer.products(codes, self.quantizer.rotate(vectors)), bounds


def _read(rows: RowFile, starts: Sequence[int], ends: Sequence[int]) -> NDArray[Any]:
    try:
        return rows.read(starts, ends)
    except OSError as error:
        raise SnapshotDamaged(f"tokens cannot be read: {error}") from error


def width(dim: int) -> int:
    """How many bytes a token of `dim` dimensions takes."""
    return -(-dim // PER_BYTE)


def write(
    passages: Iterable[TokenCodes], counts: Sequence[int], bytes_each: int, folder: Path
) -> None:
    """Writes the tokens of all passages, in row order; `counts` says how many each has."""
    offsets = np.cumsum([0, *counts]).astype(np.uint64)
    total = int(offsets[-1])
    np.save(folder / _OFFSETS, offsets)
    if total == 0:
        np.save(folder / _CODES, np.empty((0, bytes_each), dtype=np.uint8))
        np.save(folder / _STARTS, np.empty(0, dtype=np.int32))
        return
    codes = open_memmap(folder / _CODES, mode="w+", dtype=np.uint8, shape=(total, bytes_each))
    starts = open_memmap(folder / _STARTS, mode="w+", dtype=np.int32, shape=(total,))
    for first, count, passage in zip(offsets.tolist(), counts, passages, strict=False):
        codes[first : first + count] = passage.codes
        starts[first : first + count] = passage.starts
    codes.flush()
    starts.flush()


def load(folder: Path, dim: int) -> TokenIndex:
    """Opens what `write` wrote, of an encoder whose tokens have `dim` dimensions (0: it has
    none). Raises SnapshotDamaged where that cannot be read."""
    try:
        codes, starts = RowFile(folder / _CODES), RowFile(folder / _STARTS)
        offsets = np.load(folder / _OFFSETS, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise SnapshotDamaged(f"tokens cannot be read: {error}") from error
    counts = {codes.count, starts.count, int(offsets[-1])}
    if len(counts) > 1 or codes.row_shape != (width(dim),):
        raise SnapshotDamaged(f"{folder}: its files of tokens disagree with each other")
    return TokenIndex(dim, codes, starts, offsets)


@lru_cache(maxsize=4)
def _rotation(dim: int) -> NDArray[np.float32]:
    """A random orthogonal matrix, the same on every machine: RandomState's streams are frozen,
    and the signs that QR leaves open are fixed."""
    normal = np.random.RandomState(_SEED).standard_normal((dim, dim))
    q, r = np.linalg.qr(normal)
    rotation: NDArray[np.float32] = (q * np.sign(np.diag(r))).astype(np.float32)
    return rotation
