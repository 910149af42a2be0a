"""A goal says whether it is reached, by how much it is missed, or that nobody measured it."""

from __future__ import annotations

import pytest

from benchmarks.goals import Goal, goals
from benchmarks.results import Result


def result(metric: str, ours: float = 1.0, other: float = 1.0, ratio: float = 1.0) -> Result:
    return Result(metric, "ms", ours, other, "plain", ratio, 5)


def goal(subject: str, what: str, *results: Result) -> Goal:
    [found] = [one for one in goals(results) if (one.subject, one.what) == (subject, what)]
    return found


QUESTION = ("question to answer, in process, all of it",
            "times as fast as the plain encode + Flat loop")  # fmt: skip
TAIL = ("question to answer, in process, all of it", "times the median, 99th percentile")
MEMORY = ("resident memory", "of the plain bot's")
LAG = ("64 clients", "the event loop's lag, 99th percentile")


def test_without_figures_nothing_is_measured() -> None:
    """And nothing is missed."""
    found = goals([])
    assert {one.verdict for one in found} == {"not measured"}
    assert {one.missed_by for one in found} == {0.0}


@pytest.mark.parametrize(
    ("ratio", "verdict"), [(2.5, "reached"), (3.1, "reached"), (2.0, "missed by 20%")]
)
def test_a_ratio_is_to_be_at_least_its_target(ratio: float, verdict: str) -> None:
    """At the target it is reached."""
    found = goal(*QUESTION, result("question_plain", ratio=ratio))
    assert (found.value, found.metric, found.verdict) == (ratio, "question_plain", verdict)


@pytest.mark.parametrize(
    ("ours", "verdict"),
    [(35, "reached"), (42, "missed by 20%"), (70, "missed: 2.0 times too much")],
)
def test_a_share_is_to_be_at_most_its_target(ours: float, verdict: str) -> None:
    """Of the other's hundred, 35 were wanted."""
    assert goal(*MEMORY, result("memory_bot", ours, 100)).verdict == verdict


def test_the_first_name_that_was_measured_counts() -> None:
    """The server's memory before that of the retriever alone."""
    both = result("memory_plain", 90, 100), result("memory_bot", 30, 100)
    assert goal(*MEMORY, *both).metric == "memory_bot"
    assert goal(*MEMORY, both[0]).value == 0.9


def test_a_figure_of_ours_may_be_held_alone() -> None:
    """Whatever the other's is."""
    assert goal(*LAG, result("loop_lag_p99_64", 10.0, 3.0)).reached is True
    assert goal(*LAG, result("loop_lag_p99_64", 10.5, 30.0)).reached is False


def test_one_figure_of_ours_may_be_held_against_another() -> None:
    """Both must have been measured."""
    median, tail = result("question_plain", 4.0), result("question_p99_plain", 14.0)
    assert goal(*TAIL, median, tail).value == 3.5
    assert goal(*TAIL, median, tail).verdict == "missed by 17%"
    assert goal(*TAIL, median).reached is None


def test_the_worst_of_several_sets_is_held() -> None:
    """Whatever is won on the others."""
    sets = result("ndcg_int8_talks", 0.40, 0.42), result("ndcg_int8_benefits", 0.9, 0.8)
    found = goal("encode one question, one thread", "nDCG@10 lost by the fastest setting", *sets)
    assert found.value == pytest.approx(0.02)
    assert (found.metric, found.reached) == ("ndcg_int8_talks", False)
