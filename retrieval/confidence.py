"""How sure an answer is, and what may be claimed for it."""

from __future__ import annotations

from index.snapshot import Calibration
from retrieval.models import Outcome


def confidence(dense_score: float) -> float:
    """0 to 1, from absolute evidence: the best passage's cosine. The fused score that ranks
    says nothing about certainty: it is 1 for the best of any bad lot."""
    return min(max(dense_score, 0.0), 1.0)


def outcome(value: float, calibration: Calibration) -> Outcome:
    """What the snapshot's thresholds make of a confidence."""
    if value >= calibration.answered:
        return Outcome.ANSWERED
    if value >= calibration.closest:
        return Outcome.CLOSEST
    return Outcome.NOTHING_VALIDATED
