"""A process that loads one encoder and encodes one question: run in a child by the benchmark.

python -m benchmarks.encode.start ours|sentence-transformers ENCODERS
prints how many seconds it took from the process's start, and its memory in MB, as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from benchmarks.memory import resident_mb

QUESTION = "How do I claim travel expenses?"


def main() -> None:
    import psutil

    began = psutil.Process().create_time()
    if sys.argv[1] == "ours":
        from encoder.loading import ExportedEncoders
        from encoder.reference import DEFAULT_MODEL

        loaded = ExportedEncoders(Path(sys.argv[2])).load(DEFAULT_MODEL)
        loaded.encoder.encode_questions([QUESTION])
    else:
        from sentence_transformers import SentenceTransformer

        from encoder.reference import DEFAULT_MODEL, model_folder

        SentenceTransformer(str(model_folder(DEFAULT_MODEL)), device="cpu").encode(QUESTION)
    print(json.dumps({"start_s": time.time() - began, "memory_mb": resident_mb()}))


if __name__ == "__main__":
    main()
