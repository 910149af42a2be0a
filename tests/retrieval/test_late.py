"""Each word of a question finds its best match among a passage's tokens."""

import numpy as np
import pytest

from encoder.protocol import Tokens
from retrieval.late import Match, coverage, largest_gap, scores, token_weights


def _match(similarities: list[list[float]], bounds: list[int], weights: list[float]) -> Match:
    return Match(
        np.array(similarities, dtype=np.float32),
        np.array(bounds),
        np.array(weights, dtype=np.float32),
    )


FOUND = _match([[0.9, 0.1], [0.2, 0.5], [0.4, 0.8]], [0, 2, 2, 3], [0.75, 0.25])


def test_a_token_s_best_match_within_each_passage_counts() -> None:
    assert FOUND.best.tolist() == pytest.approx(np.array([[0.9, 0.5], [0, 0], [0.4, 0.8]]))
    assert FOUND.of(2).tolist() == pytest.approx(np.array([[0.4, 0.8]]))


def test_the_score_is_the_weighted_mean_of_the_best_matches() -> None:
    assert scores(FOUND).tolist() == pytest.approx([0.8, 0.0, 0.5])


def test_coverage_compares_each_passage_with_all_together() -> None:
    best = np.array([[0.9, 0.4], [0.45, 0.8]], dtype=np.float32)
    weights = np.array([0.5, 0.5], dtype=np.float32)
    assert coverage(best, weights).tolist() == pytest.approx([0.75, 0.75])


def test_what_no_passage_matches_well_is_covered_by_none() -> None:
    best = np.array([[0.65, 0.325], [0.4, 0.26]], dtype=np.float32)
    weights = np.array([0.5, 0.5], dtype=np.float32)
    assert coverage(best, weights)[0] == pytest.approx(0.75)
    assert coverage(np.array([[0.9, 0.7]], dtype=np.float32), weights).tolist() == [1.0]


def test_the_largest_gap_is_the_telling_word_that_others_match_better() -> None:
    best = np.array([[0.9, 0.4], [0.45, 0.8]], dtype=np.float32)
    weights = np.array([0.25, 0.75], dtype=np.float32)
    assert largest_gap(best, weights).tolist() == pytest.approx([0.3, 0.1125])
    assert largest_gap(best[:1], weights).tolist() == [0.0]


def test_a_token_weighs_as_much_as_its_word_tells() -> None:
    """A word in several tokens weighs in each; what stands in no word weighs nothing."""
    text = "claim mileage?"
    spans = np.array([[0, 5], [6, 9], [9, 13], [13, 14]], dtype=np.int32)
    tokens = Tokens(np.zeros((4, 3), dtype=np.float32), spans)
    weights = token_weights(text, tokens, {"claim": 1.0, "mileage": 2.0}, str.split)
    assert weights.tolist() == pytest.approx([0.2, 0.4, 0.4, 0.0])


def test_each_token_of_a_grouped_number_weighs_as_the_number() -> None:
    """The lexical index has it in one word, the model in three."""
    spans = np.array([[0, 2], [3, 4], [4, 5], [5, 8]], dtype=np.int32)
    tokens = Tokens(np.zeros((4, 3), dtype=np.float32), spans)
    idf = {"up": 1.0, "1500": 2.0}
    weights = token_weights("up 1,500", tokens, idf, lambda text: [text.replace(",", "")])
    assert weights.tolist() == pytest.approx([1 / 7, 2 / 7, 2 / 7, 2 / 7])


def test_a_question_that_tells_nothing_weighs_nothing() -> None:
    tokens = Tokens(np.zeros((1, 3), dtype=np.float32), np.array([[0, 3]], dtype=np.int32))
    assert token_weights("the", tokens, {"the": 0.0}, str.split).tolist() == [0.0]
