"""The vectors of a model's words, looked up in a file instead of in the graph."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from errors import EncoderError
from index.exported.runtime import Outputs, Runtime
from index.exported.texts import Inputs
from index.mapped import MappedArray

WORDS = "words"
# Bytes of rows: those of some twenty questions. With what the system maps around each row they
# take ten times as much memory.
_KEPT_BYTES = 400_000


class WordTable:
    """A runtime for a graph that is given its words' vectors. A server reads few rows at a time of
    a table that takes 47 MB in the default model."""

    def __init__(self, table: Path, graph: Runtime) -> None:
        """Raises EncoderError where the file is no table."""
        try:
            self._table = MappedArray(table, _KEPT_BYTES)
        except (OSError, ValueError) as error:
            raise EncoderError(f"{table} cannot be read: {error}") from error
        self._graph = graph

    def run(self, inputs: Inputs) -> Outputs:
        words = self._table.array[inputs["input_ids"]].astype(np.float32, copy=False)
        self._table.was_read(words.nbytes)
        return self._graph.run(inputs | {WORDS: words})
