"""What came of the questions becomes the figures of the page, for each half and for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from benchmarks.quality.asking import AskedSet, Compared, Loss, worst
from benchmarks.quality.rankings import OURS, PLAIN
from benchmarks.quality.sets import Group, Half, half_of
from evaluation import metrics
from evaluation.evaluate import Evaluation, Figure, measure, outcome_shares
from evaluation.observations import Observation
from retrieval.answer import Outcome

REMOVED = "right page removed"


@dataclass(frozen=True, slots=True)
class Choosing:
    """How right the marked sentence is (see `asking.Marked`); the median in seconds is None
    without recordings."""

    end_to_end: Figure
    given: Figure
    place: Figure
    median_s: float | None


@dataclass(frozen=True, slots=True)
class QuestionsFigures:
    """Figures of one half of a set, or of all of it. By method: nDCG@10 and hit@1; by ablation:
    mean nDCG@10; by what sets the sentence: how right it is. `auroc` tells answerable questions
    from each other group, and from themselves with the right page removed; `outcomes` are the
    shares in each group."""

    questions: Mapping[str, int]
    evaluation: Evaluation
    ndcg: Mapping[str, Figure]
    hit: Mapping[str, Figure]
    auroc: Mapping[str, float]
    outcomes: Mapping[str, Mapping[Outcome, float]]
    ablated: Mapping[str, float]
    choosing: Mapping[str, Choosing]

    @property
    def best_plain(self) -> str:
        """The plain method of the highest nDCG@10."""
        return max(PLAIN, key=lambda name: np.nan_to_num(self.ndcg[name].mean, nan=-1))

    @property
    def best_plain_hit(self) -> str:
        return max(PLAIN, key=lambda name: np.nan_to_num(self.hit[name].mean, nan=-1))


@dataclass(frozen=True, slots=True)
class SetFigures:
    """Of one set. `answered` and `closest` are the thresholds of its snapshot."""

    name: str
    corpus: str
    resources: int
    passages: int
    answered: float
    closest: float
    everything: QuestionsFigures
    halves: Mapping[Half, QuestionsFigures]
    losses: tuple[Loss, ...] = field(default=())


def figures(asked: AskedSet) -> SetFigures:
    """All figures of a set."""
    manifest = asked.snapshot.manifest
    everything = _part(asked)
    return SetFigures(
        name=asked.labelled.name,
        corpus=asked.labelled.corpus,
        resources=manifest.counts.resources,
        passages=manifest.counts.passages,
        answered=manifest.calibration.answered,
        closest=manifest.calibration.closest,
        everything=everything,
        halves={half: _part(_half(asked, half)) for half in Half},
        losses=tuple(worst(asked.compared, everything.best_plain)),
    )


def _half(asked: AskedSet, half: Half) -> AskedSet:
    return replace(
        asked,
        seen=tuple(one for one in asked.seen if half_of(one.question) is half),
        compared=tuple(one for one in asked.compared if half_of(one.question) is half),
    )


def _part(asked: AskedSet) -> QuestionsFigures:
    groups: dict[str, list[Observation]] = {str(group): [] for group in Group}
    for one in asked.seen:
        groups[asked.labelled.group(one.question)].append(one)
    compared = asked.compared
    return QuestionsFigures(
        questions={name: len(seen) for name, seen in groups.items()},
        evaluation=measure(asked.seen, kind=asked.labelled.kind),
        ndcg={name: Figure.of(one.ndcg[name] for one in compared) for name in (OURS, *PLAIN)},
        hit={name: Figure.of(one.hit[name] for one in compared) for name in (OURS, *PLAIN)},
        auroc=_auroc(groups, compared),
        outcomes={
            name: outcome_shares([one.outcome for one in seen]) for name, seen in groups.items()
        },
        ablated=_ablated(compared),
        choosing=_choosing(compared),
    )


def _auroc(
    groups: Mapping[str, Sequence[Observation]], compared: Sequence[Compared]
) -> dict[str, float]:
    sure = {name: [one.confidence for one in seen] for name, seen in groups.items()}
    sure[REMOVED] = [one.removed for one in compared if one.removed is not None]
    positive = sure.pop(Group.ANSWERABLE)
    return {str(name): metrics.auroc(positive, negative) for name, negative in sure.items()}


def _ablated(compared: Sequence[Compared]) -> dict[str, float]:
    names = compared[0].ablated if compared else ()
    return {name: float(np.mean([one.ablated[name] for one in compared])) for name in names}


def _choosing(compared: Sequence[Compared]) -> dict[str, Choosing]:
    chosen = {}
    for name in compared[0].marked if compared else ():
        marked = [one.marked[name] for one in compared]
        seconds = [one.distance_s for one in marked if one.distance_s is not None]
        chosen[name] = Choosing(
            end_to_end=Figure.of(one.end_to_end for one in marked),
            given=Figure.of(one.given for one in marked),
            place=Figure.of(one.place for one in marked),
            median_s=float(np.median(seconds)) if seconds else None,
        )
    return chosen
