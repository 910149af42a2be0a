"""A goal says whether it is reached, by how much it is missed, or that nobody measured it."""

from __future__ import annotations

import pytest

from benchmarks.goals import Goal, goals
from benchmarks.results import Comparison


def result(metric: str, ours: float = 1.0, other: float = 1.0, ratio: float = 1.0) -> Comparison:
    return Comparison(metric, "ms", ours, other, "plain", ratio, 5)


def goal(subject: str, what: str, *results: Comparison) -> Goal:
    [found] = [one for one in goals(results) if (one.subject, one.what) == (subject, what)]
    return found


QUESTION = ("question to answer, in process, all of it",
            "times as fast as the plain encode + Flat loop")  # fmt: skip
TAIL = ("question to answer, in process, all of it", "times the median, 99th percentile")
MEMORY = ("resident memory of the bot, 10,000 passages", "megabytes")
MEMORY_LARGE = ("resident memory of the bot, 24,000 passages", "of the plain bot's")
START = ("start to ready, 10,000 passages", "seconds")
START_SHARE = ("start to ready, 10,000 passages", "of the plain bot's")
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
    assert goal(*MEMORY_LARGE, result("memory_bot_24000", ours, 100)).verdict == verdict


def test_the_first_name_that_was_measured_counts() -> None:
    """The question among more passages before that among fewer."""
    both = result("question_plain", ratio=3.0), result("question_24000", ratio=2.0)
    assert goal(*QUESTION, *both).metric == "question_24000"
    assert goal(*QUESTION, both[0]).value == 3.0


def test_start_and_memory_are_held_at_the_sizes_that_they_are_wanted_for() -> None:
    """What is ours is held to seconds and megabytes, and to a part of the plain bot's."""
    measured = (
        result("start_bot_10000", 1.5, 6.0),
        result("memory_bot_10000", 275.0, 600.0),
        result("memory_bot_24000", 300.0, 1_000.0),
    )
    assert (goal(*START, *measured).value, goal(*START, *measured).reached) == (1.5, True)
    assert goal(*START_SHARE, *measured).verdict == "missed: 2.0 times too much"
    assert goal(*MEMORY, *measured).verdict == "missed by 10%"
    assert (goal(*MEMORY_LARGE, *measured).value, goal(*MEMORY_LARGE, *measured).reached) == (
        0.3,
        True,
    )


@pytest.mark.parametrize("wanted", [START, START_SHARE, MEMORY, MEMORY_LARGE])
def test_a_goal_at_a_size_takes_no_figure_of_another(wanted: tuple[str, str]) -> None:
    """Nor those of the usual content, or of the retriever without its server."""
    names = ("start_bot", "start_plain", "memory_bot", "memory_plain", "start_bot_24000")
    assert goal(*wanted, *map(result, names)).verdict == "not measured"


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
