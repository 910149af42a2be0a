"""Graphs run by OpenVINO in bfloat16: two to four times as many passages a second as float32,
where the processor knows bfloat16. Too large for the server, so only builds use it."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import openvino

from errors import EncoderError
from index.exported.runtime import Outputs
from index.exported.texts import Inputs


class OpenVinoRuntime:
    """Runs a graph for up to `streams` callers at once, by one thread each."""

    def __init__(self, path: Path, streams: int) -> None:
        """Raises EncoderError where the file is no graph."""
        options = {
            "INFERENCE_PRECISION_HINT": "bf16",
            "NUM_STREAMS": streams,
            "INFERENCE_NUM_THREADS": streams,
            "ENABLE_CPU_PINNING": False,
        }
        try:
            self._model = openvino.Core().compile_model(str(path), "CPU", options)
        except RuntimeError as error:
            raise EncoderError(f"OpenVINO cannot load {path}: {error}") from error
        # A request holds the buffers of one inference: one for each thread.
        self._requests = threading.local()

    def run(self, inputs: Inputs) -> Outputs:
        if not hasattr(self._requests, "own"):
            self._requests.own = self._model.create_infer_request()
        found = self._requests.own.infer(inputs, share_inputs=True, share_outputs=True)
        vectors, *tokens = (np.array(found[at], dtype=np.float32) for at in range(len(found)))
        return Outputs(vectors, tokens[0] if tokens else None)


def knows_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself."""
    return "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
