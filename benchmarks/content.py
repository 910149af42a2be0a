"""Snapshots that several benchmarks ask, made by the product's own commands and kept in build/."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from benchmarks.processes import ROOT
from benchmarks.quality import sets
from benchmarks.quality.sets import PLACE_SETS, WORKPLACE
from benchmarks.results import BENCH
from benchmarks.runner import SHARED, tell
from encoder.protocol import Encoder
from errors import ContentError
from evaluation.labelled import build_beir
from index.cache import CACHE_FILE
from index.progress import Progress
from snapshot.reading import Snapshot
from snapshot.store import SnapshotStore

SAMPLE = ROOT / "content"
QUALITY = ROOT / "build" / "quality"
_CODE = ("encoder", "snapshot", "index", "retrieval")
_MADE_BY = "made-by"


def sample_snapshots() -> Path:
    """The snapshots folder of the sample content. Raises ContentError."""
    return built(SAMPLE, BENCH / "snapshots" / "sample")


def workplace_snapshots(shared: Path = SHARED, *, smoke: bool = False) -> Path:
    """That of the real content beside the repository; of the sample content if that is not at
    hand or this is a try. Raises ContentError."""
    content = shared / "corpora" / WORKPLACE
    if not (smoke or content.is_dir()):
        tell(f"No real content at {shared}: the sample content is measured.")
    if smoke or not content.is_dir():
        return sample_snapshots()
    return built(content, BENCH / "snapshots" / WORKPLACE)


def corpus_snapshots(
    corpus: str, shared: Path, encoder: Encoder, progress: Progress, kept: Path = QUALITY
) -> Snapshot:
    """The snapshot of a labelled set's corpus, written anew if the product's code has changed,
    since the same content may have become another snapshot then. What was read and encoded is
    kept. Raises SignpostError."""
    if corpus in PLACE_SETS.values():  # by the command, which also finds the thresholds
        return SnapshotStore(quality_snapshots(shared, kept, corpus)).open()
    folder = kept / corpus
    drop_others(folder)
    return build_beir(shared / "eval" / corpus, folder, encoder, progress=progress)


def quality_snapshots(shared: Path, kept: Path = QUALITY, corpus: str = WORKPLACE) -> Path:
    """The snapshots folder of a content folder that labelled sets are asked of; the workplace's
    has the encoder of all. Raises ContentError."""
    content = SAMPLE if corpus == sets.SAMPLE else shared / "corpora" / corpus
    return built(content, kept / corpus)


def built(content: Path, folder: Path) -> Path:
    """The folder, with a snapshot of that content active, built anew only if the content or the
    product's code has changed. Raises ContentError."""
    drop_others(folder)
    done = subprocess.run(
        [sys.executable, "-m", "index", "build", str(content.resolve()), "--accept"],
        cwd=ROOT,
        env={**os.environ, "SIGNPOST_SNAPSHOTS_DIR": str(folder.resolve())},
        stdout=sys.stderr,
        check=False,
    )
    if done.returncode:
        raise ContentError(f"`python -m index build {content}` ended with {done.returncode}")
    return folder


def drop_others(folder: Path) -> None:
    """Removes what other code made of the same content, but the cache and the exported model."""
    folder.mkdir(parents=True, exist_ok=True)
    code = code_digest(path for name in _CODE for path in sorted((ROOT / name).rglob("*.py")))
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


def code_digest(paths: Iterable[Path]) -> str:
    """SHA-256 of these files, in hex."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
