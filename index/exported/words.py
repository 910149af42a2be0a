"""The vectors of a model's words, looked up in a file instead of in the graph."""

from __future__ import annotations

from functools import lru_cache, partial
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
        # Of the file alone: a method would keep the graph for as long as its cache.
        self._row = lru_cache(_KEPT)(partial(_read, self._rows))
        self._graph = graph

    def run(self, inputs: Inputs) -> Outputs:
        ids = inputs["input_ids"]
        return self._graph.run(inputs | {WORDS: self._look_up(ids)})

    def _look_up(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """(b, t) -> (b, t, width)."""
        if self._whole is not None:
            words: NDArray[np.float32] = self._whole[ids]
            return words
        found = np.empty((*ids.shape, *self._rows.row_shape), dtype=np.float32)
        for place, number in np.ndenumerate(ids):
            found[place] = self._row(int(number))
        return found


def _read(rows: RowFile, number: int) -> NDArray[np.float32]:
    try:
        row: NDArray[np.float32] = rows.read([number], [number + 1])[0]
    except OSError as error:
        raise EncoderError(f"the model's words cannot be read: {error}") from error
    return row
