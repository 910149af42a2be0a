"""The vectors of a model's words, looked up in a file instead of in the graph."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from errors import EncoderError
from index.exported.runtime import Outputs, Runtime
from index.exported.texts import Inputs
from index.rows import RowFile

WORDS = "words"


class WordTable:
    """A runtime for a graph that is given its words' vectors. A server reads few rows at a time of
    a table that takes 47 MB in the default model."""

    def __init__(self, table: Path, graph: Runtime) -> None:
        """Raises EncoderError where the file is no table."""
        try:
            self._table = RowFile(table)
        except (OSError, ValueError) as error:
            raise EncoderError(f"{table} cannot be read: {error}") from error
        self._graph = graph

    def run(self, inputs: Inputs) -> Outputs:
        ids = inputs["input_ids"]
        unique, places = np.unique(ids, return_inverse=True)
        try:
            words = self._table.read(unique.tolist(), (unique + 1).tolist())[places]
        except OSError as error:
            raise EncoderError(f"the model's words cannot be read: {error}") from error
        return self._graph.run(inputs | {WORDS: words.reshape(*ids.shape, -1)})
