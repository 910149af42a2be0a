"""Snapshots that several benchmarks ask, built by the product's own command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.results import BENCH, ROOT
from errors import ContentError

SAMPLE = ROOT / "content"


def sample_snapshots() -> Path:
    """The snapshots folder of the sample content. Raises ContentError."""
    return built(SAMPLE, BENCH / "snapshots" / "sample")


def workplace_snapshots(shared: Path) -> Path:
    """The snapshots folder of the real content beside the repository. Raises ContentError."""
    return built(shared / "corpora" / "workplace", BENCH / "snapshots" / "workplace")


def built(content: Path, folder: Path) -> Path:
    """The folder, with a snapshot of that content active, built anew only where something has
    changed. Raises ContentError."""
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
