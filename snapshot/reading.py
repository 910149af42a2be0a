"""One snapshot: a folder that holds all that answering needs, and never changes once written.

snapshot.json          format, encoder, engine, settings, calibration, counts, every file's SHA-256
resources.jsonl        one resource a line; a resource's number is its line, from 0
passages.jsonl         one passage a line; a passage's row is its line, from 0
passages.offsets.npy   (n + 1,) uint64: where each passage's line begins, and the file's end
passages.resource.npy  (n,) int32: the number of each passage's resource
vectors.*              the engine's file; row i belongs to passage i
lexical/               the lexical index
vocabulary.json        words of what everyone may see, each with how many passages hold it
tokens.*               the passages' tokens (see `snapshot/token_vectors.py`)
refused.jsonl          what the content folder held and was not served, with the reason
"""

from __future__ import annotations

import hashlib
import json
import mmap
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

from errors import SnapshotDamaged
from snapshot import lexical, token_vectors
from snapshot.engines import VectorIndex, engine
from snapshot.formats import Kind
from snapshot.manifest import Manifest, Refused, read_manifest
from snapshot.models import Passage, Resource, Validation, locator_from_dict
from snapshot.vocabulary import Vocabulary

RESOURCES = "resources.jsonl"
PASSAGES = "passages.jsonl"
OFFSETS = "passages.offsets.npy"
OWNERS = "passages.resource.npy"
LEXICAL = "lexical"
VOCABULARY = "vocabulary.json"
REFUSED = "refused.jsonl"


def verify(folder: Path) -> Manifest:
    """Reads every file and compares its SHA-256. Raises SnapshotDamaged on the first that is
    missing or changed. A flipped bit in the vectors is found here and nowhere else."""
    manifest = read_manifest(folder)
    for name, expected in manifest.files.items():
        try:
            actual = sha256(folder / name)
        except OSError as error:
            raise SnapshotDamaged(f"{folder / name} cannot be read: {error}") from error
        if actual != expected:
            raise SnapshotDamaged(
                f"{folder / name} has SHA-256 {actual}, and {expected} when it was written: "
                "roll back, or build again"
            )
    return manifest


def read_refused(folder: Path) -> list[Refused]:
    """What was in the content folder and is not served."""
    return [Refused(**data) for data in _read_lines(folder / REFUSED)]


class Snapshot:
    """A snapshot opened for answering. Passage texts stay on the disk and are read by offset."""

    def __init__(self, folder: Path) -> None:
        """Raises SnapshotDamaged where a file is missing or of another format; does not read
        all bytes, which `verify` does and `SnapshotStore.open` asks it to."""
        self.folder = folder
        self.manifest = read_manifest(folder)
        self.resources = tuple(map(_resource_from_dict, _read_lines(folder / RESOURCES)))
        self.owners: NDArray[np.int32] = _load_array(folder / OWNERS)
        self._offsets: NDArray[np.uint64] = _load_array(folder / OFFSETS)
        self.vectors: VectorIndex = engine(self.manifest.engine).load(folder)
        self.lexical = lexical.load(folder / LEXICAL)
        self.tokens = token_vectors.load(folder, self.manifest.encoder.token_dim)
        self.vocabulary = Vocabulary(_load_json(folder / VOCABULARY))
        self._text = _map(folder / PASSAGES)
        rows = {
            len(self.owners),
            len(self._offsets) - 1,
            self.vectors.count,
            self.lexical.count,
            self.tokens.count,
        }
        if rows != {self.manifest.counts.passages}:
            raise SnapshotDamaged(
                f"{folder}: its files disagree on how many passages there are ({sorted(rows)})"
            )

    @property
    def id(self) -> str:
        return self.manifest.id

    def passage(self, row: int) -> Passage:
        start, end = int(self._offsets[row]), int(self._offsets[row + 1])
        resource = self.resources[self.owners[row]]
        return _passage_from_dict(json.loads(self._text[start:end]), resource.id)

    def passages_of(self, number: int) -> list[Passage]:
        """The passages of resource `number`, in reading order."""
        first, last = np.searchsorted(self.owners, [number, number + 1])
        return [self.passage(row) for row in range(int(first), int(last))]

    @cached_property
    def number_by_local_url(self) -> dict[str, int]:
        """Numbers of the resources on Signpost's own server, by the path of their url, decoded."""
        return {
            unquote(urlsplit(resource.url).path): number
            for number, resource in enumerate(self.resources)
            if resource.url.startswith("/")
        }


def resource_to_dict(resource: Resource) -> dict[str, Any]:
    """A JSON object with every field of the resource."""
    data = asdict(resource)
    validation = data["validation"]
    validation["validated_on"] = resource.validation.validated_on.isoformat()
    if resource.validation.review_by is not None:
        validation["review_by"] = resource.validation.review_by.isoformat()
    return data


def _resource_from_dict(data: dict[str, Any]) -> Resource:
    validation = data["validation"]
    review_by = validation["review_by"]
    return Resource(
        **data
        | {
            "kind": Kind(data["kind"]),
            "audience": tuple(data["audience"]),
            "tags": tuple(data["tags"]),
            "validation": Validation(
                validated_by=validation["validated_by"],
                validated_on=date.fromisoformat(validation["validated_on"]),
                review_by=date.fromisoformat(review_by) if review_by else None,
            ),
        }
    )


def _passage_from_dict(data: dict[str, Any], resource_id: str) -> Passage:
    return Passage(
        resource_id=resource_id,
        ordinal=data["ordinal"],
        heading_path=tuple(data["heading_path"]),
        locator=locator_from_dict(data["locator"]),
        text=data["text"],
        marks=tuple((offset, second) for offset, second in data["marks"]),
    )


def _read_lines(path: Path) -> Iterator[Any]:
    try:
        with path.open(encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)
    except (OSError, ValueError) as error:
        raise SnapshotDamaged(f"{path} cannot be read: {error}") from error


def _load_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SnapshotDamaged(f"{path} cannot be read: {error}") from error


def _load_array(path: Path) -> NDArray[Any]:
    try:
        array: NDArray[Any] = np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise SnapshotDamaged(f"{path} cannot be read: {error}") from error
    return array


def _map(path: Path) -> mmap.mmap | bytes:
    try:
        with path.open("rb") as file:
            if path.stat().st_size == 0:  # an empty file cannot be mapped
                return b""
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise SnapshotDamaged(f"{path} cannot be read: {error}") from error


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
