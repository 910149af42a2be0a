"""Confidence is judged by what the first passage covers, and thresholds make it an outcome."""

import math

import pytest

from retrieval.answer import Evidence, Outcome
from retrieval.confidence import Model, confidence, outcome
from snapshot.manifest import Calibration

MODEL = Model(intercept=-2.0, topic=4.0, coverage=2.0, gap=-1.0)


def test_confidence_is_the_logistic_of_the_weighted_evidence() -> None:
    evidence = Evidence(topic=0.5, coverage=1.0, gap=0.0)
    assert confidence(evidence, MODEL) == pytest.approx(0.8808, abs=1e-4)
    assert MODEL.parts(evidence) == {"topic": 2.0, "coverage": 2.0, "gap": -0.0}


def test_the_fitted_model_weighs_the_evidence() -> None:
    """-8.7 + 7.0 * 0.4 + 7.3 * 0.8 - 3.8 * 0.1 are log odds of -0.44."""
    assert confidence(Evidence(topic=0.4, coverage=0.8, gap=0.1)) == pytest.approx(
        0.391741, abs=1e-6
    )


def test_more_coverage_makes_surer_and_a_gap_less_sure() -> None:
    usual = confidence(Evidence(0.4, 0.8, 0.1))
    assert confidence(Evidence(0.4, 0.9, 0.1)) > usual > confidence(Evidence(0.4, 0.8, 0.3))


def test_beyond_being_on_topic_a_cosine_tells_nothing_more() -> None:
    assert Evidence.of(0.9, 1.0, 0.0) == Evidence.of(0.5, 1.0, 0.0)
    assert Evidence.of(0.4, 1.0, 0.0).topic == 0.4


@pytest.mark.parametrize(("topic", "limit"), [(-1e9, math.exp(-60)), (1e9, 1.0)])
def test_absurd_evidence_stays_within_0_and_1(topic: float, limit: float) -> None:
    """The exponential of its log odds would be too large for a float."""
    assert confidence(Evidence(topic, 0.0, 0.0)) == pytest.approx(limit, rel=1e-9, abs=0.0)


def test_the_snapshot_s_thresholds_make_the_outcome() -> None:
    calibration = Calibration(answered=0.6, closest=0.2)
    assert outcome(0.6, calibration) is Outcome.ANSWERED
    assert outcome(0.59, calibration) is Outcome.CLOSEST
    assert outcome(0.2, calibration) is Outcome.CLOSEST
    assert outcome(0.19, calibration) is Outcome.NOTHING_VALIDATED
