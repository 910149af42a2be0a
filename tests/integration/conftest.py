from __future__ import annotations

from pathlib import Path

import pytest

from encoder.protocol import Encoder
from encoder.reference import SentenceTransformerEncoder
from retrieval.retriever import Retriever
from snapshot.store import SnapshotStore


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The default model."""
    return SentenceTransformerEncoder()


@pytest.fixture(scope="session")
def sample(sample_snapshots: Path, encoder: Encoder) -> Retriever:
    """Answers from the sample content."""
    return Retriever(SnapshotStore(sample_snapshots).open(), encoder)


@pytest.fixture(scope="session")
def real(workplace_snapshots: Path, encoder: Encoder) -> Retriever:
    """Answers from the real content."""
    return Retriever(SnapshotStore(workplace_snapshots).open(), encoder)
