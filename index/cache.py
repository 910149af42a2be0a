"""What a build need not compute again: documents as read, and texts as encoded.

One SQLite file beside the snapshots. Losing it costs time and nothing else. Keys are digests of
everything that the value depends on, so an entry is never wrong, only unused.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from errors import SnapshotError
from snapshot.quantizer import TokenCodes

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (key TEXT PRIMARY KEY, data BLOB NOT NULL, build INTEGER);
CREATE TABLE IF NOT EXISTS encoded (
    key BLOB PRIMARY KEY, vector BLOB NOT NULL, codes BLOB NOT NULL, starts BLOB NOT NULL,
    build INTEGER
);
DROP TABLE IF EXISTS vectors;
CREATE TABLE IF NOT EXISTS builds (number INTEGER PRIMARY KEY AUTOINCREMENT);
"""
_BATCH = 500

P = ParamSpec("P")
R = TypeVar("R")


def _explained(
    method: Callable[Concatenate[BuildCache, P], R],
) -> Callable[Concatenate[BuildCache, P], R]:
    """What SQLite refuses, a full disk above all, becomes a SnapshotError."""

    @wraps(method)
    def explained(cache: BuildCache, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(cache, *args, **kwargs)
        except sqlite3.Error as error:
            raise cache._unusable(error) from error

    return explained


class BuildCache:
    """Opened for one build; every entry read or written is marked as used by it."""

    def __init__(self, path: Path) -> None:
        """Raises SnapshotError where the file can be neither opened nor made anew."""
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            try:
                self._database, self._build = self._open(path)
            except sqlite3.DatabaseError:
                # A damaged cache is worth nothing: begin a new one.
                path.unlink(missing_ok=True)
                self._database, self._build = self._open(path)
        except (sqlite3.Error, OSError) as error:
            raise self._unusable(error) from error

    @staticmethod
    def _open(path: Path) -> tuple[sqlite3.Connection, int]:
        """The database, and the number of this build in it."""
        database = sqlite3.connect(path, check_same_thread=False)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        database.executescript(_SCHEMA)
        build = database.execute("INSERT INTO builds DEFAULT VALUES").lastrowid or 0
        return database, build

    def _unusable(self, error: Exception) -> SnapshotError:
        free = shutil.disk_usage(self._path.parent).free
        return SnapshotError(
            f"the build cache {self._path} cannot be used: {error}. It needs a folder that this "
            f"user may write to, and room on the disk, where {free:,} bytes are free"
        )

    @_explained
    def get(self, key: str) -> bytes | None:
        """The document stored under that key."""
        row = self._database.execute("SELECT data FROM documents WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        self._database.execute("UPDATE documents SET build = ? WHERE key = ?", (self._build, key))
        return bytes(row[0])

    @_explained
    def put(self, key: str, data: bytes) -> None:
        """Stores a document."""
        self._database.execute(
            "INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", (key, data, self._build)
        )

    @_explained
    def get_vectors(self, keys: Sequence[bytes], dim: int) -> dict[bytes, NDArray[np.float32]]:
        """The vectors (dim,) float32 that are stored under those keys."""
        found: dict[bytes, NDArray[np.float32]] = {}
        for batch, marks in _batches(keys):
            rows = self._database.execute(
                f"SELECT key, vector FROM encoded WHERE key IN ({marks})",  # noqa: S608 (only marks)
                batch,
            )
            for key, data in rows:
                vector = np.frombuffer(data, dtype=np.float32)
                if vector.shape == (dim,):
                    found[key] = vector
            self._database.execute(
                f"UPDATE encoded SET build = ? WHERE key IN ({marks})",  # noqa: S608 (only marks)
                [self._build, *batch],
            )
        return found

    @_explained
    def get_token_counts(self, keys: Sequence[bytes]) -> list[int]:
        """How many tokens are stored under each of those keys, which all must be there."""
        counts: dict[bytes, int] = {}
        for batch, marks in _batches(keys):
            counts.update(
                self._database.execute(
                    f"SELECT key, length(starts) FROM encoded WHERE key IN ({marks})",  # noqa: S608 (only marks)
                    batch,
                )
            )
        return [counts[key] // np.dtype(np.int32).itemsize for key in keys]

    def get_tokens(self, keys: Iterable[bytes], width: int) -> Iterator[TokenCodes]:
        """The tokens stored under each of those keys, which all must be there; one at a time, for
        all at once may be more than the memory holds."""
        for key in keys:
            codes, starts = self._tokens(key)
            yield TokenCodes(
                np.frombuffer(codes, dtype=np.uint8).reshape(-1, width),
                np.frombuffer(starts, dtype=np.int32),
            )

    @_explained
    def put_encoded(self, entries: Iterable[tuple[bytes, NDArray[np.float32], TokenCodes]]) -> None:
        """Stores vectors and tokens and commits: a build killed later keeps them."""
        self._database.executemany(
            "INSERT OR REPLACE INTO encoded VALUES (?, ?, ?, ?, ?)",
            (
                (
                    key,
                    vector.astype(np.float32).tobytes(),
                    tokens.codes.tobytes(),
                    tokens.starts.astype(np.int32).tobytes(),
                    self._build,
                )
                for key, vector, tokens in entries
            ),
        )
        self._database.commit()

    @_explained
    def _tokens(self, key: bytes) -> tuple[bytes, bytes]:
        codes, starts = self._database.execute(
            "SELECT codes, starts FROM encoded WHERE key = ?", (key,)
        ).fetchone()
        return codes, starts

    @_explained
    def drop_unused(self, builds: int) -> int:
        """Drops what none of the last so many builds used; returns how many entries."""
        oldest = self._build - builds + 1
        dropped = sum(
            self._database.execute(statement, (oldest,)).rowcount
            for statement in (
                "DELETE FROM documents WHERE build < ?",
                "DELETE FROM encoded WHERE build < ?",
            )
        )
        self._database.commit()
        return dropped

    @_explained
    def close(self) -> None:
        self._database.commit()
        self._database.close()


def _batches(keys: Sequence[bytes]) -> Iterator[tuple[list[bytes], str]]:
    """The keys in batches that a statement takes, each with its question marks."""
    for start in range(0, len(keys), _BATCH):
        batch = list(keys[start : start + _BATCH])
        yield batch, ",".join("?" * len(batch))


def encoded_key(encoder_digest: str, text: str) -> bytes:
    """The key of a text as encoded: it holds for that encoder and that very text."""
    return hashlib.sha256(f"{encoder_digest}\0{text}".encode()).digest()
