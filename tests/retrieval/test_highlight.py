"""The sentence that answers is the one in which the question finds its match."""

import math

import numpy as np
from numpy.typing import NDArray

from retrieval.answer import Span
from retrieval.highlight import best_sentence
from snapshot.sentences import sentence_spans

TEXT = "Travel is fun. Claim mileage at 45 pence a mile. Keep every receipt."


def _words(text: str) -> list[str]:
    return text.lower().replace(".", "").replace("?", "").split()


def _best(idf: dict[str, float], text: str = TEXT) -> str:
    span = best_sentence(text, idf, _words)
    return text[span.start : span.end]


def _matched(similarities: list[list[float]], starts: list[int], weights: list[float]) -> str:
    span = best_sentence(
        TEXT,
        {},
        _words,
        np.array(starts, dtype=np.int32),
        np.array(similarities, dtype=np.float32),
        np.array(weights, dtype=np.float32),
    )
    return TEXT[span.start : span.end]


def test_the_sentence_whose_tokens_match_the_question_is_chosen() -> None:
    found = _matched([[0.9, 0.1], [0.6, 0.6], [0.1, 0.8]], [0, 15, 49], [0.5, 0.5])
    assert found == "Claim mileage at 45 pence a mile."


def test_a_sentence_that_only_asks_gives_way_to_one_that_says() -> None:
    text = "What is the rate? The rate is 45 pence."
    similarities = np.array([[0.9], [0.85]], dtype=np.float32)
    starts, weights = np.array([12, 22], dtype=np.int32), np.array([1.0], dtype=np.float32)
    span = best_sentence(text, {}, _words, starts, similarities, weights)
    assert text[span.start : span.end] == "The rate is 45 pence."


def test_what_the_heading_matches_chooses_no_sentence() -> None:
    """Tokens before the text, which begin at negative characters, belong to its headings."""
    assert _matched([[0.9], [0.2], [0.3]], [-8, 0, 49], [1.0]) == "Keep every receipt."


def test_without_tokens_telling_words_choose_the_sentence() -> None:
    assert _best({"mileage": 3.0, "travel": 1.0}) == "Claim mileage at 45 pence a mile."
    assert _best({"receipt": 3.0, "travel": 1.0}) == "Keep every receipt."


def test_without_any_word_of_the_question_it_is_the_first() -> None:
    assert _best({"pension": 3.0}) == "Travel is fun."


def test_a_passage_without_a_sentence_is_taken_whole() -> None:
    assert best_sentence("", {"a": 1.0}, _words) == Span(0, 0)


def test_a_long_sentence_must_hold_more() -> None:
    long = "Mileage and " + "many other words " * 10 + "travel."
    assert _best({"mileage": 2.0, "travel": 0.1}, f"{long} Mileage is paid.") == "Mileage is paid."


def test_words_decide_between_sentences_that_match_alike() -> None:
    text = "It is paid. Mileage is paid. Nothing else is."
    similarities = np.array([[0.801], [0.8], [0.2]], dtype=np.float32)
    starts, weights = np.array([0, 12, 29], dtype=np.int32), np.array([1.0], dtype=np.float32)
    found = best_sentence(text, {"mileage": 3.0}, _words, starts, similarities, weights)
    assert text[found.start : found.end] == "Mileage is paid."


def test_among_sentences_that_match_the_same_the_first_is_chosen() -> None:
    assert _matched([[0.5], [0.5], [0.5]], [0, 15, 49], [1.0]) == "Travel is fun."


def test_every_sentence_is_weighed_that_could_come_first() -> None:
    """As if all sentences were analysed, over many passages and questions."""
    random = np.random.default_rng(0)
    words = ["mileage", "claim", "receipt", "pension", "leave", "pay", "form", "desk"]
    for _ in range(300):
        sentences = [" ".join(random.choice(words, random.integers(1, 14))) for _ in range(6)]
        text = "\n".join(one + "?" * int(random.integers(2)) for one in sentences)
        starts = np.array(
            [i for i, c in enumerate(text) if i == 0 or text[i - 1].isspace()], np.int32
        )
        similarities = random.uniform(0.3, 0.6, (len(starts), 3)).astype(np.float32)
        weights = np.array([0.5, 0.3, 0.2], dtype=np.float32)
        idf = dict(zip(words[:4], random.uniform(0, 8, 4).tolist(), strict=True))
        span = best_sentence(text, idf, _words, starts, similarities, weights)
        assert span == _plainly(text, idf, starts, similarities, weights)


def _plainly(
    text: str,
    idf: dict[str, float],
    starts: NDArray[np.int32],
    similarities: NDArray[np.float32],
    weights: NDArray[np.float32],
) -> Span:
    def score(start: int, end: int) -> float:
        own = similarities[(starts >= start) & (starts < end)]
        words = _words(text[start:end])
        held = sum(idf.get(word, 0.0) for word in set(words)) / math.sqrt(max(len(words), 8))
        return float(own.max(axis=0) @ weights) + 0.02 * held - 0.1 * text[start:end].endswith("?")

    return Span(*max(sentence_spans(text), key=lambda span: score(*span)))
