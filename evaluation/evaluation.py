"""What is measured of a retriever on labelled questions: the figures, and what each one means."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from evaluation.metrics import bootstrap_interval
from evaluation.observations import Observation
from retrieval.answer import Outcome


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
        return cls(mean, *bootstrap_interval(known), count=len(known))


@dataclass(frozen=True, slots=True)
class Ranking:
    """How high the right places or documents of the answerable questions rank."""

    ndcg_at_10: Figure
    mrr_at_10: Figure
    recall_at_5: Figure
    hit_at_1: Figure


@dataclass(frozen=True, slots=True)
class Places:
    """Where the first passage opens: at a right page, section or stretch of a recording. The
    median seconds are from the start of the nearest right stretch, wherever in the right recording
    and within a right stretch; None without recordings."""

    accuracy: Figure
    median_s: float | None
    median_s_inside: float | None


@dataclass(frozen=True, slots=True)
class Sentences:
    """Whether the marked sentence holds a gold string: the first passage's, and the best right
    passage's where that passage holds one."""

    end_to_end: Figure
    given_passage: Figure


@dataclass(frozen=True, slots=True)
class Abstention:
    """Whether confidence tells answerable questions from others: AUROC, and the share of the
    others still answered where 90 % of the answerable are kept. nan where one kind is missing."""

    auroc: float
    answered_at_90_kept: float
    answerable: int
    unanswerable: int


@dataclass(frozen=True, slots=True)
class Shipped:
    """What the snapshot's own thresholds make of it: shares of each outcome; and of what is
    ANSWERED, how often the first place shown is right, over all questions (one that is not
    answerable has no right place) and over the answerable. The calibration error compares
    confidence with that being right."""

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
