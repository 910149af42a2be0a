"""The vectors of a model's words, looked up in a file instead of in the graph."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from encoder.exported.runtime import Outputs, Runtime
from encoder.exported.texts import Inputs
from encoder.row_file import RowFile
from errors import EncoderError

WORDS = "words"
_KEPT = 2048  # words, of 1.5 kB in the default model: most of what people ask with

# (b, t) -> (b, t, width).
_LookUp = Callable[[NDArray[np.int64]], NDArray[np.float32]]


class WordTable:
    """A runtime for a graph that is given its words' vectors. A server reads few rows at a time of
    a table that takes 47 MB in the default model; a build has it in memory (`whole`)."""

    def __init__(self, table: Path, graph: Runtime, *, whole: bool = False) -> None:
        """Raises EncoderError where the file is no table."""
        try:
            self._look_up = _in_memory(table) if whole else _by_the_row(table)
        except (OSError, ValueError) as error:
            raise EncoderError(f"{table} cannot be read: {error}") from error
        self._graph = graph

    def run(self, inputs: Inputs) -> Outputs:
        return self._graph.run(inputs | {WORDS: self._look_up(inputs["input_ids"])})


def _in_memory(path: Path) -> _LookUp:
    table: NDArray[np.float32] = np.load(path, allow_pickle=False)
    return lambda ids: table[ids]


def _by_the_row(path: Path) -> _LookUp:
    rows = RowFile(path)

    @lru_cache(_KEPT)
    def row(number: int) -> NDArray[np.float32]:
        try:
            read: NDArray[np.float32] = rows.read([number], [number + 1])[0]
        except OSError as error:
            raise EncoderError(f"the model's words cannot be read: {error}") from error
        return read

    def look_up(ids: NDArray[np.int64]) -> NDArray[np.float32]:
        found = np.empty((*ids.shape, *rows.row_shape), dtype=np.float32)
        for place, number in np.ndenumerate(ids):
            found[place] = row(int(number))
        return found

    return look_up
