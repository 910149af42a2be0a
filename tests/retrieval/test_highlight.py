"""The sentence that answers is the one that holds what the question is about."""

from retrieval.highlight import best_sentence
from retrieval.models import Span

TEXT = "Travel is fun. Claim mileage at 45 pence a mile. Keep every receipt."


def _words(text: str) -> list[str]:
    return text.lower().replace(".", "").split()


def _best(weights: dict[str, float], text: str = TEXT) -> str:
    span = best_sentence(text, weights, _words)
    return text[span.start : span.end]


def test_telling_words_choose_the_sentence() -> None:
    assert _best({"mileage": 3.0, "travel": 1.0}) == "Claim mileage at 45 pence a mile."
    assert _best({"receipt": 3.0, "travel": 1.0}) == "Keep every receipt."


def test_without_any_word_of_the_question_it_is_the_first() -> None:
    assert _best({"pension": 3.0}) == "Travel is fun."


def test_a_passage_without_a_sentence_is_taken_whole() -> None:
    assert best_sentence("", {"a": 1.0}, _words) == Span(0, 0)


def test_a_long_sentence_must_hold_more() -> None:
    long = "Mileage and " + "many other words " * 10 + "travel."
    assert _best({"mileage": 2.0, "travel": 0.1}, f"{long} Mileage is paid.") == "Mileage is paid."
