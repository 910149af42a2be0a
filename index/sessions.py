"""How onnxruntime runs graphs here: by the thread that calls, and keeping nothing for later."""

from __future__ import annotations

from pathlib import Path

import onnxruntime


def open_session(path: Path) -> onnxruntime.InferenceSession:
    """Callers may be several at once, one core each. Raises what onnxruntime raises, whose classes
    derive from nothing narrower than Exception, where the file is no graph."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # The arena keeps what its largest batch once took, of no use to single questions.
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
