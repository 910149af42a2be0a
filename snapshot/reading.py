"""A snapshot, opened for answering: it never changes once it is written."""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

from errors import SnapshotDamaged
from snapshot import headings, lexical
from snapshot.engines import VectorIndex
from snapshot.lexical import LexicalIndex
from snapshot.manifest import Counts, File, Refused, damage_named, read_manifest
from snapshot.models import EVERYONE, Passage, Resource
from snapshot.resource_json import passage_from_dict, resource_from_dict
from snapshot.restricted import parted_vectors, restricted_words
from snapshot.restricted.restricted_words import SeenWords
from snapshot.tokens import token_vectors
from snapshot.vocabulary import Vocabulary


def read_refused(folder: Path) -> list[Refused]:
    """What was in the content folder and is not served."""
    return [Refused(**data) for data in _read_lines(folder / File.REFUSED)]


def read_resources(folder: Path) -> tuple[Resource, ...]:
    """What a snapshot holds, without opening what searches it. Raises SnapshotDamaged."""
    with damage_named(folder / File.RESOURCES):
        return tuple(map(resource_from_dict, _read_lines(folder / File.RESOURCES)))


class Snapshot:
    """Resources and indexes are loaded; passages stay on the disk and are read by offset.

    `lexical` knows what is for everyone, `lexical_for` also words of `restricted` resources (r,).
    """

    def __init__(self, own: Path, opened: Path | None = None) -> None:
        """The snapshot of the folder `own`, opened from there or from a copy, `opened`. Raises
        SnapshotDamaged if a file is missing or of another format. Does not read all bytes:
        `snapshot.manifest.verify` does, which `SnapshotStore.open` calls first."""
        self.folder, folder = own, opened or own
        self.manifest = read_manifest(folder)
        self.resources = read_resources(folder)
        self.owners: NDArray[np.int32] = _load_array(folder / File.OWNERS)
        self._offsets: NDArray[np.uint64] = _load_array(folder / File.OFFSETS)
        self.restricted: NDArray[np.int64] = np.flatnonzero(
            [one.only_for != () for one in self.resources]
        )
        is_open = ~np.isin(self.owners, self.restricted)
        self.vectors: VectorIndex = parted_vectors.load(self.manifest.engine, is_open, folder)
        self.lexical = lexical.load(folder / File.LEXICAL, self.restricted)
        self._restricted_words = None if is_open.all() else restricted_words.load(folder)
        self.tokens = token_vectors.load(folder, self.manifest.encoder.token_dim)
        self.headings = headings.load(folder, self.manifest.encoder.dim)
        self.asked_as: NDArray[np.float16] = _load_array(folder / File.ASKED_AS)
        self.vocabulary = Vocabulary(
            _load_json(folder / File.VOCABULARY), _load_json(folder / File.OTHER_WORDS)
        )
        self._text = _map(folder / File.PASSAGES)
        rows = {
            len(self.owners),
            len(self._offsets) - 1,
            self.vectors.count,
            self.lexical.count + (self._restricted_words.count if self._restricted_words else 0),
            self.tokens.count,
            self.headings.count,
        }
        if rows != {self.manifest.counts.passages}:
            raise SnapshotDamaged(
                f"{folder}: its files disagree on how many passages there are ({sorted(rows)})"
            )
        asked = len(self.manifest.asked_as), self.manifest.encoder.dim
        if self.asked_as.shape != asked:
            raise SnapshotDamaged(
                f"{folder / File.ASKED_AS} is of shape {self.asked_as.shape}, not {asked}"
            )

    @property
    def id(self) -> str:
        return self.manifest.id

    @property
    def open_counts(self) -> Counts:
        """What it holds for everyone. What was refused is nobody's but the owners'."""
        return Counts(len(self.resources) - len(self.restricted), self.lexical.count, 0)

    def lexical_for(self, granted: NDArray[np.int64]) -> LexicalIndex:
        """The words as somebody sees them who may see the restricted resources of these numbers,
        and no others."""
        if self._restricted_words is None or not len(granted):
            return self.lexical
        return SeenWords(self.lexical, self._restricted_words, granted)

    def passage(self, row: int) -> Passage:
        start, end = int(self._offsets[row]), int(self._offsets[row + 1])
        resource = self.resources[self.owners[row]]
        return passage_from_dict(json.loads(self._text[start:end]), resource.id)

    def passages_of(self, number: int) -> list[Passage]:
        """The passages of resource `number`, in reading order."""
        first, last = np.searchsorted(self.owners, [number, number + 1])
        return [self.passage(row) for row in range(int(first), int(last))]

    @cached_property
    def audiences(self) -> frozenset[str]:
        """Whom anything is for that is not for everyone, as it is written there."""
        resources = (name for one in self.resources for name in one.audience)
        pinned = (name for one in self.manifest.pinned for name in one.audience)
        return frozenset({*resources, *pinned}) - {EVERYONE}

    @cached_property
    def number_by_local_url(self) -> dict[str, int]:
        """Numbers of the resources on Signpost's own server, by the path of their url, decoded."""
        return {
            unquote(urlsplit(resource.url).path): number
            for number, resource in enumerate(self.resources)
            if resource.url.startswith("/")
        }


def _load_json(path: Path) -> Any:
    with damage_named(path):
        return json.loads(path.read_text(encoding="utf-8"))


def _read_lines(path: Path) -> Iterator[Any]:
    with damage_named(path), path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _load_array(path: Path) -> NDArray[Any]:
    with damage_named(path):
        array: NDArray[Any] = np.load(path, allow_pickle=False)
    return array


def _map(path: Path) -> mmap.mmap | bytes:
    with damage_named(path), path.open("rb") as file:
        if path.stat().st_size == 0:  # an empty file cannot be mapped
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
