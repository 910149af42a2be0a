"""The page says what the figures say."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from benchmarks.quality.asking import Loss
from benchmarks.quality.quality_page import Report, page
from benchmarks.quality.rankings import OURS, PLAIN
from benchmarks.quality.set_figures import REMOVED, Choosing, QuestionsFigures, SetFigures
from benchmarks.quality.sets import Group, Half
from benchmarks.quality.targets import QualityGoal, goals
from evaluation.evaluate import Figure, Latency, measure
from retrieval.answer import Outcome

ABLATED = {"all of it": 0.7, "without dense": 0.68}
SHARES = {Outcome.ANSWERED: 0.6, Outcome.CLOSEST: 0.36, Outcome.NOTHING_VALIDATED: 0.04}


def figure(mean: float, count: int = 40) -> Figure:
    return Figure(mean, mean - 0.05, mean + 0.05, count)


def part(ours: float = 0.7, **changes: object) -> QuestionsFigures:
    ranked = dict(zip(PLAIN, map(figure, (0.5, 0.65, 0.6, 0.55)), strict=True))
    made = QuestionsFigures(
        questions={str(Group.ANSWERABLE): 40, str(Group.MISSING): 20, str(Group.OFF_TOPIC): 10},
        evaluation=measure(()),
        ndcg={OURS: figure(ours), **ranked},
        hit={OURS: figure(ours - 0.1), **ranked},
        auroc={str(Group.MISSING): 0.81, str(Group.OFF_TOPIC): 0.99, REMOVED: math.nan},
        outcomes={str(Group.ANSWERABLE): SHARES, str(Group.MISSING): SHARES, "off-topic": {}},
        ablated=ABLATED,
        choosing={"words only": Choosing(figure(0.4), figure(0.8), figure(0.5), None)},
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def handbook(b: QuestionsFigures | None = None, losses: tuple[Loss, ...] = ()) -> SetFigures:
    b = b or part()
    halves = {Half.A: part(0.75), Half.B: b}
    return SetFigures("handbook", "workplace", 3, 70, 0.55, 0.25, part(0.7), halves, losses)


def written(*sets: SetFigures, quick: bool = False) -> str:
    return page(Report(sets, {"model": "tiny"}, "## Tried and dropped\n\nPaper *planes*.", quick))


def test_the_ranking_of_half_b_stands_beside_the_plain_methods() -> None:
    """The best of them is bold, and the last column compares ours with it."""
    expected = (
        "| handbook | 40 | 0.500 | **0.650** | 0.600 | 0.550 | 0.700 | 0.650–0.750 "
        "| above by 0.050 |"
    )
    assert expected in written(handbook()).split("### nDCG@10, half B")[1].split("###")[0]


@pytest.mark.parametrize(
    ("ours", "verdict"), [(0.65, "| at it |"), (0.6, "| **below by 0.050** |")]
)
def test_a_ranking_that_is_not_better_says_so(ours: float, verdict: str) -> None:
    """At the best plain method, or below."""
    half_b = written(handbook(part(ours))).split("### nDCG@10, half B")[1].split("###")[0]
    assert verdict in half_b


def test_both_halves_are_told_apart() -> None:
    """What was tuned on stands before what is reported."""
    row = (
        "| handbook | 40 | 0.750 (0.700–0.800) | 0.650 (0.600–0.700) "
        "| 40 | 0.700 (0.650–0.750) | 0.600 (0.550–0.650) |"
    )
    assert row in written(handbook())


def test_goals_are_reached_or_missed_by_half_b() -> None:
    """Not by all questions."""
    text = written(handbook(part(0.6)))
    assert "| handbook: nDCG@10 | ≥ 0.740 | 0.600 | 0.700 | **missed** |" in text
    assert "| handbook: AUROC, on topic but missing | ≥ 0.800 | 0.810 | 0.810 | reached |" in text
    assert "| handbook: on-topic-missing ANSWERED | ≤ 0.050 | 0.600 | 0.600 | **missed** |" in text
    assert "| handbook: off-topic ANSWERED | ≤ 0.010 | – | – | not measured |" in text


def test_a_goal_at_its_target_is_reached() -> None:
    """From above and from below."""
    assert QualityGoal("nDCG@10", 0.66, 0.66, 0.0).reached is True
    assert QualityGoal("seconds", 20, 20.0, 0.0, at_most=True).reached is True
    assert QualityGoal("seconds", 20, 20.5, 0.0, at_most=True).reached is False


def test_only_measured_sets_have_goals() -> None:
    """A run of one set names no other."""
    assert {one.what.partition(":")[0] for one in goals([handbook()])} == {"handbook"}


def test_ablations_show_the_change() -> None:
    """Beside the figure with all of it, and with the mean over the sets."""
    other = replace(handbook(), name="talks", everything=part(ablated={"all of it": 0.4,
                    "without dense": 0.44}))  # fmt: skip
    text = written(handbook(), other)
    assert "| all of it | 0.700 | 0.400 | 0.550 |" in text
    assert "| without dense | −0.020 | +0.040 | +0.010 |" in text


def test_a_ranking_that_is_no_longer_the_products_own_is_noted() -> None:
    """The ablations put it together from parts, and another part may have come since."""
    text = written(handbook(), replace(handbook(), name="talks", everything=part(0.6)))
    assert "Of talks, the ranking changed here is not the product's own any more." in text


def test_losses_are_quoted_as_they_are() -> None:
    """Whatever stands in a question, it stays one cell of the table."""
    loss = Loss("q", "a|b *c*?", "before", 0.0, 1.0, "dense", "one|two.md", ("x.md#a", "y.md"))
    row = r"| before … a\|b \*c\*? | 0.00 / 1.00 | `one\|two.md` | `x.md#a`, `y.md` |"
    assert row in written(handbook(losses=(loss,)))


def test_notes_and_facts_are_on_the_page() -> None:
    """The notes as they were written; the snapshot with its thresholds."""
    text = written(handbook())
    assert "\n## Tried and dropped\n\nPaper *planes*.\n" in text
    assert "| handbook | 40 | 20 | 10 | workplace | 3 | 70 | 0.550 | 0.250 |" in text
    assert "- model: tiny\n" in text


def test_the_page_of_a_quick_run_says_that_it_is_one() -> None:
    """Nobody takes its figures for results."""
    warning = "Only every eighth question was asked"
    assert warning in written(handbook(), quick=True)
    assert warning not in written(handbook())


@pytest.mark.parametrize(("rank_ms", "verdict"), [(7.9, "reached"), (8.0, "**missed**")])
def test_search_and_ranking_are_held_to_their_time(rank_ms: float, verdict: str) -> None:
    """Encoding and marking do not count."""
    stages = {"encode": 40.0, "search": 2.0, "rank": rank_ms, "highlight": 9.0, "total": 60.0}
    latency = {name: Latency(value, 2 * value) for name, value in stages.items()}
    timed = replace(handbook(), everything=part(evaluation=replace(measure(()), latency=latency)))
    [row] = [line for line in written(timed).splitlines() if "40.0 / 80.0" in line]
    assert row.endswith(f"| {2 + rank_ms:.1f} | {verdict} |")
