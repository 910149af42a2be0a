"""Snapshots of the sets' corpora, made by the product's own commands and kept in build/quality."""

from __future__ import annotations

from pathlib import Path

from benchmarks.content import built, drop_others
from benchmarks.quality.sets import WORKPLACE
from encoder.loading import ExportedEncoders
from encoder.protocol import Encoder
from encoder.reference import DEFAULT_MODEL
from evaluation.beir import build_beir
from index.progress import Progress
from snapshot.reading import Snapshot
from snapshot.store import SnapshotStore

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / "build" / "quality"


def open_snapshot(
    corpus: str, shared: Path, encoder: Encoder, progress: Progress, kept: Path = KEPT
) -> Snapshot:
    """The snapshot of that corpus, written anew where the product's code has changed, since the
    same content may have become another snapshot then; what was read and encoded is kept. Raises
    SignpostError."""
    folder = kept / corpus
    drop_others(folder)
    if corpus == WORKPLACE:
        return _workplace(shared / "corpora" / corpus, folder)
    return build_beir(shared / "eval" / corpus, folder, encoder, progress=progress)


def product_encoder(shared: Path, kept: Path = KEPT) -> Encoder:
    """The default model as the build of the workplace folder exported it. Raises SignpostError."""
    _workplace(shared / "corpora" / WORKPLACE, kept / WORKPLACE)
    store = SnapshotStore(kept / WORKPLACE)
    return ExportedEncoders(store.encoders).load(DEFAULT_MODEL).encoder


def _workplace(content: Path, folder: Path) -> Snapshot:
    """By the command, which also finds the thresholds of confidence."""
    return SnapshotStore(built(content, folder)).open()
