"""sqlite-vec beside the texts in one SQLite file; through apsw, for Python's own sqlite3 is often
built without extensions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import apsw
import sqlite_vec
from sentence_transformers import SentenceTransformer

from benchmarks.peers.peer import Peer

_FILE = "passages.sqlite"
_SEARCH = """
SELECT found.rowid, passages.text FROM
    (SELECT rowid, distance FROM vectors WHERE vector MATCH ? AND k = ? ORDER BY distance) AS found
    JOIN passages ON passages.row = found.rowid ORDER BY found.distance
"""


class Adapter(Peer):
    def __init__(self, model: Path) -> None:
        self._model = SentenceTransformer(str(model), device="cpu")

    def index(self, texts: Sequence[str], folder: Path) -> None:
        vectors = self._model.encode(list(texts), normalize_embeddings=True)
        database = _connect(folder)
        database.execute("CREATE TABLE passages (row INTEGER PRIMARY KEY, text TEXT)")
        database.execute(
            f"CREATE VIRTUAL TABLE vectors USING vec0(vector float[{len(vectors[0])}])"
        )
        with database:
            database.executemany("INSERT INTO passages VALUES (?, ?)", enumerate(texts))
            database.executemany(
                "INSERT INTO vectors (rowid, vector) VALUES (?, ?)",
                ((row, vector.tobytes()) for row, vector in enumerate(vectors)),
            )
        database.close()

    def open(self, folder: Path) -> None:
        self._database = _connect(folder)

    def ask(self, question: str, top_k: int) -> list[int]:
        vector = self._model.encode(question, normalize_embeddings=True)
        found = self._database.execute(_SEARCH, (vector.tobytes(), top_k))
        return [int(row) for row, _ in found]


def _connect(folder: Path) -> apsw.Connection:
    database = apsw.Connection(str(folder / _FILE))
    database.enable_load_extension(True)
    database.load_extension(sqlite_vec.loadable_path())
    return database
