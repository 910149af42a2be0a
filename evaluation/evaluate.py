"""Observations of a retriever become figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from evaluation import metrics
from evaluation.evaluation import (
    Abstention,
    Evaluation,
    Figure,
    FollowUps,
    Latency,
    Places,
    Ranking,
    Sentences,
    Shipped,
)
from evaluation.labelled import GoldKind, LabelledQuestion
from evaluation.observations import Answering, Observation, Progress, observe
from retrieval.answer import Outcome

_KEPT = 0.9


def evaluate(
    retriever: Answering,
    questions: Sequence[LabelledQuestion],
    *,
    kind: GoldKind = GoldKind.PLACES,
    audience: Iterable[str] = (),
    progress: Progress = lambda stage, done, total: None,
) -> Evaluation:
    """Asks all the questions and measures what came. Ranks are of places or documents, not of
    passages; a question with a context is asked with it.

    Where all questions of one kind are answerable, or none, confidence is compared with that of
    the others of all kinds.
    """
    seen = observe(retriever, questions, kind=kind, audience=audience, progress=progress)
    paths = {resource.path for resource in retriever.snapshot.resources}
    kinds = {question.kind: None for question in questions}
    return _measure(
        seen,
        kind,
        by_kind={one: _measure(_of(seen, one), kind, seen) for one in sorted(kinds)}
        if len(kinds) > 1
        else {},
        not_served=_not_served(questions, paths, kind),
        observations=seen,
    )


def measure(seen: Sequence[Observation], *, kind: GoldKind = GoldKind.PLACES) -> Evaluation:
    """The figures of some of the observations that `evaluate` made: of one half, say."""
    return _measure(seen, kind)


def _of(seen: Iterable[Observation], kind: str) -> tuple[Observation, ...]:
    return tuple(one for one in seen if one.question.kind == kind)


def _measure(
    seen: Sequence[Observation],
    kind: GoldKind,
    others: Sequence[Observation] = (),
    *,
    by_kind: Mapping[str, Evaluation] | None = None,
    not_served: tuple[str, ...] = (),
    observations: tuple[Observation, ...] = (),
) -> Evaluation:
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
        by_kind=by_kind or {},
        not_served=not_served,
        observations=observations,
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
        answerable=_outcomes([one.outcome for one in seen if one.question.is_answerable]),
        unanswerable=_outcomes([one.outcome for one in seen if not one.question.is_answerable]),
        precision=Figure.of(one.shown_right for one in claimed),
        precision_of_answerable=Figure.of(
            one.shown_right for one in claimed if one.question.is_answerable
        ),
        calibration_error=metrics.calibration_error(
            [one.confidence for one in seen], [one.shown_right for one in seen]
        ),
    )


def _outcomes(outcomes: Sequence[Outcome]) -> dict[Outcome, float]:
    """Empty for no questions."""
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
    if kind is GoldKind.PLACES:
        return tuple(sorted(n for n in names if not {n, n.rpartition("#")[0]} & paths))
    return tuple(sorted(names - paths))
