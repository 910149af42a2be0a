"""Snapshots to measure on: of the product's own making, and of as many passages as are wanted.

If the content does not give so many, the rest is re-cut from it: the first half of one passage
and the second half of one a little further on. Its tokens are those of the halves and its vector
is the mean of the two, so nothing is encoded; its words are spread over passages as real ones are.
Such a passage is of a resource whose path begins with "synthetic-".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.results import BENCH
from snapshot import headings, writing
from snapshot.engines import AUTO, ENGINES
from snapshot.linked_as import linked_as
from snapshot.manifest import FORMAT, Counts
from snapshot.models import Passage, Resource, embedding_text
from snapshot.reading import Snapshot
from snapshot.sentences import sentence_spans
from snapshot.store import SnapshotStore
from snapshot.tokens.quantizer import TokenCodes
from snapshot.writing import EncodedPassages

_SYNTHETIC = "Synthetic"
# Passages for which goals are stated.
SIZES = (10_000, 24_000)


def extended(base: Snapshot, count: int, kept: Path = BENCH) -> Snapshot:
    """A snapshot of the passages of `base` and of re-cut ones, `count` in all, or `base` itself
    if it has as many. One that was made before is opened again."""
    real = base.manifest.counts.passages
    if count <= real:
        return base
    store = SnapshotStore(kept / "extended")
    name = f"{base.id}-{count}-format{FORMAT}-measured{ENGINES['faiss_pq'].automatic_from}"
    if name not in store.ids():
        with store.lock():
            store.publish(name, lambda folder: _write(base, count, name, folder))
    return store.open(name)


@dataclass(frozen=True, slots=True)
class _Half:
    """The text of a passage up to a place or from it on, with its tokens: codes (t, width) and the
    characters of the text at which they begin (t,)."""

    text: str
    codes: NDArray[np.uint8]
    starts: NDArray[np.int32]


def _write(base: Snapshot, count: int, name: str, folder: Path) -> None:
    real = base.manifest.counts.passages
    origins = [divmod(number, real) for number in range(count)]
    owners = list(dict.fromkeys((round_, int(base.owners[row])) for round_, row in origins))
    resources = {key: _resource(base.resources[key[1]], key[0]) for key in owners}
    of = [resources[round_, int(base.owners[row])] for round_, row in origins]
    passages = [
        replace(_recut(base, row, round_)[0], resource_id=resource.id)
        for (round_, row), resource in zip(origins, of, strict=True)
    ]
    manifest = replace(
        base.manifest,
        id=name,
        content_digest=f"{base.manifest.content_digest}, extended to {count}",
        counts=Counts(len(resources), count, 0),
        engine=AUTO,  # not what was chosen for fewer
    )
    encoded = EncodedPassages(
        vectors=_vectors(base, origins),
        tokens=_tokens(base, origins, of, passages),
        token_counts=[len(_recut(base, row, round_)[1].starts) for round_, row in origins],
        headings=_headings(base, [*resources.values()], passages),
        asked_as=base.asked_as.astype(np.float32),
    )
    writing.write(folder, manifest, list(resources.values()), passages, encoded, refused=())


def _headings(
    base: Snapshot, resources: Sequence[Resource], passages: Sequence[Passage]
) -> NDArray[np.float32]:
    """(m, dim): those of the base; a later round's titles are like those of its first."""
    rows = range(len(base.owners))
    every = [*map(base.passage, rows)]
    known = headings.distinct(base.resources, every, linked_as(base.resources, every))
    texts = (text for _, text in known)
    vectors = dict(zip(texts, base.headings.vectors, strict=True))
    return np.stack(
        [
            vectors[text.partition(": ")[2] if text.startswith(_SYNTHETIC) else text]
            for _, text in headings.distinct(resources, passages, linked_as(resources, passages))
        ]
    ).astype(np.float32)


def _resource(resource: Resource, round_: int) -> Resource:
    if not round_:
        return resource
    return replace(
        resource,
        id=f"synthetic-{round_}-{resource.id}",
        title=f"{_SYNTHETIC} {round_}: {resource.title}",
        url=f"https://synthetic-{round_}.example/{resource.id}",
        path=f"synthetic-{round_}/{resource.path}",
        link_template="",
    )


def _recut(base: Snapshot, row: int, round_: int) -> tuple[Passage, TokenCodes]:
    """The passage of that row, or in a later round its first half with the second of another;
    tokens begin at characters of the passage's text."""
    passage = base.passage(row)
    if not round_:
        return passage, TokenCodes(base.tokens.codes(row), base.tokens.starts(row))
    first = _halves(base, row)[0]
    second = _halves(base, _partner(base, row, round_))[1]
    begins = len(first.text) + 1
    text = f"{first.text}\n{second.text}"
    codes = np.concatenate([first.codes, second.codes])
    starts = np.concatenate([first.starts, second.starts + begins]).astype(np.int32)
    marks = tuple(mark for mark in passage.marks if mark[0] < begins)
    return replace(passage, text=text, marks=marks, links=()), TokenCodes(codes, starts)


def _partner(base: Snapshot, row: int, round_: int) -> int:
    return (row + round_) % base.manifest.counts.passages


def _halves(base: Snapshot, row: int) -> tuple[_Half, _Half]:
    """The passage before and from the sentence that begins nearest to its middle."""
    text = base.passage(row).text
    begins = [start for start, _ in sentence_spans(text)[1:]] or [len(text)]
    cut = min(begins, key=lambda start: abs(start - len(text) // 2))
    codes, starts = base.tokens.codes(row), base.tokens.starts(row)
    before = starts < cut
    return (
        _Half(text[:cut].rstrip(), codes[before], starts[before]),
        _Half(text[cut:], codes[~before], starts[~before] - cut),
    )


def _vectors(base: Snapshot, origins: Sequence[tuple[int, int]]) -> NDArray[np.float32]:
    real = base.vectors.vectors(np.arange(base.manifest.counts.passages))
    rows = np.array([row for _, row in origins])
    partners = np.array([_partner(base, row, round_) if round_ else row for round_, row in origins])
    mean = real[rows] + real[partners]
    vectors: NDArray[np.float32] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
    return vectors


def _tokens(
    base: Snapshot,
    origins: Sequence[tuple[int, int]],
    resources: Sequence[Resource],
    passages: Sequence[Passage],
) -> Iterator[TokenCodes]:
    """As the encoder would give them: tokens begin at characters of the embedding text."""
    for (round_, row), resource, passage in zip(origins, resources, passages, strict=True):
        before = len(embedding_text(resource.title, passage.heading_path, ""))
        yield _recut(base, row, round_)[1].shifted(-before)
