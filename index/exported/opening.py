"""An exported encoder is opened: what a server does at its start, so nothing here needs torch."""

from __future__ import annotations

from pathlib import Path

from index.exported.description import Description, Precision
from index.exported.encoder import ExportedEncoder, Prompts, cores
from index.exported.onnx_runtime import OnnxRuntime
from index.exported.runtime import Runtime
from index.exported.texts import TextTokenizer
from index.exported.words import WordTable

TOKENIZER = "tokenizer.json"
FLOAT32 = "float32.onnx"
BFLOAT16 = "bfloat16.xml"
INT8 = "int8.onnx"
WORD_TABLE = "words.npy"  # of the graphs that onnxruntime runs, where they could do without
# Each graph's weights lie beside it in a file that ends in ".bin".
GRAPHS = {Precision.FLOAT32: FLOAT32, Precision.BFLOAT16: BFLOAT16, Precision.INT8: INT8}


def open_encoder(folder: Path, description: Description, questions: Precision) -> ExportedEncoder:
    """Questions in the precision given, passages in the fingerprint's. Raises EncoderError where a
    file is missing or damaged."""
    fingerprint = description.fingerprint
    asked = _open(folder, GRAPHS[questions])

    def load_passages() -> Runtime:
        if fingerprint.precision == Precision.BFLOAT16:
            from index.exported.openvino_runtime import OpenVinoRuntime

            return OpenVinoRuntime(folder / BFLOAT16, cores())
        return asked if questions is Precision.FLOAT32 else _open(folder, FLOAT32)

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


def _open(folder: Path, graph: str) -> Runtime:
    runtime, table = OnnxRuntime(folder / graph), folder / WORD_TABLE
    return WordTable(table, runtime) if table.is_file() else runtime
