"""Tokens are packed to a sixteenth of their size, and still tell what they are near to."""

import numpy as np
import pytest
from numpy.typing import NDArray

from snapshot.tokens.quantizer import GRAPH, TokenQuantizer, code_products, graph

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


def _codes(count: int, width: int) -> NDArray[np.uint8]:
    codes: NDArray[np.uint8] = np.random.default_rng(1).integers(
        0, 256, (count, width), dtype=np.uint8
    )
    return codes


def _centred(codes: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(t, width) -> (t, 4 * width): the lowest two bits of each byte first."""
    places = codes[:, :, None].astype(np.int64) >> np.array([0, 2, 4, 6])
    return (places & 3).reshape(len(codes), -1) - 1.5


def test_a_byte_holds_four_codes_the_lowest_bits_first() -> None:
    """0b11_10_01_00 is 0, 1, 2, 3."""
    codes = np.array([[0b11_10_01_00]], dtype=np.uint8)
    units = np.eye(4, dtype=np.float32)
    assert code_products(codes, units).tolist() == [[-1.5, -0.5, 0.5, 1.5]]


@pytest.mark.parametrize(("count", "width", "others"), [(1, 1, 1), (7, 96, 12), (9_000, 96, 30)])
def test_whole_numbers_are_multiplied_exactly(count: int, width: int, others: int) -> None:
    """Up to the largest that 8 bits hold, which here each vector has, and over all blocks."""
    codes = _codes(count, width)
    vectors = np.random.default_rng(2).integers(-127, 128, (others, 4 * width))
    vectors[:, 0] = 127
    products = code_products(codes, vectors.astype(np.float32))
    assert products.dtype == np.float32
    assert products.tolist() == (_centred(codes) @ vectors.T).tolist()


def test_the_largest_codes_and_vectors_do_not_overflow() -> None:
    codes = np.full((3, 96), 255, dtype=np.uint8)
    vectors = np.stack([np.full(384, 127.0), np.full(384, -127.0)]).astype(np.float32)
    assert code_products(codes, vectors)[0].tolist() == [384 * 127 * 1.5, -384 * 127 * 1.5]


def test_vectors_are_rounded_each_by_its_own_scale() -> None:
    """A short one loses no more of itself than a long one."""
    codes = _codes(50, 96)
    vectors = np.random.default_rng(3).standard_normal((2, 384)).astype(np.float32)
    vectors[1] *= 1e-6
    true = _centred(codes) @ vectors.T.astype(np.float64)
    errors = np.abs(code_products(codes, vectors) - true).max(axis=0)
    assert (errors / np.linalg.norm(vectors, axis=1) < 0.7).all()
    assert (errors > 0).all()


def test_nothing_times_anything_is_nothing() -> None:
    assert code_products(_codes(0, 96), np.ones((2, 384), np.float32)).shape == (0, 2)
    assert code_products(_codes(2, 96), np.empty((0, 384), np.float32)).shape == (2, 0)
    assert code_products(_codes(2, 96), np.zeros((1, 384), np.float32)).tolist() == [[0.0], [0.0]]


def test_the_operator_is_the_one_that_was_written() -> None:
    """`python -m snapshot.tokens.quantizer` writes it."""
    assert GRAPH.read_bytes() == graph()
