"""Snapshots that several benchmarks ask, built by the product's own command."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from benchmarks.results import BENCH, ROOT
from errors import ContentError
from index.build import CACHE_FILE
from snapshot.store import SnapshotStore

SAMPLE = ROOT / "content"
_MADE_BY = "made-by"


def sample_snapshots() -> Path:
    """The snapshots folder of the sample content. Raises ContentError."""
    return built(SAMPLE, BENCH / "snapshots" / "sample")


def workplace_snapshots(shared: Path) -> Path:
    """The snapshots folder of the real content beside the repository. Raises ContentError."""
    return built(shared / "corpora" / "workplace", BENCH / "snapshots" / "workplace")


def built(content: Path, folder: Path) -> Path:
    """The folder, with a snapshot of that content active, built anew only where the content or the
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
