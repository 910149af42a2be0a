"""What every peer is given: the passages of one snapshot, and questions about them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.product import texts_of
from benchmarks.quality.sets import WORKPLACE, Half, half_of, load_sets
from errors import ContentError
from evaluation import metrics
from evaluation.labelled import GoldKind, LabelledQuestion
from index.golden.places import place_name
from index.golden.questions import load_golden
from snapshot.reading import Snapshot
from snapshot.store import SnapshotStore

RANKED = 30
_MEASURED = 10


@dataclass(frozen=True, slots=True)
class Work:
    """`texts` are what is encoded for the snapshot's passages, in row order; `snapshots` is the
    folder in which the snapshot is active."""

    snapshots: Path
    snapshot: Snapshot
    texts: tuple[str, ...]
    questions: tuple[LabelledQuestion, ...]

    def ndcg(self, question: LabelledQuestion, rows: Iterable[int]) -> float:
        """nDCG@10 of the places in which those passages lie, each counted once."""
        names = dict.fromkeys(self._name(row, question.gold) for row in rows)
        return metrics.ndcg(list(names)[:_MEASURED], question.gold, _MEASURED)

    def _name(self, row: int, gold: Iterable[str]) -> str:
        """A right answer may be a place, or a file as a whole."""
        path = self.snapshot.resources[self.snapshot.owners[row]].path
        name = place_name(path, self.snapshot.passage(row).locator, gold)
        return name if name in gold or path not in gold else path


def gather(snapshots: Path, evaluations: Path, content: Path, questions: int) -> Work:
    """The active snapshot with at most so many of the questions that somebody has labelled for it:
    those of the labelled sets that nothing was tuned on, or the content folder's golden ones.
    Follow-ups are left out, for only Signpost takes the question before. Raises SignpostError;
    ContentError if nobody has labelled a question for this content."""
    snapshot = SnapshotStore(snapshots).open()
    served = {resource.path for resource in snapshot.resources}
    asked = [one for one in _labelled(evaluations) if _files(one) <= served]
    asked = asked or [one for one in _golden(content) if _files(one) <= served]
    if not asked:
        raise ContentError(f"no labelled question is about what {snapshots} serves")
    texts = tuple(texts_of(snapshot))
    return Work(snapshots, snapshot, texts, tuple(spread(asked, questions)))


def spread(questions: Sequence[LabelledQuestion], count: int) -> list[LabelledQuestion]:
    """At most `count` of them, evenly from all."""
    chosen = np.linspace(0, len(questions) - 1, min(count, len(questions)))
    return [questions[round(float(number))] for number in chosen]


def digest(texts: Sequence[str]) -> str:
    """12 hex digits that tell these texts from others."""
    return hashlib.sha256(json.dumps(list(texts)).encode()).hexdigest()[:12]


def _labelled(folder: Path) -> list[LabelledQuestion]:
    if not folder.is_dir():
        return []
    return [
        question
        for one in load_sets(folder)
        if one.corpus == WORKPLACE and one.kind is GoldKind.PLACES
        for question in one.questions
        if question.is_answerable and not question.context and half_of(question) is Half.B
    ]


def _golden(content: Path) -> list[LabelledQuestion]:
    return [
        LabelledQuestion(id=one.where, text=one.text, gold=dict.fromkeys(one.places, 1))
        for one in load_golden(content).questions
        if one.places and not one.context and not one.audience
    ]


def _files(question: LabelledQuestion) -> set[str]:
    return {place.partition("#")[0] for place in question.gold}
