"""The passages that come into question: those the asker may see that are near to it, in meaning or
in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from retrieval.answer import Question
from retrieval.pins.asked_places import NONE_ASKED, Fitting
from retrieval.questions.narrowing import Narrowing
from retrieval.questions.understanding import Understood
from retrieval.ranking import Candidates, Weights, linking, naming
from snapshot.lexical import NONE, LexicalIndex
from snapshot.models import EVERYONE, Resource
from snapshot.reading import Snapshot

_DENSE_CANDIDATES = 100
_LEXICAL_CANDIDATES = 1_000
_NARROWINGS = 64


class Visibility:
    """Which of a snapshot's resources a question must not see. Asked anew for every question, so
    the rules are kept as arrays (n,), an entry a resource: of 10,000 in a tenth of a millisecond
    rather than in three."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        audiences = [frozenset(resource.audience) for resource in resources]
        self._audiences = list(dict.fromkeys(audiences))
        numbers = {audience: number for number, audience in enumerate(self._audiences)}
        self._audience = np.array([numbers[one] for one in audiences], dtype=np.int64)
        self._resources = resources
        # Of 10,000 resources it takes milliseconds to see which do not fit.
        self._left_out = lru_cache(_NARROWINGS)(self._outside)
        validations = [resource.validation for resource in resources]
        self._first_day = np.array([one.validated_on.toordinal() for one in validations], np.int64)
        self._last_day = np.array(
            [(one.review_by or date.max).toordinal() for one in validations], np.int64
        )

    def granted_to(self, question: Question) -> NDArray[np.int64]:
        """Numbers of the resources that are meant for the asker and not for everyone, on whatever
        day; ascending."""
        asker = question.audience
        granted = [EVERYONE not in one and not asker.isdisjoint(one) for one in self._audiences]
        if not any(granted):
            return NONE
        return np.flatnonzero(np.array(granted, dtype=bool)[self._audience])

    def hidden_from(self, question: Question) -> NDArray[np.int64]:
        """Numbers of the resources that are meant for others, no longer validated on the day it is
        asked (`Validation.holds_on`), or do not fit `Question.only`; ascending."""
        asker = question.audience | {EVERYONE}
        for_others = np.array([asker.isdisjoint(one) for one in self._audiences], dtype=bool)
        today = question.asked_at.date().toordinal()
        hidden = (self._first_day > today) | (self._last_day < today)
        if for_others.any():
            hidden |= for_others[self._audience]
        if only := question.only:
            hidden |= self._left_out(only)
        return np.flatnonzero(hidden)

    def _outside(self, only: Narrowing) -> NDArray[np.bool_]:
        return np.array([not only.takes(one) for one in self._resources], dtype=bool)


def search(
    snapshot: Snapshot,
    understood: Understood,
    vector: NDArray[np.float32],
    lexical: LexicalIndex,
    idf: dict[str, float],
    hidden: NDArray[np.int64],
    weights: Weights,
    asked: Fitting = NONE_ASKED,
) -> Candidates:
    """What either search put among its first hundred, and the passages in `asked`, with all scores
    of each but the late one. `vector` (dim,) is the question's, `lexical` the words as the asker
    sees them, and `idf` says how telling those of the question are. Resources whose numbers are
    `hidden` are left out; `asked` must have none of them."""
    [dense_scores], [dense_rows] = snapshot.vectors.search(
        vector[None], _DENSE_CANDIDATES, _allowed(snapshot, hidden)
    )
    bm25_scores, bm25_rows = lexical.search(
        understood.text, _LEXICAL_CANDIDATES, hidden, understood.alternatives
    )
    known = set(dense_rows.tolist())
    others = [*bm25_rows[:_DENSE_CANDIDATES].tolist(), *asked.rows.tolist()]
    more = dict.fromkeys(row for row in others if row not in known)
    extra = np.array(list(more), dtype=np.int64)
    rows = np.concatenate([dense_rows, extra])
    dense = np.concatenate([dense_scores, snapshot.vectors.vectors(extra) @ vector])
    bm25 = _scores_of(rows, bm25_rows, bm25_scores)
    share = bm25 / np.float32(max(lexical.most(idf), 1e-6))
    named = linked = np.zeros(len(rows), dtype=np.float32)
    if weights.named and len(rows):
        standing = snapshot.headings.standing(rows, vector)
        named, linked = naming(standing, _titled(snapshot, rows, idf)), linking(standing)
    fits = _scores_of(rows, asked.rows, asked.fits)
    return Candidates(
        rows=rows,
        dense=dense.astype(np.float32),
        bm25=bm25,
        lexical=share,
        named=named,
        asked=fits,
        linked=linked,
        link_share=snapshot.headings.link_shares(rows),
    )


def related(
    snapshot: Snapshot, number: int, seen: Sequence[int], most: int
) -> tuple[Resource, ...]:
    """The resources among those of the numbers `seen` whose best passage is nearest to the mean of
    resource `number`'s own, best first; at most so many."""
    own = np.flatnonzero(snapshot.owners == number)
    mean = snapshot.vectors.vectors(own).mean(axis=0)
    length = float(np.linalg.norm(mean))
    others = np.setdiff1d(np.arange(len(snapshot.resources)), np.setdiff1d(seen, [number]))
    if not length or len(others) == len(snapshot.resources):
        return ()
    vector = (mean / length).astype(np.float32)
    _, [rows] = snapshot.vectors.search(vector[None], _DENSE_CANDIDATES, _allowed(snapshot, others))
    numbers = dict.fromkeys(snapshot.owners[rows].tolist())
    return tuple(snapshot.resources[one] for one in list(numbers)[:most])


def _titled(
    snapshot: Snapshot, rows: NDArray[np.int64], idf: dict[str, float]
) -> NDArray[np.float32]:
    """(k,): how much of the question the title of each row's resource says, 0 to 1: the idf of the
    words that it holds, as a share of all."""
    numbers, places = np.unique(snapshot.owners[rows], return_inverse=True)
    total = max(sum(idf.values()), 1e-6)
    shares = [
        sum(map(idf.__getitem__, idf.keys() & snapshot.lexical.terms(title))) / total
        for title in (snapshot.resources[number].title for number in numbers.tolist())
    ]
    return np.array(shares, dtype=np.float32)[places]


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
