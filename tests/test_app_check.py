"""`app.py --check` says whether the server could serve, and which sensitive topics are unfilled."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

from snapshot.manifest import Pinned, Topic
from snapshot.models import Validation
from snapshot.store import SnapshotStore
from tests.fakes.cross_encoders import save_tiny_cross_encoder
from tests.fakes.snapshots import publish

ROOT = Path(__file__).resolve().parent.parent
BY = Validation("Ann", date(2026, 1, 1))


def _check(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **settings,
        "SIGNPOST_DEVELOPMENT": "1",
        "SIGNPOST_SNAPSHOTS_DIR": str(folder),
        "SIGNPOST_DATA_DIR": str(folder / "data"),
        "SIGNPOST_CONTACT_NAME": "the People team",
    }
    return subprocess.run(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_unfilled_topics_are_named(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    filled = [Pinned((), BY, topic, texts={"": "Help."}) for topic in Topic]
    publish(store, pinned=filled[:3])
    done = _check(tmp_path, "--check")
    assert done.returncode == 0, done.stderr
    assert "without a pinned answer: medical_emergency, discrimination." in done.stdout
    assert "the contact (the People team) and 112" in done.stdout
    publish(store, "20260102T000000Z-bbbbbbbb", pinned=filled)
    assert "pinned" not in _check(tmp_path, "--check").stdout


def test_what_cannot_serve_fails(tmp_path: Path) -> None:
    done = _check(tmp_path, "--check")
    assert done.returncode == 1
    assert "PROBLEM  Snapshot: There is none to serve: no snapshot is active" in done.stdout
    assert "-> run `python -m index build CONTENT`." in done.stdout
    assert done.stderr == "Signpost is not fit to serve: 1 problem\n"


def test_another_option_is_refused(tmp_path: Path) -> None:
    done = _check(tmp_path, "--chek")
    assert (done.returncode, done.stdout) == (1, "")
    assert "--chek" in done.stderr


def test_a_reranker_that_is_not_there_stops_the_start_by_its_name(tmp_path: Path) -> None:
    publish(SnapshotStore(tmp_path))
    named = "SIGNPOST_RERANKER='no such/model' is neither a folder, nor"
    done = _check(tmp_path, SIGNPOST_RERANKER="no such/model")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Signpost cannot start: {named}")
    assert "Traceback" not in done.stderr
    done = _check(tmp_path, "--check", SIGNPOST_RERANKER="no such/model")
    assert done.returncode == 1
    assert f"PROBLEM  Reranker: {named}" in done.stdout


def test_the_reranker_is_exported_by_a_check(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path / "snapshots")
    publish(store)
    name = save_tiny_cross_encoder(tmp_path / "tiny")
    done = _check(store.folder, "--check", SIGNPOST_RERANKER=name)
    assert done.returncode == 0, done.stderr
    assert "slowly" not in done.stdout
    assert len(list(store.rerankers.glob("*/float32.onnx"))) == 1
