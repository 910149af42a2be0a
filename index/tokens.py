"""The tokens of passages, small enough to keep: what late interaction compares a question with.

A passage's single vector blurs what it is about; the vectors of its tokens, as the model sees them
in context, do not (Khattab and Zaharia, "ColBERT", 2020). They are kept at 2 bits a dimension:
turned by a fixed random rotation, every coordinate of a unit vector is close to normally
distributed, so that one fixed quantiser serves every model and every folder without training
(Zandieh et al., "TurboQuant", 2025; the quantiser is Max's, "Quantizing for Minimum Distortion",
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

from errors import SnapshotDamaged
from index.encoder import Tokens
from index.rows import RowFile

# The thresholds and levels of the 2-bit quantiser of least squared error for a standard normal
# variable (Max, 1960, table I, N = 4).
_THRESHOLDS = np.array([-0.9816, 0.0, 0.9816], dtype=np.float32)
_LEVELS = np.array([-1.5104, -0.4528, 0.4528, 1.5104], dtype=np.float32)
_DISTORTION = 0.1175  # its mean squared error, as a share of the variance (ibid.)
_PER_BYTE = 4
_SEED = 20_260_101
# OpenBLAS multiplies matrices of up to a million products as they lie, and copies larger ones into
# an order of its own first, which takes longer than the products of a few words do.
_PRODUCTS_AT_ONCE = 1_000_000
# Unpacked, so many tokens of 384 dimensions fit the second cache of one core beside the rest.
_TOKENS_AT_ONCE = 256

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
    """Packs unit vectors of one dimension and unpacks them, near to what they were, in rotated
    coordinates: inner products with vectors that `rotate` gave are as before the rotation."""

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self.width = width(dim)
        self._rotation = _rotation(dim) if dim else np.empty((0, 0), dtype=np.float32)
        self._unpacked = _unpacked_levels() / np.float32((1 - _DISTORTION) * np.sqrt(max(dim, 1)))

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
        levels = np.zeros((len(vectors), self.width * _PER_BYTE), dtype=np.uint8)
        # Three comparisons take a tenth of the time of a search among three thresholds.
        for threshold in _THRESHOLDS:
            levels[:, : self.dim] += scaled > threshold
        grouped = levels.reshape(len(vectors), self.width, _PER_BYTE)
        packed: NDArray[np.uint8] = np.bitwise_or.reduce(
            grouped << np.array([0, 2, 4, 6], dtype=np.uint8), axis=2
        )
        return packed

    def unpack(self, codes: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(t, width) uint8 -> (t, dim) float32, rotated, and scaled so that inner products with
        unit vectors are cosines without bias."""
        unpacked = np.take(self._unpacked, codes, axis=0).reshape(len(codes), -1)
        return unpacked[:, : self.dim]

    def products(
        self, codes: NDArray[np.uint8], vectors: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """(t, width) uint8 and rotated vectors (q, dim) -> (t, q): `unpack(codes) @ vectors.T`.

        A block at a time, each small enough to be still in the cache when it is multiplied: all at
        once, the unpacked tokens of a hundred passages would travel to memory and back (17 MB)."""
        products = np.empty((len(codes), len(vectors)), dtype=np.float32)
        padded = np.zeros((self.width * _PER_BYTE, len(vectors)), dtype=np.float32)
        padded[: self.dim] = vectors.T
        block = max(1, min(_TOKENS_AT_ONCE, _PRODUCTS_AT_ONCE // max(padded.size, 1)))
        unpacked = np.empty((block, self.width, _PER_BYTE), dtype=np.float32)
        for start in range(0, len(codes), block):
            part = codes[start : start + block]
            room = unpacked[: len(part)]
            # Without `mode` NumPy would fill a copy of `out`, in case an index is out of bounds.
            self._unpacked.take(part, axis=0, out=room, mode="clip")
            np.matmul(room.reshape(len(part), -1), padded, out=products[start : start + block])
        return products


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
    return -(-dim // _PER_BYTE)


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


def _unpacked_levels() -> NDArray[np.float32]:
    """(256, 4): the four levels that a byte stands for."""
    byte = np.arange(256, dtype=np.uint8)[:, None]
    levels: NDArray[np.float32] = _LEVELS[(byte >> np.array([0, 2, 4, 6], dtype=np.uint8)) & 3]
    return levels
