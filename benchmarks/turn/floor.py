"""The processor time that an answer needs in process, without a server: prints ms a question.

`--settle` questions come first and are not counted.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from encoder.exported.description import Precision
from encoder.loading import ExportedEncoders
from retrieval.answer import Question
from retrieval.retriever import Retriever
from retrieval.serving.machine import limit_blas_threads
from settings import load_settings
from snapshot.store import SnapshotStore


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--snapshots", type=Path, required=True)
    parser.add_argument("--settle", type=int, default=20)
    arguments = parser.parse_args()
    texts = json.load(sys.stdin)
    limit_blas_threads()
    settings, store = load_settings(), SnapshotStore(arguments.snapshots)
    encoders = ExportedEncoders(store.encoders)
    loaded = encoders.load(settings.model, Precision.of_setting(settings.precision))
    retriever = Retriever(store.open(), loaded.encoder)
    for text in texts[: arguments.settle]:
        retriever.answer(Question(text))
    measured = texts[arguments.settle :]
    took_ms = 0.0
    for text in measured:
        stages_ms = retriever.answer(Question(text, top_k=3, hits_each=1)).stages_ms
        took_ms += stages_ms["encode"] + stages_ms.get("search", 0.0)
    print(took_ms / len(measured))


if __name__ == "__main__":
    main()
