"""Observations of a retriever become figures: what each one means, and how it is measured."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

import numpy as np

from evaluation import metrics
from evaluation.labelled import GoldKind, LabelledQuestion
from evaluation.observations import Answering, Observation, observe
from index.progress import Progress, silent
from retrieval.answer import Outcome

_KEPT = 0.9


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over `count` questions, with its bootstrap 95 % interval; nan over none."""

    mean: float
    low: float
    high: float
    count: int

    @classmethod
    def of(cls, values: Iterable[float | bool | None]) -> Figure:
        """None is a question that the figure says nothing about."""
        known = [float(value) for value in values if value is not None]
        mean = sum(known) / len(known) if known else math.nan
        return cls(mean, *metrics.bootstrap_interval(known), count=len(known))


@dataclass(frozen=True, slots=True)
class Ranking:
    """How high the right places or documents of the answerable questions rank."""

    ndcg_at_10: Figure
    mrr_at_10: Figure
    recall_at_5: Figure
    hit_at_1: Figure


@dataclass(frozen=True, slots=True)
class Places:
    """Whether the first passage opens at a right page, section or stretch of a recording. In a
    recording, seconds are counted from the start of the nearest right stretch: `median_s` over all
    that open the right recording, `median_s_inside` over those that open within a right stretch;
    None if there are none."""

    accuracy: Figure
    median_s: float | None
    median_s_inside: float | None


@dataclass(frozen=True, slots=True)
class Sentences:
    """How often the marked sentence holds a gold string: that of the first passage, and that of
    the best right passage, if there is one and it holds such a string at all."""

    end_to_end: Figure
    given_passage: Figure


@dataclass(frozen=True, slots=True)
class Abstention:
    """How well confidence tells answerable questions from the others: its AUROC, and the share of
    the others that is still answered by the threshold that keeps 90 % of the answerable. nan if
    there are none of one kind."""

    auroc: float
    answered_at_90_kept: float
    answerable: int
    unanswerable: int


@dataclass(frozen=True, slots=True)
class Shipped:
    """What the snapshot's own thresholds make of the questions.

    `answerable` and `unanswerable` are the shares of each outcome. `precision` is how often the
    first place shown is right if a question is ANSWERED; one that is not answerable has no right
    place. `precision_of_answerable` leaves such questions out. The calibration error says how far
    confidence lies from how often the first place shown is right.
    """

    answerable: Mapping[Outcome, float]
    unanswerable: Mapping[Outcome, float]
    precision: Figure
    precision_of_answerable: Figure
    calibration_error: float


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds."""

    median_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class FollowUps:
    """Questions that lean on the one before them."""

    with_context: Ranking
    without_context: Ranking


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All of it. `places` is None for documents, `sentences` without gold strings, `follow_ups`
    without contexts; `by_kind` is empty unless questions are of several kinds. `not_served` are
    the right answers that the snapshot does not hold, so that nothing could find them."""

    questions: int
    ranking: Ranking
    places: Places | None
    sentences: Sentences | None
    abstention: Abstention
    shipped: Shipped
    latency: Mapping[str, Latency]
    follow_ups: FollowUps | None
    by_kind: Mapping[str, Evaluation] = field(default_factory=dict)
    not_served: tuple[str, ...] = ()
    observations: tuple[Observation, ...] = field(default=(), repr=False)


def evaluate(
    retriever: Answering,
    questions: Sequence[LabelledQuestion],
    *,
    kind: GoldKind = GoldKind.PLACES,
    audience: Iterable[str] = (),
    progress: Progress = silent,
) -> Evaluation:
    """Asks all the questions and measures what came. Ranks are of places or documents, not of
    passages; a question with a context is asked with it.

    If all questions of one kind are answerable, or none, confidence is compared with that of
    the others of all kinds.
    """
    seen = observe(retriever, questions, kind=kind, audience=audience, progress=progress)
    paths = {resource.path for resource in retriever.snapshot.resources}
    kinds = sorted({question.kind for question in questions})
    by_kind = {
        name: measure([one for one in seen if one.question.kind == name], kind=kind, others=seen)
        for name in (kinds if len(kinds) > 1 else ())
    }
    not_served = _not_served(questions, paths, kind)
    whole = measure(seen, kind=kind)
    return replace(whole, by_kind=by_kind, not_served=not_served, observations=seen)


def measure(
    seen: Sequence[Observation],
    *,
    kind: GoldKind = GoldKind.PLACES,
    others: Sequence[Observation] = (),
) -> Evaluation:
    """The figures of some of the observations that `evaluate` made: of one half, say. If all of
    them are answerable, or none, their confidence is compared with that of `others`."""
    answerable = [one for one in seen if one.question.is_answerable]
    leaning = [one for one in answerable if one.ranked_without_context is not None]
    return Evaluation(
        questions=len(seen),
        ranking=_ranking(answerable, lambda one: one.ranked),
        places=_places(answerable) if kind is GoldKind.PLACES else None,
        sentences=_sentences(answerable),
        abstention=_abstention(seen, others),
        shipped=_shipped(seen),
        latency=_latency(seen),
        follow_ups=FollowUps(
            with_context=_ranking(leaning, lambda one: one.ranked),
            without_context=_ranking(leaning, lambda one: one.ranked_without_context or ()),
        )
        if leaning
        else None,
    )


def _ranking(
    seen: Sequence[Observation], ranked: Callable[[Observation], Sequence[str]]
) -> Ranking:
    pairs = [(ranked(one), one.question.gold) for one in seen]
    return Ranking(
        ndcg_at_10=Figure.of(metrics.ndcg(names, gold, 10) for names, gold in pairs),
        mrr_at_10=Figure.of(metrics.reciprocal_rank(names, gold, 10) for names, gold in pairs),
        recall_at_5=Figure.of(metrics.recall(names, gold, 5) for names, gold in pairs),
        hit_at_1=Figure.of(metrics.hit(names, gold, 1) for names, gold in pairs),
    )


def _places(seen: Sequence[Observation]) -> Places:
    return Places(
        accuracy=Figure.of(one.first_right for one in seen),
        median_s=_median(one.distance_s for one in seen),
        median_s_inside=_median(one.distance_s for one in seen if one.first_right),
    )


def _sentences(seen: Sequence[Observation]) -> Sentences | None:
    if all(one.sentence_right is None for one in seen):
        return None
    return Sentences(
        end_to_end=Figure.of(one.sentence_right for one in seen),
        given_passage=Figure.of(one.sentence_right_given for one in seen),
    )


def _abstention(seen: Sequence[Observation], others: Sequence[Observation]) -> Abstention:
    yes, no = _confidences(seen, True), _confidences(seen, False)
    yes = yes or _confidences(others, True)
    no = no or _confidences(others, False)
    return Abstention(
        auroc=metrics.auroc(yes, no),
        answered_at_90_kept=metrics.kept_share(yes, no, _KEPT),
        answerable=len(yes),
        unanswerable=len(no),
    )


def _confidences(seen: Iterable[Observation], answerable: bool) -> list[float]:
    return [one.confidence for one in seen if one.question.is_answerable is answerable]


def _shipped(seen: Sequence[Observation]) -> Shipped:
    claimed = [one for one in seen if one.outcome is Outcome.ANSWERED]
    return Shipped(
        answerable=outcome_shares([one.outcome for one in seen if one.question.is_answerable]),
        unanswerable=outcome_shares(
            [one.outcome for one in seen if not one.question.is_answerable]
        ),
        precision=Figure.of(one.shown_right for one in claimed),
        precision_of_answerable=Figure.of(
            one.shown_right for one in claimed if one.question.is_answerable
        ),
        calibration_error=metrics.calibration_error(
            [one.confidence for one in seen], [one.shown_right for one in seen]
        ),
    )


def outcome_shares(outcomes: Sequence[Outcome]) -> dict[Outcome, float]:
    """How often each is among them; empty for no questions."""
    counts = Counter(outcomes)
    return {one: counts[one] / len(outcomes) for one in Outcome} if outcomes else {}


def _latency(seen: Sequence[Observation]) -> dict[str, Latency]:
    """By stage in the order in which they come, then the total."""
    stages = dict.fromkeys(name for one in seen for name in one.stages_ms)
    laps = {name: [one.stages_ms.get(name, 0.0) for one in seen] for name in stages}
    laps["total"] = [one.took_ms for one in seen]
    return {name: _percentiles(values) for name, values in laps.items() if values}


def _percentiles(values: list[float]) -> Latency:
    median, p99 = np.percentile(values, [50, 99])
    return Latency(float(median), float(p99))


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.median(known)) if known else None


def _not_served(
    questions: Iterable[LabelledQuestion], paths: set[str], kind: GoldKind
) -> tuple[str, ...]:
    """By name; of a place, only whether its file is served can be told."""
    names = {name for question in questions for name in question.gold}
    match kind:
        case GoldKind.PLACES:
            return tuple(sorted(n for n in names if not {n, n.rpartition("#")[0]} & paths))
        case GoldKind.DOCUMENTS:
            return tuple(sorted(names - paths))
        case _:
            assert_never(kind)
