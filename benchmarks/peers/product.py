"""The product's own functions, as the benchmarks call them: the one place to change with them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from index.build import CACHE_FILE, BuildSettings, publish
from index.cache import BuildCache
from index.content import Entry, Scan
from index.documents import Document, Section
from index.encoder import Encoder, SentenceTransformerEncoder
from index.models import Kind, Resource, Validation, Whole, resource_id
from index.snapshot import Snapshot
from index.splitter import Limits, embedding_text
from index.store import SnapshotStore
from settings import load_settings

# No passage is split again: it was once.
_WHOLE = Limits(max_tokens=100_000)
_VALIDATION = Validation("benchmark", date(2026, 1, 1))


def load_encoder() -> Encoder:
    """What the server encodes questions with. Raises EncoderError."""
    return SentenceTransformerEncoder(load_settings().model)


def build(texts: Sequence[str], folder: Path, encoder: Encoder) -> None:
    """A snapshot in which each text is one passage, encoded as exactly that text, by the second
    half of `python -m index build`: count, encode with tokens, write, verify, activate. Raises
    SignpostError."""
    found = Scan(tuple(map(_entry, range(len(texts)), texts)), (), (), (), ())
    store = SnapshotStore(folder)
    with store.lock():
        cache = BuildCache(folder / CACHE_FILE)
        try:
            publish(found, store, lambda: encoder, cache, settings=BuildSettings(limits=_WHOLE))
        finally:
            cache.close()


def texts_of(snapshot: Snapshot) -> list[str]:
    """What is encoded for each passage, in row order."""
    passages = map(snapshot.passage, range(len(snapshot.owners)))
    return [
        embedding_text(snapshot.resources[number].title, passage.heading_path, passage.text)
        for number, passage in zip(snapshot.owners.tolist(), passages, strict=True)
    ]


def _entry(row: int, text: str) -> Entry:
    """The first line of an embedding text is where it stands: title and headings."""
    title, _, body = text.partition("\n")
    url = f"https://benchmark.example/{row}"
    resource = Resource(
        id=resource_id(url),
        title=title,
        url=url,
        kind=Kind.PAGE,
        path=str(row),
        validation=_VALIDATION,
    )
    document = Document(title=title, sections=(Section((), Whole(), (body,)),))
    return Entry(resource, document, hashlib.sha256(text.encode()).hexdigest())
