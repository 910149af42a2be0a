"""Inner products of packed vectors with a few others, in 8-bit integers.

A byte holds four codes of 2 bits, each 0 to 3. Masked, four bytes' worth of codes at a time are
unsigned 8-bit integers, which the processor multiplies with signed ones and adds up in one
instruction; unpacked to single precision first, the same product takes two to three times as long.
onnxruntime has the kernel; `inner_products.onnx` is that one operator, which
`python -m snapshot.inner_products` writes.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession

from encoder.exported.onnx_runtime import open_session

GRAPH = Path(__file__).with_name("inner_products.onnx")
PER_BYTE = 4
_LARGEST = 127  # of a signed 8-bit integer, taken at both ends
# So many codes and sums at a time stay in the second cache of one core.
_BYTES_AT_ONCE = 1_000_000


def code_products(codes: NDArray[np.uint8], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """(t, width) uint8 and (q, 4 * width) -> (t, q): the products with the vectors of the codes,
    each less 1.5, so that they lie about 0. In a byte the lowest bits come first.

    The vectors are rounded to 8-bit integers, each by a scale of its own; all after that is exact.
    """
    width = codes.shape[1]
    largest = np.abs(vectors).max(axis=1, initial=0.0)
    scale = np.where(largest > 0, largest / _LARGEST, 1).astype(np.float32)
    whole = np.rint(vectors / scale[:, None]).astype(np.int8)
    middle = 24 * whole.sum(axis=1, dtype=np.int32)  # 1.5 of each, in sixteenths
    # (4, width, q): what each place in a byte is multiplied with.
    right = np.ascontiguousarray(whole.reshape(len(vectors), width, PER_BYTE).transpose(2, 1, 0))
    products = np.empty((len(codes), len(vectors)), dtype=np.float32)
    each = PER_BYTE * (width + 4 * len(vectors))
    block = min(len(codes), max(1, _BYTES_AT_ONCE // max(each, 1)))
    room = np.empty(PER_BYTE * block * width, dtype=np.uint8)
    for start in range(0, len(codes), max(block, 1)):
        part = codes[start : start + block]
        left = room[: PER_BYTE * part.size].reshape(PER_BYTE, *part.shape)
        # Left where they lie the codes of three places count 1, 4 and 16 times as much. The last
        # is moved: processors without the instruction add two products in 16 bits.
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
            helper.make_tensor_value_info("codes", TensorProto.UINT8, [PER_BYTE, "t", "width"]),
            helper.make_tensor_value_info("vectors", TensorProto.INT8, [PER_BYTE, "width", "q"]),
        ],
        [helper.make_tensor_value_info("sums", TensorProto.INT32, [PER_BYTE, "t", "q"])],
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    written: bytes = model.SerializeToString(deterministic=True)
    return written


if __name__ == "__main__":
    GRAPH.write_bytes(graph())
