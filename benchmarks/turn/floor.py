"""The processor time that an answer needs in process, without a server: prints ms a question.

`--settle` questions come first and are not counted.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from index.exported.description import Precision
from index.exported.library import ExportedEncoders
from index.store import SnapshotStore
from index.threads import limit_blas_threads
from retrieval.models import Question
from retrieval.retriever import Retriever
from settings import load_settings


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--snapshots", type=Path, required=True)
    parser.add_argument("--settle", type=int, default=20)
    arguments = parser.parse_args()
    texts = json.load(sys.stdin)
    limit_blas_threads()
    settings, store = load_settings(), SnapshotStore(arguments.snapshots)
    encoders = ExportedEncoders(store.encoders)
    loaded = encoders.load(settings.model, Precision(settings.precision))
    retriever = Retriever(store.open(), loaded.encoder)
    for text in texts[: arguments.settle]:
        retriever.answer(Question(text))
    measured = texts[arguments.settle :]
    before = time.process_time()
    for text in measured:
        retriever.answer(Question(text))
    print((time.process_time() - before) * 1000 / len(measured))


if __name__ == "__main__":
    main()
