"""The lexical index at size: what a question costs in it, and what a process that opened it holds.

`build` and `search` run in processes of their own (see `benchmarks.scale.child`).
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.memory import peak_mb, private_mb, resident_mb
from benchmarks.scale.synthetic import texts
from snapshot import lexical

_TOP = 1_000  # as many as an answer asks for
_PASSAGES = 14  # of one resource
_WARM = 5


def build(source: str, count: int, folder: str) -> dict[str, Any]:
    """An index of `count` passages made of the texts in a JSON file."""
    real = json.loads(Path(source).read_text(encoding="utf-8"))
    started = time.perf_counter()
    passages = ((row // _PASSAGES, text) for row, text in enumerate(texts(real, count)))
    lexical.build(passages, Path(folder))
    took = time.perf_counter() - started
    size = sum(path.stat().st_size for path in Path(folder).rglob("*"))
    return {"build_s": took, "disk_mb": size / 1e6, "peak_mb": peak_mb()}


def search(folder: str, questions: str, hidden: float, budget_s: float) -> dict[str, Any]:
    """Milliseconds to open, p50 and p99 of a question with that share of resources hidden."""
    before, before_private = resident_mb(), private_mb()
    started = time.perf_counter()
    index = lexical.load(Path(folder))
    load_ms = 1_000 * (time.perf_counter() - started)
    opened = resident_mb()
    resources = -(-index.count // _PASSAGES)
    excluded = np.flatnonzero(np.random.default_rng(7).random(resources) < hidden).tolist()
    asked = json.loads(Path(questions).read_text(encoding="utf-8"))
    for question in asked[:_WARM]:
        index.search(question, _TOP, excluded)
    took = []
    end = time.perf_counter() + budget_s
    for question in asked:
        started = time.perf_counter()
        index.search(question, _TOP, excluded)
        took.append(1_000 * (time.perf_counter() - started))
        if time.perf_counter() > end:
            break
    return {
        "load_ms": load_ms,
        "p50_ms": float(np.percentile(took, 50)),
        "p99_ms": float(np.percentile(took, 99)),
        "samples": len(took),
        "opening_mb": opened - before,
        "searching_mb": resident_mb() - before,
        "searching_private_mb": private_mb() - before_private,
    }
