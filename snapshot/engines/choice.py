"""Which engine a folder's vectors get: one that is exact, until a faster one finds the same."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from errors import SnapshotError
from snapshot.engines import (
    AUTO,
    ENGINES,
    EngineRow,
    TunedEngine,
    TunedIndex,
    VectorIndex,
    engine,
    row_of,
)

Clock = Callable[[], float]
Measured = dict[str, int | float]
_SEED = 4
_COSINE = np.float32(0.5)
_TOP = 100  # as many as an answer asks for
_FIRST = 10


@dataclass(frozen=True, slots=True)
class Rules:
    """When the automatic choice takes an engine that is not exact: if it finds that share of what
    the exact search finds, at the first of those `k_factors` that does, for that many questions
    made of the folder's own vectors."""

    least_recall: float = 0.99
    k_factors: tuple[float, ...] = (10, 20, 40, 80)
    questions: int = 100


RULES = Rules()


@dataclass(frozen=True, slots=True)
class Chosen:
    """The engine that wrote the vectors, and what was measured before it was chosen."""

    engine: str
    measured: Measured = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Found:
    """The rows (q, 100) that an engine finds for some questions, and its median time."""

    rows: NDArray[np.int64]
    took_ms: float

    def recall(self, true: _Found, first: int) -> float:
        """The share of the true `first` rows that are among the `first` of these."""
        pairs = zip(self.rows[:, :first], true.rows[:, :first], strict=True)
        return float(np.mean([np.isin(right, own).mean() for own, right in pairs]))


def build(
    asked: str,
    vectors: NDArray[np.float32],
    folder: Path,
    rules: Rules = RULES,
    clock: Clock = time.perf_counter,
) -> Chosen:
    """Writes the vectors (n, dim) into the folder by the engine of that name, or for "auto" by
    the one that suits them; `clock` tells seconds. Raises SnapshotError as `engine` does, and if
    the file cannot be written."""
    measured: Measured = {}
    for row in _automatic(len(vectors)) if asked == AUTO else [row_of(asked)]:
        module = engine(row.name)
        if not row.is_tuned:
            module.build(vectors, folder)
            return Chosen(row.name, measured)
        index = cast("TunedEngine", module).index(vectors)
        questions = pseudo_questions(vectors, rules.questions)
        measured, passed = _fit(index, questions, rules, clock)
        if asked == row.name or passed:
            index.save(folder)
            return Chosen(row.name, measured)
        del index  # it is as large as the vectors
    raise SnapshotError(f"no engine takes {len(vectors)} passages by itself: set SIGNPOST_ENGINE")


def _automatic(count: int) -> list[EngineRow]:
    """The engines that a folder of so many passages may get, for large folders first."""
    may_take = [
        (row.automatic_from, row)
        for row in ENGINES.values()
        if row.automatic_from is not None and row.automatic_from <= count
    ]
    return [row for _, row in sorted(may_take, key=lambda pair: pair[0], reverse=True)]


def _fit(
    index: TunedIndex, questions: NDArray[np.float32], rules: Rules, clock: Clock
) -> tuple[Measured, bool]:
    """Gives the index the first `k_factor` that finds enough, or else the last one at which it
    still goes by its codes. Returns what was measured with it, which is empty if there is no such
    one, and whether the index finds enough and is faster than the exact search."""
    true = _ask(index.exact, questions, clock)
    measured: Measured = {}
    for k_factor in rules.k_factors:
        if not index.narrows(_TOP, k_factor):
            break
        index.k_factor = k_factor
        found = _ask(index, questions, clock)
        recalls = [found.recall(true, _FIRST), found.recall(true, _TOP)]
        measured = {
            "k_factor": k_factor,
            "recall_at_10": round(recalls[0], 4),
            "recall_at_100": round(recalls[1], 4),
            "search_ms": round(found.took_ms, 3),
            "exact_ms": round(true.took_ms, 3),
        }
        if min(recalls) >= rules.least_recall:
            return measured, found.took_ms < true.took_ms
    return measured, False


def _ask(index: VectorIndex, questions: NDArray[np.float32], clock: Clock) -> _Found:
    """One question at a time, as they are asked."""
    rows, took = [], []
    for question in questions:
        started = clock()
        rows.append(index.search(question[None], _TOP)[1][0])
        took.append(clock() - started)
    return _Found(np.stack(rows), 1_000 * statistics.median(took))


def pseudo_questions(vectors: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Vectors (q, dim) that are as hard to search for as questions, the same for the same vectors.

    Each is a passage's, turned in a random direction until half its cosine is left. Real questions
    have a cosine of 0.55 to 0.7 with their best passage, and their recall is as high as that of
    these or higher. Passages as they are would flatter: they lie among their neighbours.
    """
    random = np.random.default_rng(_SEED)
    rows = random.choice(len(vectors), size=min(count, len(vectors)), replace=False)
    passages = np.asarray(vectors[np.sort(rows)], dtype=np.float32)
    noise = random.standard_normal(passages.shape).astype(np.float32)
    noise -= np.einsum("qd,qd->q", noise, passages)[:, None] * passages
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    return _COSINE * passages + np.float32(np.sqrt(1 - _COSINE**2)) * noise
