"""Confidence is judged by what the first passage covers, and thresholds make it an outcome."""

import math

import pytest

from retrieval.answer import Evidence, Outcome
from retrieval.confidence import Model, confidence, outcome
from snapshot.manifest import Calibration

MODEL = Model(intercept=-2.0, cosine=4.0, coverage=2.0, gap=-1.0, margin=5.0)


def test_confidence_is_the_logistic_of_the_weighted_evidence() -> None:
    evidence = Evidence(cosine=0.5, coverage=1.0, gap=0.0, margin=0.1)
    assert confidence(evidence, MODEL) == pytest.approx(0.9241, abs=1e-4)
    assert MODEL.parts(evidence) == {"cosine": 2.0, "coverage": 2.0, "gap": -0.0, "margin": 0.5}


def test_the_fitted_model_weighs_the_evidence() -> None:
    """-5.6 + 5.6 * 0.4 + 3.0 * 0.8 - 6.1 * 0.1 + 5.0 * 0.2 are log odds of -0.57."""
    assert confidence(Evidence(0.4, 0.8, 0.1, 0.2)) == pytest.approx(0.361237, abs=1e-6)


def test_nearness_coverage_and_a_lead_make_surer_and_a_gap_less_sure() -> None:
    usual = confidence(Evidence(0.4, 0.8, 0.1, 0.1))
    for surer in (
        Evidence(0.5, 0.8, 0.1, 0.1), Evidence(0.4, 0.9, 0.1, 0.1), Evidence(0.4, 0.8, 0.1, 0.2)
    ):  # fmt: skip
        assert confidence(surer) > usual
    assert confidence(Evidence(0.4, 0.8, 0.3, 0.1)) < usual


def test_without_a_rival_a_greater_lead_tells_nothing_more() -> None:
    assert Evidence.of(0.4, 1.0, 0.0, math.inf) == Evidence.of(0.4, 1.0, 0.0, 0.3)
    assert Evidence.of(0.4, 1.0, 0.0, 0.1).margin == 0.1


@pytest.mark.parametrize(("cosine", "limit"), [(-1e9, math.exp(-60)), (1e9, 1.0)])
def test_absurd_evidence_stays_within_0_and_1(cosine: float, limit: float) -> None:
    """The exponential of its log odds would be too large for a float."""
    assert confidence(Evidence(cosine, 0.0, 0.0, 0.0)) == pytest.approx(limit, rel=1e-9, abs=0.0)


def test_the_snapshot_s_thresholds_make_the_outcome() -> None:
    calibration = Calibration(answered=0.6, closest=0.2)
    assert outcome(0.6, calibration) is Outcome.ANSWERED
    assert outcome(0.59, calibration) is Outcome.CLOSEST
    assert outcome(0.2, calibration) is Outcome.CLOSEST
    assert outcome(0.19, calibration) is Outcome.NOTHING_VALIDATED
