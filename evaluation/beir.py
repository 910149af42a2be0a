"""A folder in BEIR's format becomes a snapshot, by the way that content takes.

`corpus.jsonl` holds a document a line: `_id`, `title`, `text`. `queries.jsonl` and
`qrels/test.tsv` are read by `evaluation.labelled`. Thakur et al., "BEIR: A Heterogeneous Benchmark
for Zero-shot Evaluation of Information Retrieval Models", 2021.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote

from encoder.protocol import Encoder
from errors import ContentError
from index.build import Build, BuildSettings
from index.content.scan import Entry, Scan
from index.encoder_source import GivenEncoder
from index.golden.json_lines import objects, text_field
from index.material import Material
from index.progress import Progress, silent
from index.readers import normalise
from index.readers.documents import Document, Section
from snapshot.engines import AUTO
from snapshot.formats import Kind
from snapshot.models import Resource, Validation, Whole, resource_id
from snapshot.reading import Snapshot
from snapshot.store import SnapshotStore

_VALIDATION = Validation("BEIR", date(2021, 4, 17))
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


def beir_questions(folder: Path) -> tuple[Path, Path]:
    """The files of a folder's test questions, and of the documents that answer them."""
    return folder / "queries.jsonl", folder / "qrels" / "test.tsv"


def build_beir(
    folder: Path,
    snapshots: Path,
    encoder: Encoder,
    *,
    engine: str = AUTO,
    progress: Progress = silent,
) -> Snapshot:
    """The documents as a snapshot in the folder `snapshots`. What was encoded is kept there, too:
    building there again encodes only what is new. A resource's path is the document's id.

    Raises ContentError naming file and line of a malformed document.
    """
    material = Material(load_corpus(folder / "corpus.jsonl"))
    store = SnapshotStore(snapshots)
    settings = BuildSettings(engine=engine)
    report = Build(store, GivenEncoder(encoder), settings, progress).publish(material)
    return store.open(report.snapshot_id)


def load_corpus(path: Path) -> Scan:
    """The documents in the order of the file, as if a scan had found them. Raises ContentError."""
    entries = tuple(_entries(path))
    return Scan(entries, refused=(), ignored=(), duplicates=(), warnings=())


def _entries(path: Path) -> Iterator[Entry]:
    known: set[str] = set()
    for where, data in objects(path):
        name = text_field(where, data, "_id")
        if name in known:
            raise ContentError(f"{where}: {name!r} is the _id of an earlier document")
        known.add(name)
        title = normalise.prose(text_field(where, data, "title", ""))
        text = text_field(where, data, "text", "")
        yield _entry(name, title, text)


def _entry(name: str, title: str, text: str) -> Entry:
    url = f"https://beir.example/{quote(name, safe='')}"
    resource = Resource(
        id=resource_id(url),
        title=title,
        url=url,
        kind=Kind.PAGE,
        path=name,
        validation=_VALIDATION,
    )
    blocks = filter(None, map(normalise.lines, _BLANK_LINES.split(text)))
    document = Document(title=title, sections=(Section((), Whole(), tuple(blocks)),))
    return Entry(resource, document)
