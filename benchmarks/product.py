"""The product's own functions that serving takes, as the benchmarks call them."""

from __future__ import annotations

from pathlib import Path

from encoder.exported.description import Precision
from encoder.loading import ExportedEncoders
from encoder.protocol import Encoder
from settings import load_settings
from snapshot.models import embedding_text
from snapshot.reading import Snapshot
from snapshot.store import SnapshotStore


def load_encoder(snapshots: Path, precision: Precision | None = None) -> Encoder:
    """What a server encodes with that serves these snapshots, by its settings or in the precision
    given. Raises EncoderError."""
    settings = load_settings()
    library = ExportedEncoders(SnapshotStore(snapshots).encoders)
    chosen = precision or Precision.of_setting(settings.precision)
    return library.load(settings.model, chosen).encoder


def texts_of(snapshot: Snapshot) -> list[str]:
    """What is encoded for each passage, in row order."""
    passages = map(snapshot.passage, range(len(snapshot.owners)))
    return [
        embedding_text(snapshot.resources[number].title, passage.heading_path, passage.text)
        for number, passage in zip(snapshot.owners.tolist(), passages, strict=True)
    ]
