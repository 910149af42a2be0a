"""A file that cannot be run is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from encoder.exported.exported_encoder import TextTokenizer
from encoder.exported.runtimes import OnnxRuntime
from errors import EncoderError


def test_a_file_that_is_no_graph_or_no_tokenizer_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"no graph")
    with pytest.raises(EncoderError, match=r"onnxruntime cannot load .*broken\.onnx"):
        OnnxRuntime(broken)
    with pytest.raises(EncoderError, match=r"broken\.onnx is no tokenizer"):
        TextTokenizer(broken, 256, ["input_ids"], 0)
