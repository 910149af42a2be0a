"""Why an answer is what it is: what ranked each hit, and what made the outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from retrieval.answer import Answer, Evidence, Hit, Outcome
from retrieval.confidence import MODEL
from snapshot.manifest import Calibration
from snapshot.reading import Snapshot


@dataclass(frozen=True, slots=True)
class ExplainedHit:
    """A hit with what each kind of evidence added to its score, and the raw measures."""

    rank: int
    place: str
    score: float
    parts: Mapping[str, float]
    cosine: float
    bm25: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """`hits` are the first passages, whatever the outcome; `reasons` are sentences for a person
    who wants to know how it came about."""

    hits: tuple[ExplainedHit, ...]
    reasons: tuple[str, ...]
    evidence: Evidence | None
    thresholds: Calibration

    @classmethod
    def of(cls, answer: Answer, hits: Sequence[Hit], snapshot: Snapshot) -> Explanation:
        """`hits` are what `Retriever.rank` gave for the same question."""
        paths = {resource.id: resource.path for resource in snapshot.resources}
        thresholds = snapshot.manifest.calibration
        return cls(
            hits=tuple(_explained(hit, paths[hit.passage.resource_id]) for hit in hits),
            reasons=tuple(_reasons(answer, thresholds)),
            evidence=answer.evidence,
            thresholds=thresholds,
        )

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of evidence that rank, in the order in which they are shown."""
        return tuple(self.hits[0].parts) if self.hits else ()

    def to_dict(self) -> dict[str, Any]:
        """JSON for scripts."""
        return {
            "hits": [
                asdict(hit) | {"parts": {kind: round(x, 4) for kind, x in hit.parts.items()}}
                for hit in self.hits
            ],
            "evidence": asdict(self.evidence) if self.evidence else None,
            "thresholds": asdict(self.thresholds),
            "reasons": list(self.reasons),
        }


def _explained(hit: Hit, path: str) -> ExplainedHit:
    return ExplainedHit(
        rank=hit.rank,
        place=f"{path} {hit.locator.label}".strip(),
        score=round(hit.score, 4),
        parts=hit.parts,
        cosine=round(hit.dense_score, 4),
        bm25=round(hit.lexical_score, 4),
    )


def _reasons(answer: Answer, thresholds: Calibration) -> list[str]:
    if answer.evidence is None:
        return ["The question says nothing, or there is nothing that the asker may see."]
    parts = MODEL.parts(answer.evidence)
    evidence = answer.evidence
    return [
        f"topic     {evidence.topic:.3f} ({parts['topic']:+.2f}): the best cosine of any passage, "
        "at most 0.5",
        f"coverage  {evidence.coverage:.3f} ({parts['coverage']:+.2f}): how much of what all hits "
        "say about the question the first says alone",
        f"gap       {evidence.gap:.3f} ({parts['gap']:+.2f}): how much better another hit matches "
        "the word that the first misses most",
        f"Log odds {MODEL.intercept + sum(parts.values()):+.2f} "
        f"(with {MODEL.intercept:+.2f} to begin with), so confidence {answer.confidence:.3f}.",
        _verdict(answer, thresholds),
    ]


def _verdict(answer: Answer, thresholds: Calibration) -> str:
    needed = f"{thresholds.answered:.3f} is needed to be answered"
    match answer.outcome:
        case Outcome.ANSWERED:
            return f"Answered: {needed}."
        case Outcome.CLOSEST:
            return f"Closest: {needed}, {thresholds.closest:.3f} to be shown at all."
        case Outcome.NOTHING_VALIDATED:
            return f"Nothing validated: {thresholds.closest:.3f} is needed to be shown at all."
