"""What a run found, as comparisons and as lines for plots."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from benchmarks.results import Comparison, Series, less_is_better, more_is_better
from benchmarks.turn.measure import BotFigures, BySize, Plan, kb_per_passage

SWAP_GOAL_MS = 20.0
MARGIN_MS = 3.0  # the allowance for a turn beyond what it takes to find the answer
_UNITS = {"start_bot": "s", "memory_bot": "MB"}  # of others, ms
# Title, unit, and the name of the figures.
_BY_LOAD = (
    ("Turns a second", "turns/s", "turns_per_s_{}"),
    ("Turn, 99th percentile", "ms", "turn_p99_{}"),
    ("Turn, median", "ms", "turn_p50_{}"),
    ("Processor time of a turn", "ms", "turn_cpu_{}"),
)
_BY_SIZE = (
    ("Start to ready", "s", "start_bot"),
    ("Resident memory after the same turns", "MB", "memory_bot"),
)


def results(
    found: Mapping[str, BotFigures],
    ours: str,
    echo: str,
    plain: str,
    floor_ms: Sequence[float],
    plan: Plan,
) -> list[Comparison]:
    """Ours beside each other bot. The echo bot answers nothing: beside it stands only what a turn
    costs beyond the answer."""
    mine, most = found[ours].samples, max(plan.clients)

    def beside(other: str, metric: str, name: str = "") -> Comparison:
        """`name` is that of the figures if the metric is called otherwise."""
        own, others = mine[name or metric], found[other].samples[name or metric]
        if metric.startswith("turns_per_s"):
            return more_is_better(metric, "turns/s", own, others, other)
        return less_is_better(metric, _UNITS.get(metric, "ms"), own, others, other)

    made = []
    for other, suffix in ((plain, ""), (echo, "_vs_echo")):
        made.append(beside(other, f"turn_cpu{suffix}", "turn_cpu_1"))
        made.append(beside(other, f"turn_p50_1{suffix}", "turn_p50_1"))
    for clients in plan.clients:
        names = (f"{one}_{clients}" for one in ("turns_per_s", "turn_p99", "turn_cpu"))
        made += [beside(plain, name) for name in names]
    made += [beside(plain, f"loop_lag_{one}_{most}") for one in ("p50", "p99", "max")]
    # The echo bot computes nothing: its lag is the machine's.
    made.append(beside(echo, f"loop_lag_p99_{most}_vs_echo", f"loop_lag_p99_{most}"))
    budget = [1.5 * (floor + MARGIN_MS) for floor in floor_ms]
    allowed = "1.5 x (encode + search + 3 ms)"
    return [
        *made,
        less_is_better("loop_lag_swap", "ms", mine["loop_lag_swap"], [SWAP_GOAL_MS], "the goal"),
        less_is_better("turn_cpu_vs_floor", "ms", mine["turn_cpu_1"], budget, allowed),
        beside(plain, "start_bot"),
        beside(plain, "memory_bot"),
    ]


def results_by_size(found: BySize, ours: str, plain: str) -> list[Comparison]:
    """Start and memory at each size, and what a passage adds to memory."""
    made = []
    for count, by_bot in found.items():
        for _, unit, name in _BY_SIZE:
            own, others = by_bot[ours].samples[name], by_bot[plain].samples[name]
            made.append(less_is_better(f"{name}_{count}", unit, own, others, plain))
    if len(found) > 1:
        growth = kb_per_passage(found, ours), kb_per_passage(found, plain)
        made.append(less_is_better("memory_per_passage", "kB", *growth, plain))
    return made


def series(found: Mapping[str, BotFigures], plan: Plan) -> list[Series]:
    """Turns a second, latency and processor time by clients, for plots."""
    made = []
    for title, unit, name in _BY_LOAD:
        lines = {
            bot: [statistics.median(one.samples[name.format(load)]) for load in plan.clients]
            for bot, one in found.items()
        }
        made.append(Series(title, unit, "clients", plan.clients, lines, log=unit == "ms"))
    return made


def series_by_size(found: BySize) -> list[Series]:
    """Start and memory by passages, for plots."""
    names = list(next(iter(found.values()))) if found else []
    return [
        Series(title, unit, "passages", list(found), {
            bot: [statistics.median(by_bot[bot].samples[name]) for by_bot in found.values()]
            for bot in names
        })
        for title, unit, name in _BY_SIZE
        if found
    ]  # fmt: skip


def notes(count: int, source: str, sizes: Sequence[int], plan: Plan) -> list[str]:
    """What the figures need to be understood, a sentence or two each."""
    told = [
        f"{count:,} passages where a figure's name does not end in another number; {source}. "
        "Memory is resident, with the files mapped."
    ]
    if sizes:
        told.append(
            f"Start and memory at {' and '.join(f'{size:,}' for size in sizes)} passages, those "
            f"beyond the real ones re-cut from them: each bot is started {plan.size_rounds} "
            "times, in turns and alone on the machine, and its memory read after "
            f"{plan.size_turns} questions by {plan.size_clients} clients."
        )
    return told


def faults(found: Mapping[str, BotFigures]) -> list[str]:
    """A line for each bot of what was not answered."""
    return [
        f"{name}: {one.turns} turns answered, {one.refused} refused in words, {one.lost} lost"
        for name, one in found.items()
    ]


def faults_by_size(found: BySize) -> list[str]:
    return [f"{count:,} passages: {fault}" for count, by in found.items() for fault in faults(by)]
