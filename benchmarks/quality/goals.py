"""What the answers should reach, and whether they do."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.quality.figures import REMOVED, Part, SetFigures
from benchmarks.quality.methods import OURS
from benchmarks.quality.sets import Group, Half
from evaluation.evaluate import Evaluation
from retrieval.answer import Outcome

MOST_MS = 10
_RANKING = ("search", "rank")
_Value = Callable[[Part], float]
_NDCG = {
    "handbook": 0.66,
    "benefits": 0.76,
    "product-docs": 0.86,
    "squad2-dev": 0.93,
    "talks": 0.48,
}


@dataclass(frozen=True, slots=True)
class Goal:
    """`reported` is the figure of half B, `everything` that of all questions; nan where a set has
    no such questions."""

    what: str
    target: float
    reported: float
    everything: float
    at_most: bool = False
    digits: int = 3

    @property
    def reached(self) -> bool | None:
        """By half B; None where it says nothing."""
        if math.isnan(self.reported):
            return None
        if self.at_most:
            return self.reported <= self.target
        return self.reported >= self.target


def goals(sets: Sequence[SetFigures]) -> list[Goal]:
    """Those of the sets that were measured."""
    by_name = {one.name: one for one in sets}
    return [goal for one in (_ranking, _opening, _honesty, _shipped) for goal in one(by_name)]


def spent_ms(evaluation: Evaluation) -> float:
    """The median milliseconds from a question's encoding to its ranking."""
    return sum(
        evaluation.latency[name].median_ms for name in _RANKING if name in evaluation.latency
    )


def _goal(
    figures: SetFigures,
    what: str,
    target: float,
    value: _Value,
    *,
    at_most: bool = False,
    digits: int = 3,
) -> Goal:
    return Goal(
        f"{figures.name}: {what}",
        target,
        value(figures.halves[Half.B]),
        value(figures.everything),
        at_most,
        digits,
    )


def _ranking(sets: Mapping[str, SetFigures]) -> Iterator[Goal]:
    for name, target in _NDCG.items():
        if name in sets:
            yield _goal(sets[name], "nDCG@10", target, lambda part: part.ndcg[OURS].mean)
    for one in sets.values():
        yield _goal(one, "nDCG@10 above the best plain method", 0.0, _lead)
    if "handbook" in sets:
        yield _goal(sets["handbook"], "hit@1", 0.53, lambda part: part.hit[OURS].mean)
    for name in ("benefits", "talks"):
        if name in sets:
            yield _goal(sets[name], "hit@1 relative to convex 0.6", 1.15, _hit_over_convex)


def _opening(sets: Mapping[str, SetFigures]) -> Iterator[Goal]:
    if "talks" in sets:
        what = "median seconds to the start of the answer"
        yield _goal(sets["talks"], what, 20, _seconds, at_most=True, digits=1)
    if "squad2-dev" in sets:
        squad = sets["squad2-dev"]
        yield _goal(squad, "sentence holds the answer, right passage given", 0.88, _given)
        yield _goal(squad, "sentence holds the answer, end to end", 0.80, _end_to_end)


def _honesty(sets: Mapping[str, SetFigures]) -> Iterator[Goal]:
    for name, target in (("benefits", 0.90), ("handbook", 0.80)):
        if name in sets:
            yield _goal(sets[name], "AUROC, on topic but missing", target, _auroc(Group.MISSING))
    if "squad2-dev" in sets:
        squad = sets["squad2-dev"]
        yield _goal(squad, "AUROC, right page removed", 0.88, _auroc(REMOVED))
        yield _goal(squad, "AUROC, adversarial", 0.68, _auroc(Group.MISSING))
    for one in sets.values():
        if one.everything.questions[Group.OFF_TOPIC]:
            yield _goal(one, "AUROC, off topic", 0.995, _auroc(Group.OFF_TOPIC))


def _shipped(sets: Mapping[str, SetFigures]) -> Iterator[Goal]:
    for name in ("handbook", "benefits"):
        if name not in sets:
            continue
        one = sets[name]
        yield _goal(
            one,
            "first place right in what is ANSWERED",
            0.75,
            lambda part: part.evaluation.shipped.precision.mean,
        )
        yield _goal(one, "answerable ANSWERED", 0.60, _share(Group.ANSWERABLE, Outcome.ANSWERED))
        for group, most in ((Group.MISSING, 0.20), (Group.OFF_TOPIC, 0.01)):
            share = _share(group, Outcome.ANSWERED)
            yield _goal(one, f"{group} ANSWERED", most, share, at_most=True)
        nothing = _share(Group.ANSWERABLE, Outcome.NOTHING_VALIDATED)
        yield _goal(one, "answerable NOTHING_VALIDATED", 0.05, nothing, at_most=True)


def _lead(part: Part) -> float:
    return part.ndcg[OURS].mean - part.ndcg[part.best_plain].mean


def _hit_over_convex(part: Part) -> float:
    plain = part.hit["convex 0.6"].mean
    return part.hit[OURS].mean / plain if plain else math.nan


def _seconds(part: Part) -> float:
    places = part.evaluation.places
    return math.nan if places is None or places.median_s is None else places.median_s


def _given(part: Part) -> float:
    sentences = part.evaluation.sentences
    return sentences.given_passage.mean if sentences else math.nan


def _end_to_end(part: Part) -> float:
    sentences = part.evaluation.sentences
    return sentences.end_to_end.mean if sentences else math.nan


def _auroc(group: str) -> _Value:
    return lambda part: part.auroc[str(group)]


def _share(group: Group, outcome: Outcome) -> _Value:
    return lambda part: part.outcomes[str(group)].get(outcome, math.nan)
