"""The measures agree with trec_eval's, and with what their definitions give by hand."""

import math
from pathlib import Path

import numpy as np
import pytest

from evaluation import metrics
from evaluation.evaluation_report import encoded
from evaluation.labelled import LabelledQuestion
from evaluation.observations import Observation
from retrieval.answer import Outcome
from tests.fakes.trec_eval import score_by_trec_eval

GOLD = {"a": 1, "b": 1}


def test_ndcg_discounts_by_the_logarithm_of_the_rank() -> None:
    ideal = 1 + 1 / math.log2(3)
    assert metrics.ndcg(["x", "a", "b"], GOLD) == pytest.approx(
        (1 / math.log2(3) + 1 / math.log2(4)) / ideal
    )
    assert metrics.ndcg(["b", "a"], GOLD) == pytest.approx(1)
    assert metrics.ndcg(["x", "a"], GOLD, k=1) == 0
    assert metrics.ndcg([], GOLD) == 0
    assert metrics.ndcg(["a"], {}) == 0


def test_the_first_right_one_counts_for_the_reciprocal_rank() -> None:
    assert metrics.reciprocal_rank(["x", "y", "b", "a"], GOLD) == pytest.approx(1 / 3)
    assert metrics.reciprocal_rank(["x", "y", "b"], GOLD, k=2) == 0


def test_recall_is_the_share_of_the_right_ones() -> None:
    assert metrics.recall(["x", "a", "y", "z", "w", "b"], GOLD) == 0.5
    assert metrics.recall(["a", "b"], GOLD) == 1
    assert metrics.recall(["a"], {}) == 0


def test_a_hit_is_any_right_one_among_the_first() -> None:
    assert metrics.hit(["a"], GOLD) == 1
    assert metrics.hit(["x", "a"], GOLD) == 0
    assert metrics.hit(["x", "a"], GOLD, k=2) == 1
    assert metrics.hit([], GOLD) == 0


def test_the_interval_holds_the_mean_and_is_the_same_each_time() -> None:
    values = [0.0] * 40 + [1.0] * 60
    low, high = metrics.bootstrap_interval(values)
    half = 1.96 * math.sqrt(0.6 * 0.4 / 100)  # of the normal approximation
    assert (low, high) == pytest.approx((0.6 - half, 0.6 + half), abs=0.015)
    assert metrics.bootstrap_interval(values) == (low, high)
    assert metrics.bootstrap_interval([0.5, 0.5]) == (0.5, 0.5)
    assert all(map(math.isnan, metrics.bootstrap_interval([])))


def test_auroc_is_the_chance_that_a_positive_exceeds_a_negative() -> None:
    assert metrics.auroc([0.9, 0.8], [0.1, 0.2]) == 1
    assert metrics.auroc([0.1], [0.9]) == 0
    assert metrics.auroc([0.5, 0.9], [0.5, 0.1]) == pytest.approx(3.5 / 4)  # a tie counts half
    assert metrics.auroc([0.5], [0.5]) == 0.5
    assert math.isnan(metrics.auroc([], [0.5]))


def test_auroc_agrees_with_comparing_every_pair() -> None:
    random = np.random.default_rng(7)
    yes, no = random.integers(0, 9, 50) / 8, random.integers(0, 7, 30) / 8
    pairs = [float(y > n) + 0.5 * float(y == n) for y in yes for n in no]
    assert metrics.auroc(yes, no) == pytest.approx(float(np.mean(pairs)))


def test_of_ten_answerable_questions_nine_are_kept_and_no_more() -> None:
    """The lowest of ten may go, so the threshold is the second lowest."""
    answerable = [0.1, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0]
    assert metrics.kept_share(answerable, [0.2, 0.29, 0.3, 0.31]) == 0.5
    assert metrics.kept_share([0.5], [0.4, 0.6]) == 0.5
    assert math.isnan(metrics.kept_share([], [0.4]))


def test_calibration_error_is_the_weighted_gap_of_confidence_and_truth() -> None:
    assert metrics.calibration_error([1.0, 1.0], [1, 1]) == 0
    assert metrics.calibration_error([0.9, 0.9], [1, 0]) == pytest.approx(0.4)
    assert metrics.calibration_error([0.95, 0.95, 0.15, 0.15], [1, 1, 0, 1]) == pytest.approx(
        0.5 * 0.05 + 0.5 * 0.35
    )
    assert math.isnan(metrics.calibration_error([], []))


def test_random_rankings_score_as_trec_eval_scores_them(tmp_path: Path) -> None:
    """Through the very files that `--run` and `--qrels-out` write: graded, unfound and unranked
    questions, and names with white space and percent signs among them."""
    random = np.random.default_rng(3)
    names = [f"folder {n % 3}/100% sure {n}.md#s\t{n}" for n in range(40)]
    seen = [_random_observation(random, names, number) for number in range(60)]
    assert seen[0].ranked == ()
    ours, theirs = _score(seen), score_by_trec_eval(seen, tmp_path)
    assert set(ours) == set(theirs)
    for name, figures in ours.items():
        assert figures == pytest.approx(theirs[name], abs=1e-12), name


def test_names_in_trec_files_hold_no_white_space_and_stay_apart() -> None:
    assert encoded("my talk.vtt#t=0,9") == "my%20talk.vtt#t=0,9"
    assert encoded("my%20talk.vtt") == "my%2520talk.vtt"
    assert encoded("a\tb\u00a0c") == "a%09b%C2%A0c"
    assert encoded("größe.md#über") == "größe.md#über"


def _random_observation(random: np.random.Generator, names: list[str], number: int) -> Observation:
    ranked = random.permutation(names)[: number % 40].tolist()
    right = random.permutation(names)[: random.integers(1, 8)].tolist()
    gold = {name: int(random.integers(1, 4)) for name in right}
    return Observation(
        LabelledQuestion(f"question {number}", "?", gold),
        outcome=Outcome.ANSWERED,
        confidence=0.5,
        shown_right=True,
        took_ms=1.0,
        stages_ms={},
        ranked=tuple(ranked),
    )


def _score(seen: list[Observation]) -> dict[str, list[float]]:
    return {
        encoded(one.question.id): [
            metrics.ndcg(one.ranked, one.question.gold, 10),
            metrics.reciprocal_rank(one.ranked, one.question.gold, 10),
            metrics.recall(one.ranked, one.question.gold, 5),
            metrics.hit(one.ranked, one.question.gold, 1),
        ]
        for one in seen
    }
