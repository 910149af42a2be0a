"""The sentence of a passage that answers."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from index.sentences import sentence_spans
from retrieval.late import Analyze
from retrieval.models import Span

# What the question's own words count beside the match of its tokens.
_WORDS = 0.02
# What a sentence that only asks loses: the answer stands beside it.
_QUESTION = 0.1


def best_sentence(
    text: str,
    idf: Mapping[str, float],
    analyze: Analyze,
    starts: NDArray[np.int32] | None = None,
    similarities: NDArray[np.float32] | None = None,
    weights: NDArray[np.float32] | None = None,
) -> Span:
    """The sentence in which the question's tokens find their best matches; where tokens are not
    known, the one that holds most of its words. Among equals the first.

    `idf` is by word as `analyze` gives them. `starts` (t,) are the characters of the text at which
    its tokens begin, `similarities` (t, q) how they match the question's, whose `weights` are (q,).
    """
    spans = sentence_spans(text) or [(0, len(text))]
    words = np.array([_words(text[start:end], idf, analyze) for start, end in spans])
    if starts is None or similarities is None or weights is None or not similarities.size:
        return Span(*spans[int(np.argmax(words))])
    matched = np.zeros(len(spans))
    numbers = np.searchsorted([start for start, _ in spans], starts, side="right") - 1
    for number in np.unique(numbers[numbers >= 0]):
        matched[number] = similarities[numbers == number].max(axis=0) @ weights
    asks = np.array([text[start:end].endswith("?") for start, end in spans])
    return Span(*spans[int(np.argmax(matched + _WORDS * words - _QUESTION * asks))])


def _words(sentence: str, idf: Mapping[str, float], analyze: Analyze) -> float:
    """How much of the question a sentence holds, each word by its idf once; the longer it is,
    the more it must hold."""
    words = analyze(sentence)
    held = sum(idf.get(word, 0.0) for word in set(words))
    # Very short sentences are headings and labels; very long ones hold any word by chance.
    return held / math.sqrt(max(len(words), 8))
