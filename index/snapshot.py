"""One snapshot: a folder that holds all that answering needs, and never changes once written.

snapshot.json          format, encoder, engine, settings, calibration, counts, every file's SHA-256
resources.jsonl        one resource a line; a resource's number is its line, from 0
passages.jsonl         one passage a line; a passage's row is its line, from 0
passages.offsets.npy   (n + 1,) uint64: where each passage's line begins, and the file's end
passages.resource.npy  (n,) int32: the number of each passage's resource
vectors.*              the engine's file; row i belongs to passage i
lexical/               the lexical index
vocabulary.json        words of what everyone may see, each with how many passages hold it
tokens.*               the passages' tokens (see `index/tokens.py`)
refused.jsonl          what the content folder held and was not served, with the reason
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

from errors import SnapshotDamaged
from index import lexical, tokens
from index.encoder import Fingerprint
from index.engines import VectorIndex, choice, engine
from index.models import (
    EVERYONE,
    Kind,
    Passage,
    Resource,
    Validation,
    locator_from_dict,
    locator_to_dict,
)
from index.splitter import embedding_text
from index.synonyms import Synonyms
from index.tokens import TokenCodes
from index.vocabulary import Vocabulary, count_words

FORMAT = 5
MANIFEST = "snapshot.json"
_RESOURCES = "resources.jsonl"
_PASSAGES = "passages.jsonl"
_OFFSETS = "passages.offsets.npy"
_OWNERS = "passages.resource.npy"
_LEXICAL = "lexical"
_VOCABULARY = "vocabulary.json"
_REFUSED = "refused.jsonl"


@dataclass(frozen=True, slots=True)
class Calibration:
    """Confidence from which an answer is ANSWERED, and from which it is CLOSEST; 0 to 1."""

    answered: float
    closest: float


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not served, and why. `reason` is one of `index.content`'s kinds."""

    path: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Counts:
    resources: int
    passages: int
    refused: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot says of itself. `content_digest` is equal for two snapshots exactly if
    they hold the same; `examples` are questions that its content answers, to begin with;
    `synonyms` groups of wordings that mean the same; `engine` is the one that wrote the vectors,
    and `engine_measured` what it was chosen by, where that had to be measured."""

    id: str
    created_at: datetime
    content_digest: str
    encoder: Fingerprint
    engine: str
    settings: dict[str, Any]
    calibration: Calibration
    counts: Counts
    examples: tuple[str, ...] = ()
    synonyms: Synonyms = ()
    engine_measured: dict[str, float] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    def to_json(self) -> str:
        data = asdict(self) | {"created_at": self.created_at.isoformat()}
        return json.dumps(data, indent=2, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Raises ValueError, KeyError or TypeError on anything that `to_json` did not write."""
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise ValueError(
                f"its format is {data['format']!r}, and this version reads {FORMAT}: build again "
                "with `python -m index build CONTENT`"
            )
        return cls(
            **data
            | {
                "created_at": datetime.fromisoformat(data["created_at"]),
                "encoder": Fingerprint(**data["encoder"]),
                "calibration": Calibration(**data["calibration"]),
                "counts": Counts(**data["counts"]),
                "examples": tuple(data["examples"]),
                "synonyms": tuple(map(tuple, data["synonyms"])),
                "files": dict(data["files"]),
            }
        )


@dataclass(frozen=True, slots=True)
class EncodedPassages:
    """All passages as the encoder sees them, in row order: vectors (n, dim), their tokens one
    passage at a time with starts counted in the embedding text, and how many each has."""

    vectors: NDArray[np.float32]
    tokens: Iterable[TokenCodes]
    token_counts: Sequence[int]


Calibrate = Callable[["Snapshot"], Calibration]


def keep_calibration(snapshot: Snapshot) -> Calibration:
    """The calibration that the snapshot has already."""
    return snapshot.manifest.calibration


def write(
    folder: Path,
    manifest: Manifest,
    resources: Sequence[Resource],
    passages: Sequence[Passage],
    encoded: EncodedPassages,
    refused: Iterable[Refused],
    calibrate: Calibrate = keep_calibration,
) -> None:
    """Writes a snapshot into an existing empty folder and flushes it to the disk.

    Passages of one resource stand together. `calibrate` is shown the snapshot, complete but for
    its calibration, and says what that shall be. The manifest's `files` are filled in here, and so
    is its engine where that is "auto".
    """
    numbers = {resource.id: number for number, resource in enumerate(resources)}
    titles = {resource.id: resource.title for resource in resources}
    owners = np.array([numbers[passage.resource_id] for passage in passages], dtype=np.int32)
    _write_lines(folder / _RESOURCES, map(resource_to_dict, resources))
    offsets = _write_lines(folder / _PASSAGES, map(_passage_to_dict, passages))
    np.save(folder / _OFFSETS, np.array(offsets, dtype=np.uint64))
    np.save(folder / _OWNERS, owners)
    _write_lines(folder / _REFUSED, map(asdict, refused))
    chosen = choice.build(manifest.engine, encoded.vectors, folder)
    tokens.write(
        (
            codes.shifted(len(embedding_text(titles[p.resource_id], p.heading_path, "")))
            for p, codes in zip(passages, encoded.tokens, strict=True)
        ),
        encoded.token_counts,
        tokens.width(manifest.encoder.token_dim),
        folder,
    )

    def texts() -> Iterator[str]:  # made twice rather than kept: they are as large as all passages
        for passage in passages:
            yield embedding_text(titles[passage.resource_id], passage.heading_path, passage.text)

    lexical.build(zip(owners.tolist(), texts(), strict=True), folder / _LEXICAL)
    # A misspelt word is shown as it was read: that must not tell what is meant for few.
    open_to_all = np.array([EVERYONE in resource.audience for resource in resources])
    words = count_words(
        text for text, owner in zip(texts(), owners, strict=True) if open_to_all[owner]
    )
    (folder / _VOCABULARY).write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
    files = {name: _sha256(folder / name) for name in _file_names(folder)}
    filled = replace(manifest, engine=chosen.engine, engine_measured=chosen.measured, files=files)
    _write_manifest(folder, filled)
    _write_manifest(folder, replace(filled, calibration=calibrate(Snapshot(folder))))
    _flush(folder)


def verify(folder: Path) -> Manifest:
    """Reads every file and compares its SHA-256. Raises SnapshotDamaged on the first that is
    missing or changed. A flipped bit in the vectors is found here and nowhere else."""
    manifest = read_manifest(folder)
    for name, expected in manifest.files.items():
        try:
            actual = _sha256(folder / name)
        except OSError as error:
            raise SnapshotDamaged(f"{folder / name} cannot be read: {error}") from error
        if actual != expected:
            raise SnapshotDamaged(
                f"{folder / name} has SHA-256 {actual}, and {expected} when it was written: "
                "roll back, or build again"
            )
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Raises SnapshotDamaged where there is none that this version can read."""
    try:
        return Manifest.from_json((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SnapshotDamaged(f"{folder / MANIFEST} cannot be read: {error}") from error


def read_refused(folder: Path) -> list[Refused]:
    """What was in the content folder and is not served."""
    return [Refused(**data) for data in _read_lines(folder / _REFUSED)]


class Snapshot:
    """A snapshot opened for answering. Passage texts stay on the disk and are read by offset."""

    def __init__(self, folder: Path) -> None:
        """Raises SnapshotDamaged where a file is missing or of another format; does not read
        all bytes, which `verify` does and `SnapshotStore.open` asks it to."""
        self.folder = folder
        self.manifest = read_manifest(folder)
        self.resources = tuple(map(_resource_from_dict, _read_lines(folder / _RESOURCES)))
        self.owners: NDArray[np.int32] = _load_array(folder / _OWNERS)
        self._offsets: NDArray[np.uint64] = _load_array(folder / _OFFSETS)
        self.vectors: VectorIndex = engine(self.manifest.engine).load(folder)
        self.lexical = lexical.load(folder / _LEXICAL)
        self.tokens = tokens.load(folder, self.manifest.encoder.token_dim)
        self.vocabulary = Vocabulary(_load_json(folder / _VOCABULARY))
        self._text = _map(folder / _PASSAGES)
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


def _passage_to_dict(passage: Passage) -> dict[str, Any]:
    return {
        "ordinal": passage.ordinal,
        "heading_path": passage.heading_path,
        "locator": locator_to_dict(passage.locator),
        "text": passage.text,
        "marks": passage.marks,
    }


def _passage_from_dict(data: dict[str, Any], resource_id: str) -> Passage:
    return Passage(
        resource_id=resource_id,
        ordinal=data["ordinal"],
        heading_path=tuple(data["heading_path"]),
        locator=locator_from_dict(data["locator"]),
        text=data["text"],
        marks=tuple((offset, second) for offset, second in data["marks"]),
    )


def _write_manifest(folder: Path, manifest: Manifest) -> None:
    (folder / MANIFEST).write_text(manifest.to_json(), encoding="utf-8")


def _write_lines(path: Path, objects: Iterable[Any]) -> list[int]:
    """Writes one JSON object a line; returns where each begins, and the file's end."""
    offsets = [0]
    with path.open("wb") as file:
        for data in objects:
            line = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            file.write(line)
            offsets.append(offsets[-1] + len(line))
    return offsets


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


def _file_names(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(folder: Path) -> None:
    """To the disk, files first, then the folders that name them."""
    paths = sorted(folder.rglob("*"), key=lambda path: len(path.parts), reverse=True)
    for path in [*(p for p in paths if p.is_file()), *(p for p in paths if p.is_dir()), folder]:
        fsync(path)


def fsync(path: Path) -> None:
    """Flushes one file or folder to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
