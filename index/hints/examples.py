"""Examples are questions that the content answers for everyone: the build sees whether it does."""

from __future__ import annotations

from collections.abc import Sequence

from encoder.protocol import Encoder
from index.content.inventory import EXAMPLES_FILE
from retrieval.answer import Outcome, Question
from retrieval.retriever import Retriever
from snapshot.store import SnapshotStore


def unanswered(
    store: SnapshotStore, snapshot_id: str, encoder: Encoder, examples: Sequence[str]
) -> tuple[str, ...]:
    """A sentence for each example that the snapshot does not answer for somebody in no audience."""
    if not examples:
        return ()
    retriever = Retriever(store.open(snapshot_id), encoder)
    outcomes = [(one, retriever.answer(Question(one)).outcome) for one in examples]
    return tuple(
        f"{EXAMPLES_FILE}: {one!r} is offered to everyone, and not answered for everyone: word it "
        "as the content does, or take it out"
        for one, outcome in outcomes
        if outcome is not Outcome.ANSWERED
    )
