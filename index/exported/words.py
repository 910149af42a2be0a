"""The vectors of a model's words, looked up in a file instead of in the graph."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from errors import EncoderError
from index.exported.runtime import Outputs, Runtime
from index.exported.texts import Inputs
from index.rows import RowFile

WORDS = "words"
_KEPT = 2048  # words, of 1.5 kB in the default model: most of what people ask with


class WordTable:
    """A runtime for a graph that is given its words' vectors. A server reads few rows at a time of
    a table that takes 47 MB in the default model; a build has it in memory (`whole`)."""

    def __init__(self, table: Path, graph: Runtime, *, whole: bool = False) -> None:
        """Raises EncoderError where the file is no table."""
        try:
            self._rows = RowFile(table)
            self._whole = np.load(table, allow_pickle=False) if whole else None
        except (OSError, ValueError) as error:
            raise EncoderError(f"{table} cannot be read: {error}") from error
        self._row = lru_cache(_KEPT)(self._read)
        self._graph = graph

    def run(self, inputs: Inputs) -> Outputs:
        ids = inputs["input_ids"]
        return self._graph.run(inputs | {WORDS: self._look_up(ids)})

    def _look_up(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """(b, t) -> (b, t, width)."""
        if self._whole is not None:
            words: NDArray[np.float32] = self._whole[ids]
            return words
        found = np.stack([self._row(one) for one in ids.reshape(-1).tolist()])
        return found.reshape(*ids.shape, -1)

    def _read(self, number: int) -> NDArray[np.float32]:
        try:
            row: NDArray[np.float32] = self._rows.read([number], [number + 1])[0]
        except OSError as error:
            raise EncoderError(f"the model's words cannot be read: {error}") from error
        return row
