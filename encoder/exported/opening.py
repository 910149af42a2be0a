"""An exported encoder is opened: what a server does at its start, so nothing here needs torch."""

from __future__ import annotations

from pathlib import Path

from encoder.exported.description import BFLOAT16, GRAPHS, Description, Precision
from encoder.exported.encoder import ExportedEncoder, Prompts, cores
from encoder.exported.onnx_runtime import OnnxRuntime
from encoder.exported.runtime import Runtime
from encoder.exported.texts import TextTokenizer
from encoder.exported.words import WordTable

TOKENIZER = "tokenizer.json"
WORD_TABLE = "words.npy"  # where the graphs could do without


def open_encoder(folder: Path, description: Description, questions: Precision) -> ExportedEncoder:
    """Questions in the precision given, passages in the fingerprint's. Raises EncoderError where a
    file is missing or damaged."""
    fingerprint = description.fingerprint
    # OpenVINO's buffers for one more caller take 20 MB, and one encodes 300 questions a second.
    asked = _open(folder, questions, fingerprint.max_tokens, callers=1)

    def load_passages() -> Runtime:
        precision = Precision(fingerprint.precision)
        # Those of another machine can be compared with what this one gives.
        possible = precision if can_run(precision) else Precision.FLOAT32
        return _open(folder, possible, fingerprint.max_tokens, callers=cores(), whole=True)

    return ExportedEncoder(
        fingerprint,
        TextTokenizer(
            folder / TOKENIZER, fingerprint.max_tokens, description.inputs, description.pad_id
        ),
        asked,
        load_passages,
        Prompts(description.prompts["question"], description.prompts["passage"]),
        # In 8-bit integers a text's vector depends on the texts beside it.
        batches_questions=questions is not Precision.INT8,
    )


def can_run(precision: Precision) -> bool:
    """Whether this machine runs that precision at its own speed: an export may be from another."""
    if precision is not Precision.BFLOAT16:
        return True
    try:
        from encoder.exported.openvino_runtime import knows_bfloat16

        return knows_bfloat16()
    except (ImportError, OSError, RuntimeError):  # it is not installed, or not for this machine
        return False


def _open(
    folder: Path, precision: Precision, max_tokens: int, *, callers: int, whole: bool = False
) -> Runtime:
    """Made for so many callers at once; more may be, and wait. `whole` takes all of the model's
    words into memory."""
    if precision is Precision.BFLOAT16:
        from encoder.exported.openvino_runtime import OpenVinoRuntime

        runtime: Runtime = OpenVinoRuntime(folder / BFLOAT16, max_tokens, callers)
    else:
        runtime = OnnxRuntime(folder / GRAPHS[precision])
    table = folder / WORD_TABLE
    return WordTable(table, runtime, whole=whole) if table.is_file() else runtime
