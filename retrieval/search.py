"""The passages that come into question: near to it in meaning, or in words, and for the asker."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from retrieval.ranking import Candidates
from retrieval.understanding import Understood
from snapshot.reading import Snapshot

_DENSE_CANDIDATES = 100
_LEXICAL_CANDIDATES = 1_000


def search(
    snapshot: Snapshot,
    understood: Understood,
    vector: NDArray[np.float32],
    idf: dict[str, float],
    hidden: NDArray[np.int64],
) -> Candidates:
    """What either search put among its first hundred, with both scores of each. `vector` (dim,)
    is the question's, and `idf` says how telling its words are. Resources whose numbers are
    `hidden` are left out."""
    [dense_scores], [dense_rows] = snapshot.vectors.search(
        vector[None], _DENSE_CANDIDATES, _allowed(snapshot, hidden)
    )
    bm25_scores, bm25_rows = snapshot.lexical.search(
        understood.text, _LEXICAL_CANDIDATES, hidden.tolist(), understood.alternatives
    )
    known = set(dense_rows.tolist())
    more = [row for row in bm25_rows[:_DENSE_CANDIDATES].tolist() if row not in known]
    extra = np.array(more, dtype=np.int64)
    rows = np.concatenate([dense_rows, extra])
    dense = np.concatenate([dense_scores, snapshot.vectors.vectors(extra) @ vector])
    bm25 = _scores_of(rows, bm25_rows, bm25_scores)
    share = bm25 / np.float32(max(snapshot.lexical.most(idf), 1e-6))
    return Candidates(rows, dense.astype(np.float32), bm25, share)


def _allowed(snapshot: Snapshot, hidden: NDArray[np.int64]) -> NDArray[np.bool_] | None:
    """(n,): the passages that may be seen; None for all of them."""
    if not len(hidden):
        return None
    visible = np.ones(len(snapshot.resources), dtype=np.bool_)
    visible[hidden] = False
    allowed: NDArray[np.bool_] = visible[snapshot.owners]
    return allowed


def _scores_of(
    rows: NDArray[np.int64], found: NDArray[np.int64], scores: NDArray[np.float32]
) -> NDArray[np.float32]:
    """(k,): the score of each row, as the rows `found` have them; 0 for another."""
    if not len(found):
        return np.zeros(len(rows), dtype=np.float32)
    order = np.argsort(found)
    # Without the last, since what is larger than all before it can only be that one.
    place = order[np.searchsorted(found[order[:-1]], rows)]
    return np.where(found[place] == rows, scores[place], np.float32(0))
