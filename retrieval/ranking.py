"""Dense, lexical and late evidence become one ranking of passages."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from retrieval import late
from retrieval.answer import Evidence
from snapshot.headings import Standing

# What the very question that an owner says a passage answers adds: more than all other evidence.
_ASKED = 1.5


@dataclass(frozen=True, slots=True)
class Weights:
    """What each kind of evidence counts for. All are on absolute scales, so that weak evidence
    counts little: a question in other words than the passage's keeps BM25 from deciding, and one
    in the very words lets it. Scaling each within the question (min-max), as is often done, lifts
    noise to full weight (docs/quality.md)."""

    late: float
    dense: float
    lexical: float
    named: float
    asked: float = _ASKED


# All tuned on half of the labelled sets' documents; docs/quality.md has the other half's figures.
_DENSE = 0.3
_LEXICAL = (0.15, 0.35)
_WORDS = (8, 20)
# What titles and headings say counts in full up to so many words, and not at all from the other.
_NAMED_WORDS = (3, 5)
_TITLE, _HEADING = 0.15, 0.10
# A section is likelier to be meant the more it says, up to so many words.
_LENGTH, _LONG = 0.02, 120
# What links to a passage say counts from the first cosine on and in full from the second: a page
# that many others link to would come near to any question.
_LINKED = 0.15
_LINKED_FROM = (0.5, 0.9)
# What a passage loses that is nothing but links; one of which half are links loses next to nothing.
_LIST_OF_LINKS = 0.06
# What a question that is all in the title adds where the resource begins.
_LEAD = 0.06
_ALL_OF_IT = 0.95


def weights_for(text: str, *, exact: bool = False) -> Weights:
    """The weights for a question. People ask short questions in words of their own; long ones hold
    words of the passage that answers, so BM25 counts for more: from 0.15 up to 8 words to 0.35
    from 20, at the expense of late interaction. `exact` says that it names something which only
    the very letters find, such as a form's number: then 0.35 at any length. Titles and headings
    speak only for questions of few words, which name a topic as they do."""
    words = len(text.split())
    share = 1.0 if exact else _between(words, *_WORDS)
    lexical = _LEXICAL[0] + (_LEXICAL[1] - _LEXICAL[0]) * share
    named = 1 - _between(words, *_NAMED_WORDS)
    return Weights(late=1 - _DENSE - lexical, dense=_DENSE, lexical=lexical, named=named)


def _between(value: float, low: float, high: float) -> float:
    return min(max((value - low) / (high - low), 0.0), 1.0)


def naming(standing: Standing, titled: NDArray[np.float32]) -> NDArray[np.float32]:
    """(k,): how well what passages stand under fits a question of few words. `titled` (k,) is how
    much of the question each passage's title says, 0 to 1. What links to them say is in
    `linking`."""
    length = np.log1p(np.minimum(standing.words, _LONG))
    leads = standing.leads & (titled >= _ALL_OF_IT)
    fits: NDArray[np.float32] = (
        _TITLE * standing.title + _HEADING * standing.heading + _LENGTH * length + _LEAD * leads
    ).astype(np.float32)
    return fits


def linking(standing: Standing) -> NDArray[np.float32]:
    """(k,): how well the words of links to passages fit a question of few words."""
    low, high = _LINKED_FROM
    nearness: NDArray[np.float32] = np.clip((standing.linked - low) / (high - low), 0, 1)
    return np.float32(_LINKED) * nearness


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages under consideration, as parallel arrays (k,). Scores: higher is better.

    `dense` is the cosine of question and passage, `bm25` the BM25 score, `lexical` that as a share
    of the most that BM25 can give the question, 0 to 1; `named` is what `naming` makes of their
    titles and headings and `linked` what `linking` makes of links to them, 0 for a question that
    is too long for them. `asked` says how near the question is to one that an owner says the
    passage answers: 0 if it is none of them, 1 if it is. `link_share` is how much of the passage
    are the words of links, 0 to 1.
    """

    rows: NDArray[np.int64]
    dense: NDArray[np.float32]
    bm25: NDArray[np.float32]
    lexical: NDArray[np.float32]
    named: NDArray[np.float32]
    asked: NDArray[np.float32]
    linked: NDArray[np.float32]
    link_share: NDArray[np.float32]

    @property
    def of_links(self) -> NDArray[np.float32]:
        """(k,): what passages lose that only list links, 0 or less."""
        return -np.float32(_LIST_OF_LINKS) * self.link_share**4

    def take(self, order: NDArray[np.int64]) -> Candidates:
        """Those candidates, in that order."""
        return Candidates(**{one.name: getattr(self, one.name)[order] for one in fields(self)})


def preselect(candidates: Candidates, count: int, weights: Weights) -> Candidates:
    """The best of them by what costs nothing: cosine, BM25 and what owners say is asked."""
    scores = (
        weights.dense * candidates.dense
        + weights.lexical * candidates.lexical
        + weights.asked * candidates.asked
    )
    return candidates.take(best_first(scores, candidates.rows)[:count])


def fuse(
    candidates: Candidates, late_scores: NDArray[np.float32], weights: Weights
) -> NDArray[np.float32]:
    """(k,): the weighted sum of all evidence."""
    fused: NDArray[np.float32] = (
        weights.late * late_scores
        + weights.dense * candidates.dense
        + weights.lexical * candidates.lexical
        + weights.named * (candidates.named + candidates.linked)
        + weights.asked * candidates.asked
        + candidates.of_links
    ).astype(np.float32)
    return fused


def best_first(scores: NDArray[np.float32], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """The order of descending scores; among equals the earlier row comes first."""
    return np.lexsort((rows, -scores))


@dataclass(frozen=True)
class Ranked:
    """Candidates best first, with what ranked them; parallel arrays (k,).

    `order` are their numbers in `match`, `sections` those of the sections that they stand in;
    `closed` are the numbers of the resources that the asker may not open. `fused` is each one's own
    score, and `scores` that of its place, which differ only if a reranker moved it; `read` is what
    that gives each, NaN where it read none.
    """

    text: str
    candidates: Candidates
    sections: NDArray[np.int32]
    weights: Weights
    scores: NDArray[np.float32]
    fused: NDArray[np.float32]
    late_scores: NDArray[np.float32]
    match: late.Match
    order: NDArray[np.int64]
    closed: NDArray[np.int64]
    preference: NDArray[np.float32]
    read: NDArray[np.float32]
    idf: dict[str, float]

    @cached_property
    def evidence(self) -> Evidence:
        """What speaks for the first."""
        candidates = self.candidates
        others = self.fused[self.sections != self.sections[0]]
        # What a reranker puts first may have a lower score of its own than others.
        margin = max(float(self.fused[0] - others.max()), 0.0) if len(others) else np.inf
        cosine, asked = float(candidates.dense[0]), float(candidates.asked[0])
        match = self.match
        if not match.weights.any():
            share = float(candidates.lexical[0] / max(candidates.lexical.max(), 1e-6))
            return Evidence.of(cosine, share, 0.0, margin).raised(asked)
        first = int(self.order[0])
        return Evidence.of(
            cosine,
            float(late.coverage(match.best, match.weights)[first]),
            float(late.largest_gap(match.best, match.weights)[first]),
            margin,
        ).raised(asked)

    def reranked(self, places: NDArray[np.int64], read: NDArray[np.float32]) -> Ranked:
        """Those at `places` (m,), counted from 0, put among these by `read` (m,), best first; the
        others stay."""
        order = np.arange(len(self.order))
        best = best_first(read, places)
        order[places] = places[best]
        given = self.read.copy()
        given[places] = read[best]
        return replace(
            self,
            candidates=self.candidates.take(order),
            sections=self.sections[order],
            fused=self.fused[order],
            late_scores=self.late_scores[order],
            order=self.order[order],
            preference=self.preference[order],
            read=given,
        )
