"""The sentence of a passage that answers."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from retrieval.answer import Span
from retrieval.late import Analyze, best_within
from snapshot.sentences import sentence_spans

# What the question's own words count beside the match of its tokens.
_WORDS = 0.02
# What a sentence that only asks loses: the answer stands beside it.
_QUESTION = 0.1
# Sentences of fewer words are headings and labels, and count as if they had so many.
_SHORT = 8


def best_sentence(
    text: str,
    idf: Mapping[str, float],
    analyze: Analyze,
    starts: NDArray[np.int32] | None = None,
    similarities: NDArray[np.float32] | None = None,
    weights: NDArray[np.float32] | None = None,
) -> Span:
    """The sentence in which the question's tokens find their best matches; if tokens are not
    known, the one that holds most of its words. Among equals the first.

    `idf` is by word as `analyze` gives them. `starts` (t,) are the characters of the text at which
    its tokens begin, `similarities` (t, q) how they match the question's, whose `weights` are (q,).
    """
    spans = sentence_spans(text) or [(0, len(text))]
    if len(spans) == 1:
        return Span(*spans[0])
    if starts is None or similarities is None or weights is None or not similarities.size:
        words = [_words(text[start:end], idf, analyze) for start, end in spans]
        return Span(*spans[int(np.argmax(words))])
    first = np.searchsorted(starts, [start for start, _ in spans]).tolist()
    bounds = np.array([*first, len(starts)], dtype=np.int64)
    matched = (best_within(similarities, bounds) @ weights).tolist()
    asks = [_QUESTION * text.endswith("?", start, end) for start, end in spans]
    # Words are looked at only while they could decide: the best match first, and on until even a
    # sentence that held them all would come behind.
    most = _WORDS * sum(idf.values()) / math.sqrt(_SHORT)
    best, chosen = -math.inf, 0
    for number in sorted(range(len(spans)), key=lambda one: asks[one] - matched[one]):
        if matched[number] - asks[number] + most < best:
            break
        start, end = spans[number]
        score = matched[number] + _WORDS * _words(text[start:end], idf, analyze) - asks[number]
        if score > best or (score == best and number < chosen):
            best, chosen = score, number
    return Span(*spans[chosen])


def _words(sentence: str, idf: Mapping[str, float], analyze: Analyze) -> float:
    """How much of the question a sentence holds, each word by its idf once; the longer it is,
    the more it must hold."""
    words = analyze(sentence)
    held = sum(map(idf.__getitem__, idf.keys() & words))
    # Very long ones hold any word by chance.
    return held / math.sqrt(max(len(words), _SHORT))
