"""A snapshot of texts that are passages already, by the product's own build."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from encoder.protocol import Encoder
from index.build import Build, BuildSettings
from index.content.entry import Entry
from index.content.scan import Scan
from index.encoder_source import GivenEncoder
from index.material import Material
from index.readers.documents import Document, Section
from index.splitter import Limits
from snapshot.formats.format_row import Kind
from snapshot.models import Resource, Validation, Whole, resource_id
from snapshot.store import SnapshotStore

# No passage is split again: it was once.
_WHOLE = Limits(max_tokens=100_000)
_VALIDATION = Validation("benchmark", date(2026, 1, 1))


def build(texts: Sequence[str], folder: Path, encoder: Encoder) -> None:
    """A snapshot in which each text is one passage, encoded as exactly that text, by the second
    half of `python -m index build`: count, encode with tokens, write, verify, activate. Raises
    SignpostError."""
    found = Scan(tuple(map(_entry, range(len(texts)), texts)), (), (), (), ())
    settings = BuildSettings(limits=_WHOLE, calibrates=False)
    Build(SnapshotStore(folder), GivenEncoder(encoder), settings).publish(Material(found))


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
    return Entry(resource, document)
