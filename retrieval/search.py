"""The passages that come into question: near to it in meaning, or in words, and for the asker."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from index.models import EVERYONE, Resource
from index.snapshot import Snapshot
from retrieval.models import Question
from retrieval.ranking import Candidates
from retrieval.understanding import Understood

_DENSE_CANDIDATES = 100
_LEXICAL_CANDIDATES = 1_000


def hidden_from(question: Question, resources: Sequence[Resource]) -> list[int]:
    """Numbers of the resources that this question must not see: meant for others, or no longer
    validated on the day it is asked."""
    audience = question.audience | {EVERYONE}
    today = question.asked_at.date()
    return [
        number
        for number, resource in enumerate(resources)
        if audience.isdisjoint(resource.audience) or not resource.validation.holds_on(today)
    ]


def search(
    snapshot: Snapshot,
    understood: Understood,
    vector: NDArray[np.float32],
    idf: dict[str, float],
    hidden: Collection[int],
) -> Candidates:
    """What either search put among its first hundred, with both scores of each. `vector` (dim,)
    is the question's, `idf` what its words tell; those resources are left out whose
    numbers are `hidden`."""
    excluded = sorted(hidden)
    allowed = None
    if excluded:
        shown = np.ones(len(snapshot.resources), dtype=bool)
        shown[excluded] = False
        allowed = shown[snapshot.owners]  # a third of what np.isin takes
    [dense_scores], [dense_rows] = snapshot.vectors.search(vector[None], _DENSE_CANDIDATES, allowed)
    bm25_scores, bm25_rows = snapshot.lexical.search(
        understood.text, _LEXICAL_CANDIDATES, excluded, understood.alternatives
    )
    by_words = dict(zip(bm25_rows.tolist(), bm25_scores.tolist(), strict=True))
    known = set(dense_rows.tolist())
    more = [row for row in bm25_rows[:_DENSE_CANDIDATES].tolist() if row not in known]
    extra = np.array(more, dtype=np.int64)
    rows = np.concatenate([dense_rows, extra])
    dense = np.concatenate([dense_scores, snapshot.vectors.vectors(extra) @ vector])
    bm25 = np.array([by_words.get(row, 0.0) for row in rows.tolist()], dtype=np.float32)
    share = bm25 / np.float32(max(snapshot.lexical.most(idf), 1e-6))
    return Candidates(rows, dense.astype(np.float32), bm25, share)
