"""The sentence that answers is the one in which the question finds its match."""

import numpy as np

from retrieval.highlight import best_sentence
from retrieval.models import Span

TEXT = "Travel is fun. Claim mileage at 45 pence a mile. Keep every receipt."


def _words(text: str) -> list[str]:
    return text.lower().replace(".", "").split()


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
