"""What a run found, as comparisons and as lines for plots."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.results import Result, less_is_better, more_is_better
from benchmarks.turn.measure import Figures, Plan
from benchmarks.turn.sizes import BySize, kb_per_passage

SWAP_GOAL_MS = 20.0
MARGIN_MS = 3.0  # the allowance for a turn beyond what it takes to find the answer


def results(
    found: Mapping[str, Figures], ours: str, echo: str, plain: str, floor_ms: Sequence[float]
) -> list[Result]:
    """Ours beside each other bot. The echo bot answers nothing: beside it stands only what a turn
    costs beyond the answer."""
    mine = found[ours]
    most = max(mine.turns_per_s)
    made: list[Result] = []
    for name in (plain, echo):
        other = found[name]
        suffix = "" if name == plain else "_vs_echo"
        made += [
            less_is_better(f"turn_cpu{suffix}", "ms", mine.cpu_ms[1], other.cpu_ms[1], name),
            less_is_better(f"turn_p50_1{suffix}", "ms", mine.p50_ms[1], other.p50_ms[1], name),
        ]
    other = found[plain]
    for clients in sorted(mine.turns_per_s):
        made.append(
            more_is_better(
                f"turns_per_s_{clients}",
                "turns/s",
                mine.turns_per_s[clients],
                other.turns_per_s[clients],
                plain,
            )
        )
        made.append(
            less_is_better(
                f"turn_p99_{clients}", "ms", mine.p99_ms[clients], other.p99_ms[clients], plain
            )
        )
        made.append(
            less_is_better(
                f"turn_cpu_{clients}", "ms", mine.cpu_ms[clients], other.cpu_ms[clients], plain
            )
        )
    for rate in sorted(mine.open_p99_ms):
        made.append(
            less_is_better(
                f"turn_open_p50_{rate:g}_per_s",
                "ms",
                mine.open_p50_ms[rate],
                other.open_p50_ms[rate],
                plain,
            )
        )
        made.append(
            less_is_better(
                f"turn_open_p99_{rate:g}_per_s",
                "ms",
                mine.open_p99_ms[rate],
                other.open_p99_ms[rate],
                plain,
            )
        )
    lags: list[tuple[str, Callable[[Figures], list[float]]]] = [
        ("p50", lambda one: one.lag_p50_ms),
        ("p99", lambda one: one.lag_p99_ms),
        ("max", lambda one: one.lag_max_ms),
    ]
    for name, lag in lags:
        made.append(less_is_better(f"loop_lag_{name}_{most}", "ms", lag(mine), lag(other), plain))
    # The echo bot computes nothing: its lag is the machine's.
    made.append(
        less_is_better(
            f"loop_lag_p99_{most}_vs_echo", "ms", mine.lag_p99_ms, found[echo].lag_p99_ms, echo
        )
    )
    made.append(less_is_better("loop_lag_swap", "ms", mine.swap_lag_ms, [SWAP_GOAL_MS], "the goal"))
    budget = [1.5 * (floor + MARGIN_MS) for floor in floor_ms]
    made += [
        less_is_better(
            "turn_cpu_vs_floor", "ms", mine.cpu_ms[1], budget, "1.5 x (encode + search + 3 ms)"
        ),
        less_is_better("start_bot", "s", mine.start_s, other.start_s, plain),
        less_is_better("memory_bot", "MB", mine.resident_mb, other.resident_mb, plain),
    ]
    return made


def results_by_size(found: BySize, ours: str, plain: str) -> list[Result]:
    """Start and memory at each size, and what a passage adds to memory."""
    made = []
    for count, by_bot in found.items():
        mine, other = by_bot[ours], by_bot[plain]
        made += [
            less_is_better(f"start_bot_{count}", "s", mine.start_s, other.start_s, plain),
            less_is_better(f"memory_bot_{count}", "MB", mine.resident_mb, other.resident_mb, plain),
        ]
    if len(found) > 1:
        growth = kb_per_passage(found, ours), kb_per_passage(found, plain)
        made.append(less_is_better("memory_per_passage", "kB", *growth, plain))
    return made


def series(found: Mapping[str, Figures]) -> list[dict[str, Any]]:
    """Turns a second and latency by clients, and latency by rate of arrival, for plots."""
    charts: list[tuple[str, str, str, Callable[[Figures], Mapping[Any, list[float]]]]] = [
        ("Turns a second, closed loop", "turns/s", "clients", lambda one: one.turns_per_s),
        ("Turn, 99th percentile, closed loop", "ms", "clients", lambda one: one.p99_ms),
        ("Turn, median, closed loop", "ms", "clients", lambda one: one.p50_ms),
        ("Processor time of a turn", "ms", "clients", lambda one: one.cpu_ms),
        (
            "Turn, 99th percentile, arrivals by chance",
            "ms",
            "turns asked a second",
            lambda one: one.open_p99_ms,
        ),
    ]
    return [
        {
            "title": title,
            "unit": unit,
            "x_label": label,
            "x": sorted(values(next(iter(found.values())))),
            "log": unit == "ms",
            "series": {
                name: [statistics.median(values(one)[x]) for x in sorted(values(one))]
                for name, one in found.items()
            },
        }
        for title, unit, label, values in charts
    ]


def series_by_size(found: BySize) -> list[dict[str, Any]]:
    """Start and memory by passages, for plots."""
    charts: list[tuple[str, str, Callable[[Figures], list[float]]]] = [
        ("Start to ready", "s", lambda one: one.start_s),
        ("Resident memory after the same turns", "MB", lambda one: one.resident_mb),
    ]
    if not found:
        return []
    names = list(next(iter(found.values())))
    return [
        {
            "title": title,
            "unit": unit,
            "x_label": "passages",
            "x": list(found),
            "series": {
                name: [statistics.median(values(by_bot[name])) for by_bot in found.values()]
                for name in names
            },
        }
        for title, unit, values in charts
    ]


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


def faults(found: Mapping[str, Figures]) -> list[str]:
    """A line for each bot of what was not answered."""
    return [
        f"{name}: {one.turns} turns answered, {one.refused} refused in words, {one.lost} lost"
        for name, one in found.items()
    ]


def faults_by_size(found: BySize) -> list[str]:
    return [
        f"{count:,} passages: {fault}"
        for count, by_bot in found.items()
        for fault in faults(by_bot)
    ]
