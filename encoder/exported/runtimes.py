"""What runs an exported graph: onnxruntime, and OpenVINO if the processor knows bfloat16."""

from __future__ import annotations

import mmap
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from encoder.exported.description import Precision
from encoder.files import RowFile
from errors import EncoderError

WORDS = "words"  # the input of a graph that is given its words' vectors
WORD_TABLE = "words.npy"
_KEPT = 2048  # words, of 1.5 kB in the default model: most of what people ask with
# OpenVINO's inputs are filled up to multiples of so many tokens. That is as fast as every length as
# it comes, and takes 90 MB less after some hundred questions.
_STEP = 8

# Arrays (b, t), or (b, t, width) for `WORDS`, by the name that a graph knows them by.
Inputs = dict[str, NDArray[Any]]
# (b, t) -> (b, t, width).
_LookUp = Callable[[NDArray[np.int64]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Outputs:
    """Of b texts of t tokens: `vectors` (b, dim) and `tokens` (b, t, token_dim), both float32 and
    L2-normalised; `tokens` is None for a model that has none. Of b pairs that a cross-encoder
    reads, `vectors` (b, 1) are the scores as they are."""

    vectors: NDArray[np.float32]
    tokens: NDArray[np.float32] | None


class Runtime(Protocol):
    """Thread-safe: callers may be several at once, and each takes one core."""

    def run(self, inputs: Inputs) -> Outputs: ...


def open_runtime(
    folder: Path, precision: Precision, max_tokens: int, *, callers: int, whole: bool = False
) -> Runtime:
    """Opens the graph of that precision for so many callers at once; others wait their turn.
    `whole` takes all of the model's words into memory. Raises EncoderError."""
    graph: Runtime = (
        OpenVinoRuntime(folder / precision.graph, max_tokens, callers)
        if precision is Precision.BFLOAT16
        else OnnxRuntime(folder / precision.graph)
    )
    table = folder / WORD_TABLE
    return WordTable(table, graph, whole=whole) if table.is_file() else graph


def can_run(precision: Precision) -> bool:
    """Whether this machine runs that precision at its own speed: an export may be from another."""
    if precision is not Precision.BFLOAT16:
        return True
    try:
        import openvino

        return "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    except (ImportError, OSError, RuntimeError):  # it is not installed, or not for this machine
        return False


class OnnxRuntime:
    """Runs a graph by onnxruntime: 70 MB less than torch, and loaded in a tenth of a second."""

    def __init__(self, path: Path) -> None:
        """Raises EncoderError if the file is no graph."""
        try:
            self._session = open_session(path)
        except Exception as error:  # the library's own classes derive from nothing narrower
            raise EncoderError(f"onnxruntime cannot load {path}: {error}") from error
        self._names = [one.name for one in self._session.get_inputs()]

    def run(self, inputs: Inputs) -> Outputs:
        known = {name: inputs[name] for name in self._names}
        vectors, *tokens = self._session.run(None, known)
        return Outputs(
            np.asarray(vectors, dtype=np.float32),
            np.asarray(tokens[0], dtype=np.float32) if tokens else None,
        )


def open_session(path: Path) -> onnxruntime.InferenceSession:
    """Callers may be several at once, one core each. If the file is no graph, raises what
    onnxruntime raises, whose classes derive from nothing narrower than Exception."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # The arena keeps what its largest batch once took, of no use to single questions.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


class OpenVinoRuntime:
    """Runs a graph by OpenVINO in bfloat16, for up to `streams` callers at once by one thread each;
    more wait in turn. On a processor that knows bfloat16 it encodes two to four times as many
    passages a second as float32, and short questions sooner, above all several at once."""

    def __init__(self, path: Path, max_tokens: int, streams: int) -> None:
        """`max_tokens` is the model's window. Raises EncoderError if the file is no graph."""
        import openvino  # it takes memory and time that other precisions need not spend

        options = {
            "INFERENCE_PRECISION_HINT": "bf16",
            "NUM_STREAMS": streams,
            "INFERENCE_NUM_THREADS": streams,
            "ENABLE_CPU_PINNING": False,
        }
        core = openvino.Core()
        self._shared = partial(openvino.Tensor, shared_memory=True)
        try:
            self._weights = _mapped(path.with_suffix(".bin"))
            content = self._shared(np.frombuffer(self._weights, np.uint8))
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
        # OpenVINO makes and keeps kernels for every length that comes.
        padded = max(length, min(length + -length % _STEP, self._max_tokens))
        if not hasattr(self._requests, "own"):
            self._requests.own = self._model.create_infer_request()
        request = self._requests.own
        # Handed over one by one: looking at a dictionary of them takes it a twentieth of its time.
        filled = [_filled(inputs[name], padded) for name in self._names]
        for place, array in enumerate(filled):
            request.set_input_tensor(place, self._shared(array))
        request.infer(share_outputs=True)
        self._let_go_of_weights(filled[0].shape)
        vectors, *tokens = (
            np.array(request.get_output_tensor(place).data, dtype=np.float32)
            for place in range(len(self._model.outputs))
        )
        return Outputs(vectors, tokens[0][:, :length] if tokens else None)

    def _let_go_of_weights(self, shape: tuple[int, ...]) -> None:
        """The kernels for a shape hold their own copies of the large weights. The file is needed
        again only when kernels for another shape are made."""
        if shape not in self._shapes and hasattr(mmap, "MADV_DONTNEED"):
            self._shapes.add(shape)
            self._weights.madvise(mmap.MADV_DONTNEED)


def _mapped(path: Path) -> mmap.mmap:
    """A file, read as it is touched."""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)


def _filled(array: NDArray[Any], length: int) -> NDArray[Any]:
    """(b, t, ...) -> (b, length, ...), filled with zeros, which the attention mask hides."""
    filled = np.zeros((len(array), length, *array.shape[2:]), dtype=array.dtype)
    filled[:, : array.shape[1]] = array
    return filled


class WordTable:
    """Runs a graph that is given its words' vectors, which it looks up in a file. A server reads a
    few rows at a time of a table that takes 47 MB in the default model; a build has it in memory
    (`whole`)."""

    def __init__(self, table: Path, graph: Runtime, *, whole: bool = False) -> None:
        """Raises EncoderError if the file is no table."""
        try:
            self._look_up = _in_memory(table) if whole else _by_the_row(table)
        except (OSError, ValueError) as error:
            raise EncoderError(f"{table} cannot be read: {error}") from error
        self._graph = graph

    def run(self, inputs: Inputs) -> Outputs:
        return self._graph.run(inputs | {WORDS: self._look_up(inputs["input_ids"])})


def _in_memory(path: Path) -> _LookUp:
    table: NDArray[np.float32] = np.load(path, allow_pickle=False)
    return lambda ids: table[ids]


def _by_the_row(path: Path) -> _LookUp:
    rows = RowFile(path)

    @lru_cache(_KEPT)
    def row(number: int) -> NDArray[np.float32]:
        try:
            read: NDArray[np.float32] = rows.read([number], [number + 1])[0]
        except OSError as error:
            raise EncoderError(f"the model's words cannot be read: {error}") from error
        return read

    def look_up(ids: NDArray[np.int64]) -> NDArray[np.float32]:
        found = np.empty((*ids.shape, *rows.row_shape), dtype=np.float32)
        for place, number in np.ndenumerate(ids):
            found[place] = row(int(number))
        return found

    return look_up
