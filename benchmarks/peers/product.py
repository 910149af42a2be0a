"""The product's own functions that serving takes, as the benchmarks call them."""

from __future__ import annotations

from pathlib import Path

from index.encoder import Encoder
from index.exported.description import Precision
from index.exported.library import ExportedEncoders
from index.snapshot import Snapshot
from index.splitter import embedding_text
from index.store import SnapshotStore
from settings import load_settings


def load_encoder(snapshots: Path) -> Encoder:
    """What a server encodes with that serves these snapshots. Raises EncoderError."""
    settings = load_settings()
    library = ExportedEncoders(SnapshotStore(snapshots).encoders)
    return library.load(settings.model, Precision.of_setting(settings.precision)).encoder


def texts_of(snapshot: Snapshot) -> list[str]:
    """What is encoded for each passage, in row order."""
    passages = map(snapshot.passage, range(len(snapshot.owners)))
    return [
        embedding_text(snapshot.resources[number].title, passage.heading_path, passage.text)
        for number, passage in zip(snapshot.owners.tolist(), passages, strict=True)
    ]
