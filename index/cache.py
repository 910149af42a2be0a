"""What a build need not compute again: documents as read, and texts as encoded.

One SQLite file beside the snapshots. Losing it costs time and nothing else. Keys are digests of
everything that the value depends on, so an entry is never wrong, only unused.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from encoder.protocol import Encoder
from errors import SnapshotError
from index.progress import Progress
from snapshot.tokens.quantizer import TokenCodes, TokenQuantizer

CACHE_FILE = "cache.sqlite"
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
# Texts that are encoded together by all cores, and then committed: a killed build loses no more.
_ENCODED_AT_ONCE = 128


class BuildCache:
    """Opened for one build; every entry read or written is marked as used by it.

    What SQLite refuses, a full disk above all, becomes a SnapshotError.
    """

    def __init__(self, path: Path) -> None:
        """Raises SnapshotError if the file can be neither opened nor made anew."""
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._explained():
            try:
                self._database, self._build = self._open(path)
            except sqlite3.DatabaseError:
                # A damaged cache is worth nothing: begin a new one.
                path.unlink(missing_ok=True)
                self._database, self._build = self._open(path)

    @staticmethod
    def _open(path: Path) -> tuple[sqlite3.Connection, int]:
        """The database, and the number of this build in it."""
        database = sqlite3.connect(path, check_same_thread=False)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        database.executescript(_SCHEMA)
        build = database.execute("INSERT INTO builds DEFAULT VALUES").lastrowid or 0
        return database, build

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            free = shutil.disk_usage(self._path.parent).free
            raise SnapshotError(
                f"the build cache {self._path} cannot be used: {error}. It needs a folder that "
                f"this user may write to, and room on the disk, where {free:,} bytes are free"
            ) from error

    def _rows(self, statement: str, values: Sequence[object]) -> list[Any]:
        with self._explained():
            return self._database.execute(statement, values).fetchall()

    def get(self, key: str) -> bytes | None:
        """The document stored under that key."""
        rows = self._rows("SELECT data FROM documents WHERE key = ?", [key])
        self._rows("UPDATE documents SET build = ? WHERE key = ?", [self._build, key])
        return bytes(rows[0][0]) if rows else None

    def put(self, key: str, data: bytes) -> None:
        """Stores a document and commits: a build killed later keeps it."""
        row = (key, data, self._build)
        self._rows("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", row)
        with self._explained():
            self._database.commit()

    def get_vectors(self, keys: Sequence[bytes], dim: int) -> dict[bytes, NDArray[np.float32]]:
        """The vectors (dim,) float32 that are stored under those keys."""
        found: dict[bytes, NDArray[np.float32]] = {}
        for batch, marks in _batches(keys):
            select = f"SELECT key, vector FROM encoded WHERE key IN ({marks})"  # noqa: S608 (only marks)
            for key, data in self._rows(select, batch):
                vector = np.frombuffer(data, dtype=np.float32)
                if vector.shape == (dim,):
                    found[key] = vector
            update = f"UPDATE encoded SET build = ? WHERE key IN ({marks})"  # noqa: S608 (only marks)
            self._rows(update, [self._build, *batch])
        return found

    def get_token_counts(self, keys: Sequence[bytes]) -> list[int]:
        """How many tokens are stored under each of those keys, which all must be there."""
        counts: dict[bytes, int] = {}
        for batch, marks in _batches(keys):
            select = f"SELECT key, length(starts) FROM encoded WHERE key IN ({marks})"  # noqa: S608 (only marks)
            counts.update(self._rows(select, batch))
        return [counts[key] // np.dtype(np.int32).itemsize for key in keys]

    def get_tokens(self, keys: Iterable[bytes], width: int) -> Iterator[TokenCodes]:
        """The tokens stored under each of those keys, which all must be there; one at a time, for
        all at once may be more than the memory holds."""
        for key in keys:
            [(codes, starts)] = self._rows("SELECT codes, starts FROM encoded WHERE key = ?", [key])
            yield TokenCodes(
                np.frombuffer(codes, dtype=np.uint8).reshape(-1, width),
                np.frombuffer(starts, dtype=np.int32),
            )

    def put_encoded(self, entries: Iterable[tuple[bytes, NDArray[np.float32], TokenCodes]]) -> None:
        """Stores vectors and tokens and commits: a build killed later keeps them."""
        rows = (
            (
                key,
                vector.astype(np.float32).tobytes(),
                tokens.codes.tobytes(),
                tokens.starts.astype(np.int32).tobytes(),
                self._build,
            )
            for key, vector, tokens in entries
        )
        with self._explained():
            self._database.executemany(
                "INSERT OR REPLACE INTO encoded VALUES (?, ?, ?, ?, ?)", rows
            )
            self._database.commit()

    def encode(
        self,
        encoder: Encoder,
        texts: Sequence[str],
        progress: Progress,
        groups: Sequence[str] | None = None,
    ) -> tuple[list[bytes], dict[bytes, NDArray[np.float32]], set[bytes]]:
        """Encodes the texts that are not there yet. Returns the key of each text, the vector
        (dim,) of each key, and the keys of what was encoded now. Tokens are there for `get_tokens`.

        Batches hold texts of like length, and each is stored as soon as it is encoded. A text's
        vector hangs a little on what is encoded beside it, so if texts are of several `groups`,
        each text's group by its name, a batch holds those of one, and what is stored serves that.
        """
        fingerprint = encoder.fingerprint
        groups = [""] * len(texts) if groups is None else groups
        keys = [
            encoded_key(fingerprint.digest, text, group)
            for text, group in zip(texts, groups, strict=True)
        ]
        known = self.get_vectors(list(dict.fromkeys(keys)), fingerprint.dim)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        group_of = dict(zip(keys, groups, strict=True))
        queue = sorted(missing, key=lambda key: (group_of[key], -len(missing[key])))
        quantizer = TokenQuantizer(fingerprint.token_dim)
        progress("encode", 0, len(queue))
        done = 0
        for batch in _of_one_group(queue, group_of):
            encoded = encoder.encode_passages([missing[key] for key in batch])
            self.put_encoded(
                (key, one.vector, quantizer.packed(one.tokens))
                for key, one in zip(batch, encoded, strict=True)
            )
            known.update((key, one.vector) for key, one in zip(batch, encoded, strict=True))
            done += len(batch)
            progress("encode", done, len(queue))
        return keys, known, set(missing)

    def drop_unused(self, builds: int) -> int:
        """Drops what none of the last so many builds used; returns how many entries."""
        oldest = (self._build - builds + 1,)
        with self._explained():
            documents = self._database.execute("DELETE FROM documents WHERE build < ?", oldest)
            encoded = self._database.execute("DELETE FROM encoded WHERE build < ?", oldest)
            self._database.commit()
        return documents.rowcount + encoded.rowcount

    def close(self) -> None:
        with self._explained():
            self._database.commit()
            self._database.close()


class KeptDocuments:
    """The documents that builds have kept, for whoever only looks: nothing is written, and a cache
    that is not there or cannot be read keeps nothing."""

    def __init__(self, path: Path) -> None:
        self._database: sqlite3.Connection | None = None
        if path.exists():
            with suppress(sqlite3.Error):
                address = f"{path.resolve().as_uri()}?mode=ro"
                self._database = sqlite3.connect(address, uri=True)

    def get(self, key: str) -> bytes | None:
        select = "SELECT data FROM documents WHERE key = ?"
        with suppress(sqlite3.Error):
            rows = self._database.execute(select, [key]).fetchall() if self._database else []
            return bytes(rows[0][0]) if rows else None
        return None

    def put(self, key: str, data: bytes) -> None:
        """Nothing."""

    def close(self) -> None:
        if self._database:
            self._database.close()


def _batches(keys: Sequence[bytes]) -> Iterator[tuple[list[bytes], str]]:
    """The keys in batches that a statement takes, each with its question marks."""
    for start in range(0, len(keys), _BATCH):
        batch = list(keys[start : start + _BATCH])
        yield batch, ",".join("?" * len(batch))


def _of_one_group(queue: Sequence[bytes], group_of: Mapping[bytes, str]) -> Iterator[list[bytes]]:
    for _, same in groupby(queue, group_of.__getitem__):
        while batch := list(islice(same, _ENCODED_AT_ONCE)):
            yield batch


def encoded_key(encoder_digest: str, text: str, group: str = "") -> bytes:
    """The key of a text as encoded: it holds for that encoder, that group of texts and that very
    text."""
    named = f"{encoder_digest}\0{group}\0" if group else f"{encoder_digest}\0"
    return hashlib.sha256(f"{named}{text}".encode()).digest()
