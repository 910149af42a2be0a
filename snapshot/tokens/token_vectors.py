"""The tokens of a snapshot's passages: what late interaction compares a question with.

A passage's single vector blurs what it is about; the vectors of its tokens, as the model sees them
in context, do not (Khattab and Zaharia, "ColBERT", 2020). They are kept packed.

tokens.codes.npy     (t, ceil(dim / 4)) uint8: the tokens of all passages, in order
tokens.starts.npy    (t,) int32: where in its passage's text each begins; negative in the heading
tokens.offsets.npy   (n + 1,) uint64: each passage's first token, and the end
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from encoder.files import RowFile
from errors import SnapshotDamaged
from snapshot.tokens.quantizer import TokenCodes, TokenQuantizer, width

_CODES = "tokens.codes.npy"
_STARTS = "tokens.starts.npy"
_OFFSETS = "tokens.offsets.npy"


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
    none). Raises SnapshotDamaged if that cannot be read."""
    try:
        codes, starts = RowFile(folder / _CODES), RowFile(folder / _STARTS)
        offsets = np.load(folder / _OFFSETS, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise SnapshotDamaged(f"tokens cannot be read: {error}") from error
    counts = {codes.count, starts.count, int(offsets[-1])}
    if len(counts) > 1 or codes.row_shape != (width(dim),):
        raise SnapshotDamaged(f"{folder}: its files of tokens disagree with each other")
    return TokenIndex(dim, codes, starts, offsets)
