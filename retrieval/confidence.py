"""How sure an answer is, and what may be claimed for it.

The score that ranks says little about certainty: it is high for the best of any bad lot. What
tells an answer from a near miss is whether the first passage covers all of the question, or only
what other passages cover better.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from retrieval.answer import Evidence, Outcome
from snapshot.manifest import Calibration


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic model of whether the content answers, from evidence."""

    intercept: float
    cosine: float
    coverage: float
    gap: float
    margin: float

    def parts(self, evidence: Evidence) -> dict[str, float]:
        """What each kind of evidence adds to the log odds."""
        return {
            "cosine": self.cosine * evidence.cosine,
            "coverage": self.coverage * evidence.coverage,
            "gap": self.gap * evidence.gap,
            "margin": self.margin * evidence.margin,
        }


# Fitted on half of the labelled sets' documents; docs/quality.md has the other half's figures.
MODEL = Model(intercept=-5.6, cosine=5.6, coverage=3.0, gap=-6.1, margin=5.0)


def confidence(evidence: Evidence, model: Model = MODEL) -> float:
    """0 to 1."""
    odds = model.intercept + sum(model.parts(evidence).values())
    return 1 / (1 + math.exp(-max(min(odds, 60.0), -60.0)))


def outcome(value: float, calibration: Calibration) -> Outcome:
    """What the snapshot's thresholds make of a confidence."""
    if value >= calibration.answered:
        return Outcome.ANSWERED
    if value >= calibration.closest:
        return Outcome.CLOSEST
    return Outcome.NOTHING_VALIDATED
