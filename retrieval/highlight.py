"""The sentence of a passage that answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from index.sentences import sentence_spans
from retrieval.models import Span

Analyze = Callable[[str], list[str]]


def best_sentence(text: str, weights: Mapping[str, float], analyze: Analyze) -> Span:
    """The sentence that holds most of the question's words, each counted by its weight (its
    idf) once; the longer a sentence, the more it must hold. Without any, the first sentence.

    `weights` are by word as `analyze` gives them.
    """
    spans = sentence_spans(text) or [(0, len(text))]
    best, best_score = spans[0], 0.0
    for start, end in spans:
        words = analyze(text[start:end])
        if not words:
            continue
        matched = sum(weights.get(word, 0.0) for word in set(words))
        # Very short sentences are headings and labels; very long ones hold any word by chance.
        score = matched / math.sqrt(max(len(words), 8))
        if score > best_score:
            best, best_score = (start, end), score
    return Span(*best)
