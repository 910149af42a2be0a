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
from snapshot.engines import VectorIndex, engine
from snapshot.manifest import File, Refused, damage_named, read_manifest
from snapshot.models import EVERYONE, Passage
from snapshot.resource_json import passage_from_dict, resource_from_dict
from snapshot.tokens import token_vectors
from snapshot.vocabulary import Vocabulary


def read_refused(folder: Path) -> list[Refused]:
    """What was in the content folder and is not served."""
    return [Refused(**data) for data in _read_lines(folder / File.REFUSED)]


class Snapshot:
    """Resources and indexes are loaded; passages stay on the disk and are read by offset.

    `lexical` knows what is for everyone, `lexical_of_all` the `restricted` resources (r,), too.
    """

    def __init__(self, folder: Path) -> None:
        """Raises SnapshotDamaged if a file is missing or of another format. Does not read all
        bytes: `snapshot.manifest.verify` does, which `SnapshotStore.open` calls first."""
        self.folder = folder
        self.manifest = read_manifest(folder)
        with damage_named(folder / File.RESOURCES):
            lines = _read_lines(folder / File.RESOURCES)
            self.resources = tuple(map(resource_from_dict, lines))
        self.owners: NDArray[np.int32] = _load_array(folder / File.OWNERS)
        self._offsets: NDArray[np.uint64] = _load_array(folder / File.OFFSETS)
        self.vectors: VectorIndex = engine(self.manifest.engine).load(folder)
        self.lexical = lexical.load(folder / File.LEXICAL)
        self.restricted: NDArray[np.int64] = np.flatnonzero(
            [EVERYONE not in resource.audience for resource in self.resources]
        )
        self.lexical_of_all = (
            lexical.load(folder / File.LEXICAL_OF_ALL) if len(self.restricted) else self.lexical
        )
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
            self.lexical_of_all.count,
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
