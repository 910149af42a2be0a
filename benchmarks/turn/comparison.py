"""What a run found, as comparisons and as lines for plots."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from benchmarks.results import Comparison, Series, less_is_better, more_is_better
from benchmarks.turn.measure import BotFigures, BySize, Plan, kb_per_passage

SWAP_GOAL_MS = 20.0
MARGIN_MS = 3.0  # the allowance for a turn beyond what it takes to find the answer
# Title, unit, what it is over, and the field of the figures.
_BY_LOAD = (
    ("Turns a second, closed loop", "turns/s", "clients", "turns_per_s"),
    ("Turn, 99th percentile, closed loop", "ms", "clients", "p99_ms"),
    ("Turn, median, closed loop", "ms", "clients", "p50_ms"),
    ("Processor time of a turn", "ms", "clients", "cpu_ms"),
    ("Turn, 99th percentile, arrivals by chance", "ms", "turns asked a second", "open_p99_ms"),
)
_BY_SIZE = (
    ("Start to ready", "s", "start_s"),
    ("Resident memory after the same turns", "MB", "resident_mb"),
)


def results(
    found: Mapping[str, BotFigures], ours: str, echo: str, plain: str, floor_ms: Sequence[float]
) -> list[Comparison]:
    """Ours beside each other bot. The echo bot answers nothing: beside it stands only what a turn
    costs beyond the answer."""
    mine = found[ours]

    def less(
        metric: str, unit: str, name: str, at: float | None = None, beside: str = plain
    ) -> Comparison:
        ours_, others = (getattr(one, name) for one in (mine, found[beside]))
        if at is not None:
            ours_, others = ours_[at], others[at]
        return less_is_better(metric, unit, ours_, others, beside)

    made = []
    for beside, suffix in ((plain, ""), (echo, "_vs_echo")):
        made.append(less(f"turn_cpu{suffix}", "ms", "cpu_ms", 1, beside))
        made.append(less(f"turn_p50_1{suffix}", "ms", "p50_ms", 1, beside))
    for clients, rates in sorted(mine.turns_per_s.items()):
        others = found[plain].turns_per_s[clients]
        made.append(more_is_better(f"turns_per_s_{clients}", "turns/s", rates, others, plain))
        made.append(less(f"turn_p99_{clients}", "ms", "p99_ms", clients))
        made.append(less(f"turn_cpu_{clients}", "ms", "cpu_ms", clients))
    for rate in sorted(mine.open_p99_ms):
        made.append(less(f"turn_open_p50_{rate:g}_per_s", "ms", "open_p50_ms", rate))
        made.append(less(f"turn_open_p99_{rate:g}_per_s", "ms", "open_p99_ms", rate))
    most = max(mine.turns_per_s)
    made += [less(f"loop_lag_{one}_{most}", "ms", f"lag_{one}_ms") for one in ("p50", "p99", "max")]
    # The echo bot computes nothing: its lag is the machine's.
    made.append(less(f"loop_lag_p99_{most}_vs_echo", "ms", "lag_p99_ms", beside=echo))
    budget = [1.5 * (floor + MARGIN_MS) for floor in floor_ms]
    allowed = "1.5 x (encode + search + 3 ms)"
    return [
        *made,
        less_is_better("loop_lag_swap", "ms", mine.swap_lag_ms, [SWAP_GOAL_MS], "the goal"),
        less_is_better("turn_cpu_vs_floor", "ms", mine.cpu_ms[1], budget, allowed),
        less("start_bot", "s", "start_s"),
        less("memory_bot", "MB", "resident_mb"),
    ]


def results_by_size(found: BySize, ours: str, plain: str) -> list[Comparison]:
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


def series(found: Mapping[str, BotFigures]) -> list[Series]:
    """Turns a second and latency by clients, and latency by rate of arrival, for plots."""
    made = []
    for title, unit, label, name in _BY_LOAD:
        values = {bot: getattr(one, name) for bot, one in found.items()}
        loads = sorted(next(iter(values.values())))
        lines = {
            bot: [statistics.median(one[load]) for load in loads] for bot, one in values.items()
        }
        made.append(Series(title, unit, label, loads, lines, log=unit == "ms"))
    return made


def series_by_size(found: BySize) -> list[Series]:
    """Start and memory by passages, for plots."""
    names = list(next(iter(found.values()))) if found else []
    return [
        Series(title, unit, "passages", list(found), {
            bot: [statistics.median(getattr(by_bot[bot], name)) for by_bot in found.values()]
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
