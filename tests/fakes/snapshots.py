"""Real snapshots on the disk, made from a few passages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from snapshot import headings, writing
from snapshot.linked_as import linked_as
from snapshot.manifest import (
    AskedAs,
    Calibration,
    Counts,
    Manifest,
    Pinned,
    Refused,
    Rewording,
    Synonyms,
)
from snapshot.models import Passage, Resource, embedding_text
from snapshot.store import SnapshotStore
from snapshot.tokens.quantizer import TokenQuantizer
from snapshot.writing import EncodedPassages
from tests.fakes.content import passage, resource
from tests.fakes.encoder import WordEncoder

EXPENSES = resource("travel/expenses.md")
LEAVE = resource("hr/leave.md")
PASSAGES = (
    passage(EXPENSES, "Claim mileage at 45 pence a mile. Keep every receipt.", 0, "Mileage"),
    passage(EXPENSES, "A taxi needs a reason. Write it on the form.", 1, "Taxis"),
    passage(LEAVE, "Unused holiday carries over until March. Ask your manager.", 0, "Carry over"),
)


def publish(
    store: SnapshotStore,
    name: str = "20260101T000000Z-aaaaaaaa",
    *,
    resources: Sequence[Resource] = (EXPENSES, LEAVE),
    passages: Sequence[Passage] = PASSAGES,
    encoder: WordEncoder | None = None,
    engine: str = "faiss",
    refused: Sequence[Refused] = (),
    calibration: Calibration | None = None,
    synonyms: Synonyms = (),
    rewordings: Sequence[Rewording] = (),
    pinned: Sequence[Pinned] = (),
    asked_as: Sequence[AskedAs] = (),
    examples: Sequence[str] = (),
    activate: bool = True,
) -> Manifest:
    """Writes a snapshot of that name into the store."""
    encoder = encoder or WordEncoder()
    titles = {r.id: r.title for r in resources}
    encoded = encoder.encode_passages(
        [embedding_text(titles[p.resource_id], p.heading_path, p.text) for p in passages]
    )
    quantizer = TokenQuantizer(encoder.fingerprint.token_dim)
    stored = EncodedPassages(
        vectors=np.stack([one.vector for one in encoded]),
        tokens=[quantizer.packed(one.tokens) for one in encoded],
        token_counts=[len(one.tokens.spans) for one in encoded],
        headings=np.stack(
            [
                one.vector
                for one in encoder.encode_passages(
                    [
                        text
                        for _, text in headings.distinct(
                            resources, passages, linked_as(resources, passages)
                        )
                    ]
                )
            ]
        ),
        asked_as=np.array(
            [one.vector for one in encoder.encode_passages([one.question for one in asked_as])],
            dtype=np.float32,
        ).reshape(-1, encoder.fingerprint.dim),
    )
    manifest = Manifest(
        id=name,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        content_digest=f"digest of {name}",
        encoder=encoder.fingerprint,
        engine=engine,
        settings={},
        calibration=calibration or Calibration(answered=0.2, closest=0.05),
        counts=Counts(len(resources), len(passages), len(refused)),
        synonyms=synonyms,
        rewordings=tuple(rewordings),
        pinned=tuple(pinned),
        examples=tuple(examples),
        asked_as=tuple(asked_as),
    )

    def write(folder: Path) -> None:
        writing.write(folder, manifest, resources, passages, stored, refused)

    with store.lock():
        written = store.publish(name, write)
        if activate:
            store.activate(name)
    return written
