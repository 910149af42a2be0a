"""What the answers should reach, and whether they do."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.quality.rankings import OURS
from benchmarks.quality.set_figures import REMOVED, QuestionsFigures, SetFigures
from benchmarks.quality.sets import Group, Half
from evaluation.evaluate import Evaluation
from retrieval.answer import Outcome

MOST_MS = 10
_Value = Callable[[QuestionsFigures], float]


@dataclass(frozen=True, slots=True)
class QualityGoal:
    """`reported` is the figure of half B, `everything` that of all questions; nan if a set has no
    such questions."""

    what: str
    target: float
    reported: float
    everything: float
    at_most: bool = False
    digits: int = 3

    @property
    def reached(self) -> bool | None:
        """By half B; None if it says nothing."""
        if math.isnan(self.reported):
            return None
        return self.reported <= self.target if self.at_most else self.reported >= self.target


@dataclass(frozen=True, slots=True)
class _Target:
    """Of those sets, of every one if none is named."""

    sets: tuple[str, ...]
    what: str
    target: float
    value: _Value
    at_most: bool = False
    digits: int = 3


def goals(sets: Sequence[SetFigures]) -> list[QualityGoal]:
    """Those of the sets that were measured."""
    by_name = {one.name: one for one in sets}
    return [
        _judged(one, by_name[name])
        for one in _TARGETS
        for name in one.sets or by_name
        if name in by_name
        and (one is not _OFF_TOPIC or by_name[name].everything.questions[Group.OFF_TOPIC])
    ]


def _judged(wanted: _Target, one: SetFigures) -> QualityGoal:
    reported, everything = map(wanted.value, (one.halves[Half.B], one.everything))
    what = f"{one.name}: {wanted.what}"
    return QualityGoal(what, wanted.target, reported, everything, wanted.at_most, wanted.digits)


def spent_ms(evaluation: Evaluation) -> float:
    """The median milliseconds from a question's encoding to its ranking."""
    stages: Mapping[str, float] = {
        name: found.median_ms for name, found in evaluation.latency.items()
    }
    return stages.get("search", 0.0) + stages.get("rank", 0.0)


def _ndcg(part: QuestionsFigures) -> float:
    return part.ndcg[OURS].mean


def _hit(part: QuestionsFigures) -> float:
    return part.hit[OURS].mean


def _lead(part: QuestionsFigures) -> float:
    return part.ndcg[OURS].mean - part.ndcg[part.best_plain].mean


def _hit_over_convex(part: QuestionsFigures) -> float:
    plain = part.hit["convex 0.6"].mean
    return part.hit[OURS].mean / plain if plain else math.nan


def _seconds(part: QuestionsFigures) -> float:
    places = part.evaluation.places
    return math.nan if places is None or places.median_s is None else places.median_s


def _given(part: QuestionsFigures) -> float:
    sentences = part.evaluation.sentences
    return sentences.given_passage.mean if sentences else math.nan


def _end_to_end(part: QuestionsFigures) -> float:
    sentences = part.evaluation.sentences
    return sentences.end_to_end.mean if sentences else math.nan


def _precision(part: QuestionsFigures) -> float:
    return part.evaluation.shipped.precision.mean


def _auroc(group: str) -> _Value:
    return lambda part: part.auroc[str(group)]


def _share(group: Group, outcome: Outcome) -> _Value:
    return lambda part: part.outcomes[str(group)].get(outcome, math.nan)


def _shipped(name: str) -> tuple[_Target, ...]:
    answered, nothing = Outcome.ANSWERED, Outcome.NOTHING_VALIDATED
    right, missing, off = Group.ANSWERABLE, Group.MISSING, Group.OFF_TOPIC
    sets = (name,)
    return (
        _Target(sets, "first place right in what is ANSWERED", 0.75, _precision),
        _Target(sets, "answerable ANSWERED", 0.60, _share(right, answered)),
        _Target(sets, f"{missing} ANSWERED", 0.20, _share(missing, answered), at_most=True),
        _Target(sets, f"{off} ANSWERED", 0.01, _share(off, answered), at_most=True),
        _Target(sets, "answerable NOTHING_VALIDATED", 0.05, _share(right, nothing), at_most=True),
    )


_SQUAD = ("squad2-dev",)
_START = "median seconds to the start of the answer"
_GIVEN = "sentence holds the answer, right passage given"
_MISSING = "AUROC, on topic but missing"
_OFF_TOPIC = _Target((), "AUROC, off topic", 0.995, _auroc(Group.OFF_TOPIC))
_TARGETS = (
    _Target(("handbook",), "nDCG@10", 0.66, _ndcg),
    _Target(("benefits",), "nDCG@10", 0.76, _ndcg),
    _Target(("product-docs",), "nDCG@10", 0.86, _ndcg),
    _Target(_SQUAD, "nDCG@10", 0.93, _ndcg),
    _Target(("talks",), "nDCG@10", 0.48, _ndcg),
    _Target((), "nDCG@10 above the best plain method", 0.0, _lead),
    _Target(("handbook",), "hit@1", 0.53, _hit),
    _Target(("benefits", "talks"), "hit@1 relative to convex 0.6", 1.15, _hit_over_convex),
    _Target(("talks",), _START, 20, _seconds, at_most=True, digits=1),
    _Target(_SQUAD, _GIVEN, 0.88, _given),
    _Target(_SQUAD, "sentence holds the answer, end to end", 0.80, _end_to_end),
    _Target(("benefits",), _MISSING, 0.90, _auroc(Group.MISSING)),
    _Target(("handbook",), _MISSING, 0.80, _auroc(Group.MISSING)),
    _Target(_SQUAD, "AUROC, right page removed", 0.88, _auroc(REMOVED)),
    _Target(_SQUAD, "AUROC, adversarial", 0.68, _auroc(Group.MISSING)),
    _OFF_TOPIC,
    *_shipped("handbook"),
    *_shipped("benefits"),
)
