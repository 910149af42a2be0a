"""Products of 2-bit codes are those of the integers that they are, less their middle."""

import numpy as np
import pytest
from numpy.typing import NDArray

from snapshot.inner_products import GRAPH, code_products, graph


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
    """`python -m snapshot.inner_products` writes it."""
    assert GRAPH.read_bytes() == graph()
