"""Late interaction: every word of the question finds its best match in a passage's tokens.

Khattab and Zaharia, "ColBERT", 2020; here on the token vectors of a model that was trained for
single vectors, each token of the question weighing as much as its word tells (its idf).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from encoder.protocol import Tokens
from snapshot.lexical import WORD
from snapshot.tokens.token_vectors import TokenIndex

Analyze = Callable[[str], list[str]]

_WORD = re.compile(WORD)
# A token that no passage matches as well as this is covered by none in full: the one word of
# "yoga?" is about as near to any page on health. Chosen on half of the labelled documents.
_GOOD_MATCH = 0.65


@dataclass(frozen=True)
class Match:
    """How the tokens of a question (q) match those of k passages, of t tokens in all.

    `similarities` (t, q) are cosines; passage i's tokens are rows `bounds[i]` up to
    `bounds[i + 1]`. `weights` (q,) sum to 1, or to 0 if no token of the question tells anything.
    """

    similarities: NDArray[np.float32]
    bounds: NDArray[np.int64]
    weights: NDArray[np.float32]

    @cached_property
    def best(self) -> NDArray[np.float32]:
        """(k, q): each question token's best cosine within each passage; 0 in an empty one."""
        return best_within(self.similarities, self.bounds)

    def of(self, index: int) -> NDArray[np.float32]:
        """(t, q): the similarities of one passage's tokens."""
        return self.similarities[self.bounds[index] : self.bounds[index + 1]]


def best_within(
    similarities: NDArray[np.float32], bounds: NDArray[np.int64]
) -> NDArray[np.float32]:
    """(k, q): the largest of each column of `similarities` (t, q) within each of k stretches of
    rows. Stretch i is `bounds[i]` up to `bounds[i + 1]`; an empty one gives 0."""
    best = np.zeros((len(bounds) - 1, similarities.shape[1]), dtype=np.float32)
    filled = np.flatnonzero(bounds[1:] > bounds[:-1])
    if len(filled) and best.size:
        best[filled] = np.maximum.reduceat(similarities[: bounds[-1]], bounds[filled], axis=0)
    return best


def match(
    tokens: TokenIndex, rows: NDArray[np.int64], question: Tokens, weights: NDArray[np.float32]
) -> Match:
    """Compares the question's tokens with those of the passages of these rows."""
    similarities, bounds = tokens.similarities(rows, question.vectors)
    if not similarities.size:
        return Match(similarities, bounds, np.empty(0, dtype=np.float32))
    return Match(similarities, bounds, weights)


def token_weights(
    text: str, tokens: Tokens, idf: Mapping[str, float], analyze: Analyze
) -> NDArray[np.float32]:
    """(q,): how telling each token of the question is: the idf of the word that it stands in, all
    scaled to sum to 1. `idf` is by word as `analyze` gives them."""
    words = [(word.start(), word.end(), analyze(word.group())) for word in _WORD.finditer(text)]
    weights = np.zeros(len(tokens.spans), dtype=np.float32)
    for index, (start, _) in enumerate(tokens.spans.tolist()):
        for first, end, analyzed in words:
            if first <= start < end and analyzed:
                weights[index] = idf.get(analyzed[0], 0.0)
                break
    total = float(weights.sum())
    return weights / total if total > 0 else weights


def scores(found: Match) -> NDArray[np.float32]:
    """(k,): the weighted mean of the best cosines of the question's tokens, -1 to 1."""
    means: NDArray[np.float32] = found.best @ found.weights
    return means


def coverage(best: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """(k,): how much of what the passages say together about the question each of them says
    alone, 0 to 1; 1 if it matches every token well, and none of the others any better."""
    most = np.maximum(best.max(axis=0, initial=0.0), _GOOD_MATCH)
    shares: NDArray[np.float32] = np.clip(best / most, 0, 1) @ weights
    return shares


def largest_gap(best: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """(k,): by how much another passage matches the one telling token that this one misses most,
    weighted; 0 if none matches any token better."""
    if not best.size:
        return np.zeros(len(best), dtype=np.float32)
    gaps = (best.max(axis=0) - best) * weights
    largest: NDArray[np.float32] = gaps.max(axis=1)
    return largest
