"""What the answers should reach, and whether they do."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.quality.rankings import OURS
from benchmarks.quality.set_figures import REMOVED, QuestionsFigures, SetFigures
from benchmarks.quality.sets import PLACE_SETS, Group, Half
from evaluation.evaluate import Evaluation, Figure, Sentences
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
        QualityGoal(
            what=f"{name}: {wanted.what}",
            target=wanted.target,
            reported=wanted.value(by_name[name].halves[Half.B]),
            everything=wanted.value(by_name[name].everything),
            at_most=wanted.at_most,
            digits=wanted.digits,
        )
        for wanted in _TARGETS
        for name in wanted.sets or by_name
        if name in by_name
    ]


def spent_ms(evaluation: Evaluation) -> float:
    """The median milliseconds from a question's encoding to its ranking."""
    latency = evaluation.latency
    return sum((latency[one].median_ms for one in ("search", "rank") if one in latency), start=0.0)


def _ndcg(part: QuestionsFigures) -> float:
    return part.ndcg[OURS].mean


def _relative_hit(part: QuestionsFigures) -> float:
    plain = part.hit["convex 0.6"].mean
    return part.hit[OURS].mean / plain if plain else math.nan


def _seconds(part: QuestionsFigures) -> float:
    places = part.evaluation.places
    return math.nan if places is None or places.median_s is None else places.median_s


def _sentence(figure: Callable[[Sentences], Figure]) -> _Value:
    """nan if no question has a labelled answer."""
    return lambda part: (
        figure(part.evaluation.sentences).mean if part.evaluation.sentences else math.nan
    )


def _auroc(group: str) -> _Value:
    return lambda part: part.auroc[str(group)]


def _share(group: Group, outcome: Outcome) -> _Value:
    return lambda part: part.outcomes[str(group)].get(outcome, math.nan)


_ANSWERED, _NOTHING = Outcome.ANSWERED, Outcome.NOTHING_VALIDATED
_RIGHT, _MISSING, _OFF = Group.ANSWERABLE, Group.MISSING, Group.OFF_TOPIC
_SQUAD = ("squad2-dev",)
_SHORT = ("sample-short", "handbook-short")


def _shipped(name: str, right: float = 0.90) -> tuple[_Target, ...]:
    sets = (name,)
    return (
        _Target(sets, "first place right in what is ANSWERED", right,
                lambda part: part.evaluation.shipped.precision.mean),
        _Target(sets, "answerable ANSWERED", 0.60, _share(_RIGHT, _ANSWERED)),
        _Target(sets, f"{_MISSING} ANSWERED", 0.05, _share(_MISSING, _ANSWERED), at_most=True),
        _Target(sets, f"{_OFF} ANSWERED", 0.01, _share(_OFF, _ANSWERED), at_most=True),
        _Target(sets, "answerable NOTHING_VALIDATED", 0.05, _share(_RIGHT, _NOTHING), at_most=True),
    )  # fmt: skip


_TARGETS = (
    _Target(("handbook",), "nDCG@10", 0.74, _ndcg),
    _Target(("benefits",), "nDCG@10", 0.757, _ndcg),
    _Target(("product-docs",), "nDCG@10", 0.82, _ndcg),
    _Target(_SQUAD, "nDCG@10", 0.939, _ndcg),
    _Target(("talks",), "nDCG@10", 0.614, _ndcg),
    _Target(_SHORT, "hit@1", 0.80, lambda part: part.hit[OURS].mean),
    _Target(("company2",), "hit@1", 0.75, lambda part: part.hit[OURS].mean),
    _Target((), "nDCG@10 above the best plain method", 0.0,
            lambda part: _ndcg(part) - part.ndcg[part.best_plain].mean),
    _Target(("handbook",), "hit@1", 0.53, lambda part: part.hit[OURS].mean),
    _Target(("benefits", "talks"), "hit@1 relative to convex 0.6", 1.15, _relative_hit),
    _Target(("talks",), "median seconds to the start of the answer", 20, _seconds,
            at_most=True, digits=1),
    _Target(_SQUAD, "sentence holds the answer, right passage given", 0.88,
            _sentence(lambda sentences: sentences.given_passage)),
    _Target(_SQUAD, "sentence holds the answer, end to end", 0.80,
            _sentence(lambda sentences: sentences.end_to_end)),
    _Target(("benefits",), "AUROC, on topic but missing", 0.90, _auroc(_MISSING)),
    _Target(("handbook",), "AUROC, on topic but missing", 0.80, _auroc(_MISSING)),
    _Target(("handbook-more",), "AUROC, on topic but missing", 0.75, _auroc(_MISSING)),
    _Target(_SQUAD, "AUROC, right page removed", 0.88, _auroc(REMOVED)),
    _Target(_SQUAD, "AUROC, adversarial", 0.68, _auroc(_MISSING)),
    _Target((*PLACE_SETS, "product-docs"), "AUROC, off topic", 0.995, _auroc(_OFF)),
    *_shipped("sample-short"),
    *_shipped("handbook-short"),
    *_shipped("handbook"),
    *_shipped("handbook-more"),
    *_shipped("company2"),
    *_shipped("benefits", right=0.80),
)  # fmt: skip
