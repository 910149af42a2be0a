"""A build writes a snapshot into a folder of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from encoder.files import file_sha256
from snapshot import headings, lexical
from snapshot.linked_as import linked_as
from snapshot.manifest import MANIFEST, Calibration, File, Manifest, Refused
from snapshot.models import Passage, Resource, embedding_text
from snapshot.reading import Snapshot
from snapshot.resource_json import passage_to_dict, resource_to_dict
from snapshot.restricted import parted_vectors, restricted_words
from snapshot.tokens import token_vectors
from snapshot.tokens.quantizer import TokenCodes, width
from snapshot.vocabulary import count_words, other_words


@dataclass(frozen=True, slots=True)
class EncodedPassages:
    """All passages as the encoder sees them, in row order: vectors (n, dim), their tokens one
    passage at a time with starts counted in the embedding text, and how many each has. `headings`
    (m, dim) belong to what `snapshot.headings.distinct` gives, `asked_as` (a, dim) to the
    manifest's questions."""

    vectors: NDArray[np.float32]
    tokens: Iterable[TokenCodes]
    token_counts: Sequence[int]
    headings: NDArray[np.float32]
    asked_as: NDArray[np.float32]


def write(
    folder: Path,
    manifest: Manifest,
    resources: Sequence[Resource],
    passages: Sequence[Passage],
    encoded: EncodedPassages,
    refused: Iterable[Refused],
) -> None:
    """Writes a snapshot into an existing empty folder and flushes it to the disk.

    Passages of one resource stand together. The manifest's `files` are filled in here, and so is
    its engine if that is "auto".
    """
    numbers = {resource.id: number for number, resource in enumerate(resources)}
    titles = {resource.id: resource.title for resource in resources}
    owners = np.array([numbers[passage.resource_id] for passage in passages], dtype=np.int32)
    is_open = np.array([not one.only_for for one in resources], dtype=bool)[owners]
    _write_lines(folder / File.RESOURCES, map(resource_to_dict, resources))
    offsets = _write_lines(folder / File.PASSAGES, map(passage_to_dict, passages))
    np.save(folder / File.OFFSETS, np.array(offsets, dtype=np.uint64))
    np.save(folder / File.OWNERS, owners)
    _write_lines(folder / File.REFUSED, map(asdict, refused))
    chosen = parted_vectors.build(manifest.engine, encoded.vectors, is_open, folder)
    token_vectors.write(
        (
            codes.shifted(len(embedding_text(titles[p.resource_id], p.heading_path, "")))
            for p, codes in zip(passages, encoded.tokens, strict=True)
        ),
        encoded.token_counts,
        width(manifest.encoder.token_dim),
        folder,
    )

    def texts() -> Iterator[str]:  # made twice rather than kept: they are as large as all passages
        for passage in passages:
            yield embedding_text(titles[passage.resource_id], passage.heading_path, passage.text)

    headings.write(resources, passages, linked_as(resources, passages), encoded.headings, folder)
    of = owners.tolist()
    open_rows, other_rows = np.flatnonzero(is_open).tolist(), np.flatnonzero(~is_open).tolist()
    of_everyone = ((of[row], text) for row, text in enumerate(texts()) if is_open[row])
    lexical.build(of_everyone, folder / File.LEXICAL, open_rows)
    if other_rows:
        of_some = ((n, of[n], text) for n, text in enumerate(texts()) if not is_open[n])
        restricted_words.build(of_some, folder)
    np.save(folder / File.ASKED_AS, encoded.asked_as.astype(np.float16))
    # A misspelt word is shown as it was read: that must not tell what is meant for few.
    said = (text for row, text in enumerate(texts()) if is_open[row])
    asked = (one.question for one in manifest.asked_as if is_open[list(one.rows)].any())
    words = count_words(chain(said, asked))
    for name, listed in ((File.VOCABULARY, words), (File.OTHER_WORDS, other_words(words))):
        (folder / name).write_text(json.dumps(listed, ensure_ascii=False), encoding="utf-8")
    files = {name: file_sha256(folder / name) for name in _file_names(folder)}
    filled = replace(manifest, engine=chosen.engine, engine_measured=chosen.measured, files=files)
    _write_manifest(folder, filled)
    _flush(folder)


def set_calibration(snapshot: Snapshot, calibration: Calibration) -> None:
    """Writes other thresholds into a snapshot that is not published yet: they can be found only by
    asking what is written."""
    _write_manifest(snapshot.folder, replace(snapshot.manifest, calibration=calibration))
    fsync(snapshot.folder / MANIFEST)


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


def _file_names(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    )


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
