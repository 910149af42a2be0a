"""Tokens are packed to a sixteenth of their size, and still tell what they are near to."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from encoder.protocol import NO_TOKENS, Tokens
from errors import SnapshotDamaged
from snapshot import token_vectors
from snapshot.token_vectors import TokenCodes, TokenQuantizer

DIM = 384
ROUNDED = 0.01  # of a product, at most: the vectors of questions are rounded to 8-bit integers
ROTATION = [-0.33307, 0.28464, -0.67521]


def _unit(count: int, dim: int = DIM, seed: int = 0) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def _unpacked(quantizer: TokenQuantizer, codes: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(t, dim): what the codes stand for, in rotated coordinates. Units are whole numbers of the
    scale that they are rounded to, so nothing is lost."""
    return quantizer.products(codes, np.eye(quantizer.dim, dtype=np.float32))


def test_a_token_takes_two_bits_a_dimension() -> None:
    quantizer = TokenQuantizer(DIM)
    codes = quantizer.pack(_unit(5))
    assert codes.shape == (5, 96)
    assert codes.dtype == np.uint8


def test_unpacked_vectors_lie_near_what_they_were() -> None:
    """The quantiser's mean squared error is 0.1189 of the variance, so the cosine of a vector and
    its approximation is about sqrt(1 - 0.1189) = 0.939."""
    quantizer = TokenQuantizer(DIM)
    vectors = _unit(200)
    unpacked = _unpacked(quantizer, quantizer.pack(vectors))
    products = np.einsum("td,td->t", unpacked, quantizer.rotate(vectors))
    cosines = products / np.linalg.norm(unpacked, axis=1)
    assert cosines.mean() == pytest.approx(0.939, abs=0.005)
    assert cosines.min() > 0.9
    assert products.mean() == pytest.approx(1.0, abs=0.005)


def test_vectors_that_point_along_an_axis_are_kept_as_well() -> None:
    """Without the rotation a single large coordinate would be cut off."""
    quantizer = TokenQuantizer(DIM)
    axes = np.eye(DIM, dtype=np.float32)[:20]
    unpacked = _unpacked(quantizer, quantizer.pack(axes))
    products = np.einsum("td,td->t", unpacked, quantizer.rotate(axes))
    assert (products / np.linalg.norm(unpacked, axis=1)).min() > 0.9


def test_the_rotation_keeps_inner_products_and_is_the_same_everywhere() -> None:
    quantizer = TokenQuantizer(8)
    vectors = _unit(4, 8)
    rotated = quantizer.rotate(vectors)
    assert np.allclose(rotated @ rotated.T, vectors @ vectors.T, atol=1e-5)
    first = quantizer.rotate(np.eye(8, dtype=np.float32))[0]
    assert first[:3].tolist() == pytest.approx(ROTATION, abs=1e-4)


def test_any_width_can_be_packed() -> None:
    quantizer = TokenQuantizer(10)
    assert _unpacked(quantizer, quantizer.pack(_unit(3, 10))).shape == (3, 10)


def test_a_snapshot_gives_back_each_passage_s_tokens(tmp_path: Path) -> None:
    quantizer = TokenQuantizer(DIM)
    vectors = _unit(5)
    spans = np.array([[0, 2], [3, 5], [6, 9]], dtype=np.int32)
    first = quantizer.packed(Tokens(vectors[:3], spans)).shifted(3)
    second = quantizer.packed(Tokens(vectors[3:], spans[:2]))
    empty = TokenCodes(np.empty((0, 96), np.uint8), np.empty(0, np.int32))
    token_vectors.write([first, empty, second], [3, 0, 2], token_vectors.width(DIM), tmp_path)
    index = token_vectors.load(tmp_path, DIM)
    assert index.count == 3
    assert index.starts(0).tolist() == [-3, 0, 3]
    question = _unit(4, seed=1)
    similarities, bounds = index.similarities([2, 1, 0], question)
    assert bounds.tolist() == [0, 2, 2, 5]
    rotated = quantizer.rotate(question).T
    assert np.allclose(similarities[:2], _unpacked(quantizer, second.codes) @ rotated, atol=ROUNDED)
    assert np.allclose(similarities[2:], _unpacked(quantizer, first.codes) @ rotated, atol=ROUNDED)


@pytest.mark.parametrize(("dim", "words"), [(DIM, 1), (DIM, 9), (DIM, 40), (10, 3)])
@pytest.mark.parametrize("count", [1, 256, 5_000])
def test_multiplying_block_by_block_gives_what_the_whole_gives(
    dim: int, words: int, count: int
) -> None:
    quantizer = TokenQuantizer(dim)
    codes = quantizer.pack(_unit(count, dim))
    question = quantizer.rotate(_unit(words, dim, seed=1))
    products = quantizer.products(codes, question)
    assert products.dtype == np.float32
    assert np.allclose(products, _unpacked(quantizer, codes) @ question.T, atol=ROUNDED)


def test_a_question_without_tokens_matches_nothing(tmp_path: Path) -> None:
    quantizer = TokenQuantizer(DIM)
    packed = quantizer.packed(Tokens(_unit(2), np.zeros((2, 2), dtype=np.int32)))
    token_vectors.write([packed], [2], token_vectors.width(DIM), tmp_path)
    similarities, bounds = token_vectors.load(tmp_path, DIM).similarities(
        [0], np.empty((0, DIM), "f4")
    )
    assert (similarities.shape, bounds.tolist()) == ((2, 0), [0, 2])


def test_a_model_without_tokens_has_an_empty_index(tmp_path: Path) -> None:
    packed = TokenQuantizer(0).packed(NO_TOKENS)
    token_vectors.write([packed, packed], [0, 0], token_vectors.width(0), tmp_path)
    index = token_vectors.load(tmp_path, 0)
    similarities, bounds = index.similarities([0, 1], NO_TOKENS.vectors)
    assert (similarities.shape, bounds.tolist()) == ((0, 0), [0, 0, 0])


def test_files_that_disagree_are_refused(tmp_path: Path) -> None:
    packed = TokenQuantizer(DIM).packed(Tokens(_unit(2), np.zeros((2, 2), dtype=np.int32)))
    token_vectors.write([packed], [2], token_vectors.width(DIM), tmp_path)
    with pytest.raises(SnapshotDamaged, match="disagree"):
        token_vectors.load(tmp_path, 16)
    (tmp_path / "tokens.codes.npy").write_bytes(b"rubbish")
    with pytest.raises(SnapshotDamaged, match=r"tokens\.codes\.npy"):
        token_vectors.load(tmp_path, DIM)
