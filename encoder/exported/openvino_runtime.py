"""Graphs run by OpenVINO in bfloat16: two to four times as many passages a second as float32,
where the processor knows bfloat16, and short questions sooner, above all several at once."""

from __future__ import annotations

import mmap
import threading
from pathlib import Path
from typing import Any

import numpy as np
import openvino
from numpy.typing import NDArray

from encoder.exported.runtime import Outputs
from encoder.exported.texts import Inputs
from errors import EncoderError

# Lengths are filled up to multiples of so many tokens: as fast, and 90 MB less after some hundred
# questions than with every length as it comes.
_STEP = 8


class OpenVinoRuntime:
    """Runs a graph for up to `streams` callers at once, by one thread each; more wait in turn."""

    def __init__(self, path: Path, max_tokens: int, streams: int) -> None:
        """`max_tokens` is the model's window. Raises EncoderError where the file is no graph."""
        options = {
            "INFERENCE_PRECISION_HINT": "bf16",
            "NUM_STREAMS": streams,
            "INFERENCE_NUM_THREADS": streams,
            "ENABLE_CPU_PINNING": False,
        }
        core = openvino.Core()
        try:
            self._weights = _mapped(path.with_suffix(".bin"))
            content = openvino.Tensor(np.frombuffer(self._weights, np.uint8), shared_memory=True)
            graph = core.read_model(path.read_bytes(), content)
            self._model = core.compile_model(graph, "CPU", options)
        except (OSError, ValueError, RuntimeError) as error:
            raise EncoderError(f"OpenVINO cannot load {path}: {error}") from error
        self._max_tokens = max_tokens
        self._shapes: set[tuple[int, ...]] = set()
        self._names = [one.get_any_name() for one in self._model.inputs]
        # A request holds the buffers of one inference: one for each thread.
        self._requests = threading.local()

    def run(self, inputs: Inputs) -> Outputs:
        length = next(iter(inputs.values())).shape[1]
        # Kernels are made for every length that comes, and kept: of fewer lengths, fewer.
        padded = max(length, min(length + -length % _STEP, self._max_tokens))
        if not hasattr(self._requests, "own"):
            self._requests.own = self._model.create_infer_request()
        request: openvino.InferRequest = self._requests.own
        # Handed over one by one: looking at a dictionary of them takes it a twentieth of its time.
        filled = [_filled(inputs[name], padded) for name in self._names]
        for place, array in enumerate(filled):
            request.set_input_tensor(place, openvino.Tensor(array, shared_memory=True))
        request.infer(share_outputs=True)
        self._let_go_of_weights(filled[0].shape)
        vectors, *tokens = (
            np.array(request.get_output_tensor(place).data, dtype=np.float32)
            for place in range(len(self._model.outputs))
        )
        return Outputs(vectors, tokens[0][:, :length] if tokens else None)

    def _let_go_of_weights(self, shape: tuple[int, ...]) -> None:
        """The kernels for a shape have copies of the large ones in an order of their own; the file
        is read again when those for another are made, and hardly until then."""
        if shape not in self._shapes and hasattr(mmap, "MADV_DONTNEED"):
            self._shapes.add(shape)
            self._weights.madvise(mmap.MADV_DONTNEED)


def _mapped(path: Path) -> mmap.mmap:
    """A file, read as it is touched."""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)


def _filled(array: NDArray[Any], length: int) -> NDArray[Any]:
    """(b, t, ...) -> (b, length, ...), with zeros, which the attention mask takes for nothing."""
    filled = np.zeros((len(array), length, *array.shape[2:]), dtype=array.dtype)
    filled[:, : array.shape[1]] = array
    return filled


def knows_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself."""
    return "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
