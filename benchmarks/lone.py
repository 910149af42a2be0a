"""What is measured in a process of its own, which `processes.alone` starts. Imports are a part of
what some of it measures, and so stand in the functions."""

from __future__ import annotations

import http.client
import time
from pathlib import Path

from benchmarks.processes import resident_mb

_QUESTION = "How do I claim travel expenses?"
_EVERY_S = 0.01


def first_vector(encoders: str) -> dict[str, float]:
    """Seconds from the process's start until one question was encoded, and the memory then: by
    the encoder in that folder, or by sentence-transformers if none is named."""
    import psutil

    from encoder.reference import DEFAULT_MODEL, model_folder

    began = psutil.Process().create_time()
    if encoders:
        from encoder.loading import ExportedEncoders

        loaded = ExportedEncoders(Path(encoders)).load(DEFAULT_MODEL)  # kept until memory is read
        loaded.encoder.encode_questions([_QUESTION])
    else:
        from sentence_transformers import SentenceTransformer

        SentenceTransformer(str(model_folder(DEFAULT_MODEL)), device="cpu").encode(_QUESTION)
    return {"start_s": time.time() - began, "memory_mb": resident_mb()}


def floor_ms(snapshots: Path, texts: list[str], settle: int = 20) -> float:
    """The processor time that an answer needs without a server, in ms a question: encoding and
    search. The first `settle` questions are not counted."""
    from benchmarks.product import load_encoder
    from retrieval.answer import Question
    from retrieval.retriever import Retriever
    from retrieval.serving.machine import limit_blas_threads
    from snapshot.store import SnapshotStore

    limit_blas_threads()
    retriever = Retriever(SnapshotStore(snapshots).open(), load_encoder(snapshots))
    for text in texts[:settle]:
        retriever.answer(Question(text))
    took_ms = 0.0
    for text in texts[settle:]:
        stages_ms = retriever.answer(Question(text, top_k=3, hits_each=1)).stages_ms
        took_ms += stages_ms["encode"] + stages_ms.get("search", 0.0)
    return took_ms / len(texts[settle:])


def lags_ms(port: int, seconds: float) -> list[float]:
    """How long a server took to say that it is well, asked every 10 ms. On a busy machine that
    includes the wait for a processor: an upper bound of its loop's lag."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    took_ms: list[float] = []
    ends_at = time.perf_counter() + seconds
    while (started := time.perf_counter()) < ends_at:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
        took_ms.append((time.perf_counter() - started) * 1000)
        time.sleep(max(0.0, _EVERY_S - took_ms[-1] / 1000))
    return took_ms
