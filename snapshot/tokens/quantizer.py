"""Vectors of tokens, packed to 2 bits a dimension, and their inner products with others.

Turned by a fixed random rotation, every coordinate of a unit vector is close to normally
distributed, so one fixed quantiser serves every model and every folder without training (Zandieh
et al., "TurboQuant", 2025; thresholds from Max, "Quantizing for Minimum Distortion", 1960). On the
labelled sets this costs nothing that can be measured (docs/adr/0007).

A byte holds four codes of 2 bits, each 0 to 3. Masked, four bytes' worth of codes at a time are
unsigned 8-bit integers, which the processor multiplies with signed ones and adds up in one
instruction; unpacked to single precision first, the same product takes two to three times as long.
onnxruntime has the kernel; `inner_products.onnx` is that one operator, which
`python -m snapshot.tokens.quantizer` writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession

from encoder.exported.runtimes import open_session
from encoder.protocol import Tokens

GRAPH = Path(__file__).with_name("inner_products.onnx")
_PER_BYTE = 4
_LARGEST = 127  # of a signed 8-bit integer, taken at both ends
# So many codes and sums at a time stay in the second cache of one core.
_BYTES_AT_ONCE = 1_000_000
# The thresholds of the 2-bit quantiser of least squared error for a standard normal variable (Max,
# 1960, table I, N = 4). His levels, +-0.4528 and +-1.5104, are almost evenly spaced; taken as quite
# even, so that products can be made of the codes as they are, they lose .1189 of the variance, not
# .1175.
_THRESHOLDS = np.array([-0.9816, 0.0, 0.9816], dtype=np.float32)
# The distance of two levels: that with which products are what they were, on average. Where f is
# the normal density and t the threshold, a code less its middle times the value that it stands for
# has a mean of f(0) + 2 f(t).
_STEP = 1 / (0.398942 + 2 * 0.246424)
_SEED = 20_260_101


@dataclass(frozen=True, slots=True)
class TokenCodes:
    """A text's tokens, packed: codes (t, width) uint8 and starts (t,) int32, the character of the
    text at which each begins."""

    codes: NDArray[np.uint8]
    starts: NDArray[np.int32]

    def shifted(self, characters: int) -> TokenCodes:
        """The same for a text that begins so many characters later."""
        return TokenCodes(self.codes, (self.starts - characters).astype(np.int32))


class TokenQuantizer:
    """Packs unit vectors of `dim` dimensions, and multiplies what it packed with vectors that
    `rotate` gave: the inner products are near to those of the vectors as they were."""

    def __init__(self, dim: int) -> None:
        self.dim = dim
        self.width = width(dim)
        self._rotation = _rotation(dim) if dim else np.empty((0, 0), dtype=np.float32)
        self._step = np.float32(_STEP / np.sqrt(max(dim, 1)))

    def rotate(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """(t, dim) -> (t, dim), lengths and angles kept."""
        rotated: NDArray[np.float32] = vectors @ self._rotation
        return rotated

    def packed(self, tokens: Tokens) -> TokenCodes:
        """The tokens of a text, packed."""
        if not self.dim:
            return TokenCodes(np.empty((0, 0), np.uint8), np.empty(0, np.int32))
        return TokenCodes(self.pack(tokens.vectors), tokens.spans[:, 0].astype(np.int32))

    def pack(self, vectors: NDArray[np.float32]) -> NDArray[np.uint8]:
        """(t, dim) float32, L2-normalised -> (t, width) uint8."""
        scaled = self.rotate(vectors) * np.float32(np.sqrt(self.dim))
        levels = np.zeros((len(vectors), self.width * _PER_BYTE), dtype=np.uint8)
        # Three comparisons take a tenth of the time of a search among three thresholds.
        for threshold in _THRESHOLDS:
            levels[:, : self.dim] += scaled > threshold
        grouped = levels.reshape(len(vectors), self.width, _PER_BYTE)
        packed: NDArray[np.uint8] = np.bitwise_or.reduce(
            grouped << np.array([0, 2, 4, 6], dtype=np.uint8), axis=2
        )
        return packed

    def products(
        self, codes: NDArray[np.uint8], vectors: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """(t, width) uint8 and rotated vectors (q, dim) -> (t, q): the inner products of the
        tokens that were packed with the vectors, without bias."""
        padded = np.zeros((len(vectors), self.width * _PER_BYTE), dtype=np.float32)
        padded[:, : self.dim] = vectors
        return code_products(codes, padded) * self._step


def width(dim: int) -> int:
    """How many bytes a token of `dim` dimensions takes."""
    return -(-dim // _PER_BYTE)


@lru_cache(maxsize=4)
def _rotation(dim: int) -> NDArray[np.float32]:
    """A random orthogonal matrix, the same on every machine: RandomState's streams are frozen,
    and the signs that QR leaves open are fixed."""
    normal = np.random.RandomState(_SEED).standard_normal((dim, dim))
    q, r = np.linalg.qr(normal)
    rotation: NDArray[np.float32] = (q * np.sign(np.diag(r))).astype(np.float32)
    return rotation


def code_products(codes: NDArray[np.uint8], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """(t, width) uint8 and (q, 4 * width) -> (t, q): the inner products of codes and vectors. Each
    code counts less 1.5, so that codes lie about 0. In a byte the lowest bits come first.

    The vectors are rounded to 8-bit integers, each by a scale of its own; all after that is exact.
    """
    width = codes.shape[1]
    largest = np.abs(vectors).max(axis=1, initial=0.0)
    scale = np.where(largest > 0, largest / _LARGEST, 1).astype(np.float32)
    whole = np.rint(vectors / scale[:, None]).astype(np.int8)
    middle = 24 * whole.sum(axis=1, dtype=np.int32)  # 1.5 of each, in sixteenths
    # (4, width, q): what each place in a byte is multiplied with.
    right = np.ascontiguousarray(whole.reshape(len(vectors), width, _PER_BYTE).transpose(2, 1, 0))
    products = np.empty((len(codes), len(vectors)), dtype=np.float32)
    each = _PER_BYTE * (width + 4 * len(vectors))
    block = min(len(codes), max(1, _BYTES_AT_ONCE // max(each, 1)))
    room = np.empty(_PER_BYTE * block * width, dtype=np.uint8)
    for start in range(0, len(codes), max(block, 1)):
        part = codes[start : start + block]
        left = room[: _PER_BYTE * part.size].reshape(_PER_BYTE, *part.shape)
        # Three of the four codes stay at their place in the byte and so count 1, 4 and 16 times as
        # much. The last is moved down: processors without the instruction add two products in 16
        # bits, which would overflow.
        np.bitwise_and(part, 0b11, out=left[0])
        np.bitwise_and(part, 0b1100, out=left[1])
        np.bitwise_and(part, 0b110000, out=left[2])
        np.right_shift(part, 6, out=left[3])
        [sums] = _session().run(None, {"codes": left, "vectors": right})
        total = sums[0]
        total += sums[3]
        total <<= 2
        total += sums[1]
        total <<= 2
        total += sums[2]
        total -= middle
        np.multiply(total, scale / 16, out=products[start : start + block], dtype=np.float32)
    return products


@lru_cache(maxsize=1)
def _session() -> InferenceSession:
    return open_session(GRAPH)


def graph() -> bytes:
    """The operator: codes (4, t, width) uint8, vectors (4, width, q) int8 -> (4, t, q) int32."""
    from onnx import TensorProto, helper

    made = helper.make_graph(
        [helper.make_node("MatMulInteger", ["codes", "vectors"], ["sums"])],
        "products",
        [
            helper.make_tensor_value_info("codes", TensorProto.UINT8, [_PER_BYTE, "t", "width"]),
            helper.make_tensor_value_info("vectors", TensorProto.INT8, [_PER_BYTE, "width", "q"]),
        ],
        [helper.make_tensor_value_info("sums", TensorProto.INT32, [_PER_BYTE, "t", "q"])],
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    written: bytes = model.SerializeToString(deterministic=True)
    return written


if __name__ == "__main__":
    GRAPH.write_bytes(graph())
