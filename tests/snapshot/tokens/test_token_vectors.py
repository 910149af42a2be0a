"""The tokens of a passage are found again, and compared with those of a question."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from encoder.protocol import NO_TOKENS, Tokens
from errors import SnapshotDamaged
from snapshot.tokens import token_vectors
from snapshot.tokens.quantizer import TokenCodes, TokenQuantizer, width

DIM = 384
ROUNDED = 0.01  # of a product, at most: the vectors of questions are rounded to 8-bit integers


def _unit(count: int, dim: int = DIM, seed: int = 0) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def test_a_snapshot_gives_back_each_passage_s_tokens(tmp_path: Path) -> None:
    quantizer = TokenQuantizer(DIM)
    vectors = _unit(5)
    spans = np.array([[0, 2], [3, 5], [6, 9]], dtype=np.int32)
    first = quantizer.packed(Tokens(vectors[:3], spans)).shifted(3)
    second = quantizer.packed(Tokens(vectors[3:], spans[:2]))
    empty = TokenCodes(np.empty((0, 96), np.uint8), np.empty(0, np.int32))
    token_vectors.write([first, empty, second], [3, 0, 2], width(DIM), tmp_path)
    index = token_vectors.load(tmp_path, DIM)
    assert index.count == 3
    assert index.starts(0).tolist() == [-3, 0, 3]
    question = _unit(4, seed=1)
    similarities, bounds = index.similarities([2, 1, 0], question)
    assert bounds.tolist() == [0, 2, 2, 5]
    rotated = quantizer.rotate(question)
    assert np.allclose(similarities[:2], quantizer.products(second.codes, rotated), atol=ROUNDED)
    assert np.allclose(similarities[2:], quantizer.products(first.codes, rotated), atol=ROUNDED)


def test_a_question_without_tokens_matches_nothing(tmp_path: Path) -> None:
    quantizer = TokenQuantizer(DIM)
    packed = quantizer.packed(Tokens(_unit(2), np.zeros((2, 2), dtype=np.int32)))
    token_vectors.write([packed], [2], width(DIM), tmp_path)
    similarities, bounds = token_vectors.load(tmp_path, DIM).similarities(
        [0], np.empty((0, DIM), "f4")
    )
    assert (similarities.shape, bounds.tolist()) == ((2, 0), [0, 2])


def test_a_model_without_tokens_has_an_empty_index(tmp_path: Path) -> None:
    packed = TokenQuantizer(0).packed(NO_TOKENS)
    token_vectors.write([packed, packed], [0, 0], width(0), tmp_path)
    index = token_vectors.load(tmp_path, 0)
    similarities, bounds = index.similarities([0, 1], NO_TOKENS.vectors)
    assert (similarities.shape, bounds.tolist()) == ((0, 0), [0, 0, 0])


def test_files_that_disagree_are_refused(tmp_path: Path) -> None:
    packed = TokenQuantizer(DIM).packed(Tokens(_unit(2), np.zeros((2, 2), dtype=np.int32)))
    token_vectors.write([packed], [2], width(DIM), tmp_path)
    with pytest.raises(SnapshotDamaged, match="disagree"):
        token_vectors.load(tmp_path, 16)
    (tmp_path / "tokens.codes.npy").write_bytes(b"rubbish")
    with pytest.raises(SnapshotDamaged, match=r"tokens\.codes\.npy"):
        token_vectors.load(tmp_path, DIM)
