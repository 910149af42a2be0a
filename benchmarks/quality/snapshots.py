"""Snapshots of the sets' corpora, made by the product's own commands and kept in build/quality."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from benchmarks.content import built
from benchmarks.quality.sets import WORKPLACE
from index.build import CACHE_FILE, BuildSettings
from index.encoder import DEFAULT_MODEL, Encoder
from index.exported.library import ExportedEncoders
from index.snapshot import Snapshot
from index.store import SnapshotStore
from retrieval.beir import build_beir
from retrieval.observations import Progress

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = ROOT / "build" / "quality"
_MADE_BY = "made-by"


def open_snapshot(
    corpus: str, shared: Path, encoder: Encoder, progress: Progress, kept: Path = KEPT
) -> Snapshot:
    """The snapshot of that corpus, written anew where the product's code has changed, since the
    same content may have become another snapshot then; what was read and encoded is kept. Raises
    SignpostError."""
    folder = kept / corpus
    _drop_others(folder)
    if corpus == WORKPLACE:
        return _workplace(shared / "corpora" / corpus, folder)
    beir = shared / "eval" / corpus
    settings = BuildSettings()
    return build_beir(beir, folder, encoder, settings=settings, progress=progress)


def product_encoder(shared: Path, kept: Path = KEPT) -> Encoder:
    """The default model as the build of the workplace folder exported it. Raises SignpostError."""
    _drop_others(kept / WORKPLACE)
    _workplace(shared / "corpora" / WORKPLACE, kept / WORKPLACE)
    store = SnapshotStore(kept / WORKPLACE)
    return ExportedEncoders(store.encoders).load(DEFAULT_MODEL).encoder


def _workplace(content: Path, folder: Path) -> Snapshot:
    """By the command, which also finds the thresholds of confidence."""
    return SnapshotStore(built(content, folder)).open()


def _drop_others(folder: Path) -> None:
    """Removes what other code made, but the cache and the exported model."""
    folder.mkdir(parents=True, exist_ok=True)
    code = code_digest(_code())
    made_by = folder / _MADE_BY
    if made_by.is_file() and made_by.read_text(encoding="utf-8") == code:
        return
    for path in folder.iterdir():
        if path.name.startswith(CACHE_FILE) or path == SnapshotStore(folder).encoders:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    made_by.write_text(code, encoding="utf-8")


def _code() -> list[Path]:
    return sorted(path for name in ("index", "retrieval") for path in (ROOT / name).rglob("*.py"))


def code_digest(paths: Iterable[Path]) -> str:
    """SHA-256 of these files, in hex."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
