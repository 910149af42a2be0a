"""The real model, as builds and answers use it."""

import numpy as np
import pytest

from encoder.reference import SentenceTransformerEncoder

TEXT = "Claim mileage: 45 pence a mile!"


def test_tokens_stand_where_the_text_says_them(encoder: SentenceTransformerEncoder) -> None:
    """Without the model's own marks and without punctuation."""
    [encoded] = encoder.encode_passages([TEXT])
    words = [TEXT[start:end] for start, end in encoded.tokens.spans.tolist()]
    assert words == ["Claim", "mile", "age", "45", "pen", "ce", "a", "mile"]
    assert encoded.tokens.vectors.shape == (8, encoder.fingerprint.token_dim)
    assert np.linalg.norm(encoded.tokens.vectors, axis=1) == pytest.approx(np.ones(8), abs=1e-5)
    assert np.linalg.norm(encoded.vector) == pytest.approx(1.0, abs=1e-5)


def test_a_text_is_encoded_the_same_beside_longer_ones(encoder: SentenceTransformerEncoder) -> None:
    [alone] = encoder.encode_passages([TEXT])
    beside = encoder.encode_passages(["word " * 200, TEXT, ""])[1]
    assert np.allclose(alone.vector, beside.vector, atol=1e-5)
    assert alone.tokens.spans.tolist() == beside.tokens.spans.tolist()
    assert np.allclose(alone.tokens.vectors, beside.tokens.vectors, atol=1e-4)


def test_counting_changes_nothing_for_who_encodes_at_once(
    encoder: SentenceTransformerEncoder,
) -> None:
    """How a tokenizer cuts and fills is its own state: threads share none of it."""
    encoder.encode_questions([TEXT])
    model = encoder.model.tokenizer.backend_tokenizer
    state = (model.truncation, model.padding)
    encoder.count_tokens(["word " * 1_000, TEXT])
    assert (model.truncation, model.padding) == state
