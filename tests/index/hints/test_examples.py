"""An example that nothing answers for everyone is told when the snapshot is made."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from index.build import Build
from index.encoder_source import GivenEncoder
from index.readers.extraction import Extraction
from snapshot.store import SnapshotStore
from tests.fakes.encoder import WordEncoder

VALID = "validated_by: Ann\nvalidated_on: 2026-01-15\n"
PAY = "How are the pay bands of managers set?"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    (folder / "pay").mkdir(parents=True)
    (folder / "_folder.yaml").write_text(f"base_url: /content/\n{VALID}")
    (folder / "leave.md").write_text(
        "# Annual leave\n\n## How do I ask for annual leave?\n\nYou ask for annual leave.\n"
    )
    (folder / "pay" / "_folder.yaml").write_text("audience: [managers]\n")
    (folder / "pay" / "bands.md").write_text(f"# Pay bands\n\n## {PAY}\n\nThe pay bands are set.\n")
    return folder


def _warnings(content: Path, *examples: str) -> list[str]:
    (content / "_examples.txt").write_text("\n".join(examples), encoding="utf-8")
    store = SnapshotStore(content.parent / "snapshots")
    report = Build(store, GivenEncoder(WordEncoder())).run(content, Extraction(), date(2026, 6, 1))
    return [one for one in report.warnings if "_examples" in one]


def test_what_is_answered_for_everyone_is_not_told(content: Path) -> None:
    assert _warnings(content, "How do I ask for annual leave?") == []


def test_what_only_a_restricted_paper_answers_is_told(content: Path) -> None:
    [said] = _warnings(content, "How do I ask for annual leave?", PAY)
    assert repr(PAY) in said
    assert "not answered for everyone" in said


def test_without_examples_nothing_is_asked(content: Path) -> None:
    assert _warnings(content) == []
