"""What was measured as passages grow, as results, as lines for a plot and as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from benchmarks.results import Comparison, Series, less_is_better, more_is_better
from benchmarks.scale.at_size import EngineFigures
from benchmarks.scale.jobs import FLAT16, FLAT32, OURS

# The metric's name, its unit, and the figure of a round.
_BETTER_BY_LESS = (
    ("search_{}", "ms", "p50_ms"),
    ("search_{}_p99", "ms", "p99_ms"),
    ("search_{}_cpu", "ms", "cpu_p50_ms"),
    ("search_{}_cpu_p99", "ms", "cpu_p99_ms"),
    ("search_{}_hide1", "ms", "hide1_p50_ms"),
    ("search_{}_hide1_p99", "ms", "hide1_p99_ms"),
    ("search_{}_leave1", "ms", "leave1_p50_ms"),
    ("search_{}_leave1_p99", "ms", "leave1_p99_ms"),
    ("load_{}", "ms", "load_ms"),
    ("memory_{}", "MB", "resident_mb"),
    ("memory_{}_private", "MB", "private_mb"),
)
_BETTER_BY_MORE = (
    ("recall10_{}", "recall_10"),
    ("recall100_{}", "recall_100"),
    ("recall10_{}_hide1", "hide1_recall_10"),
    ("recall100_{}_hide1", "hide1_recall_100"),
    ("recall100_{}_leave1", "leave1_recall_100"),
)
_PLOTS = (
    ("Search of the top 100 by one thread, median", "ms", "p50_ms"),
    ("Search of the top 100 by one thread, 99th percentile", "ms", "p99_ms"),
    ("The same with 1 % of the resources hidden, median", "ms", "hide1_p50_ms"),
    ("The same with 1 % of the resources left, median", "ms", "leave1_p50_ms"),
    ("Resident memory of a process that loads and searches", "MB", "resident_mb"),
)
# Heading, width and digits, and the figure: the rounds' median, or that of the build.
_COLUMNS = (
    ("build s", 8, 1, "build_s"),
    ("MB", 7, 0, "disk_mb"),
    ("load ms", 8, 1, "load_ms"),
    ("p50", 8, 2, "p50_ms"),
    ("p99", 8, 2, "p99_ms"),
    ("cpu", 8, 2, "cpu_p50_ms"),
    ("cpu p99", 8, 2, "cpu_p99_ms"),
    ("r@10", 7, 4, "recall_10"),
    ("r@100", 7, 4, "recall_100"),
    ("hide 1%", 8, 2, "hide1_p50_ms"),
    ("p99", 8, 2, "hide1_p99_ms"),
    ("r@100", 7, 4, "hide1_recall_100"),
    ("leave 1%", 9, 2, "leave1_p50_ms"),
    ("r@100", 7, 4, "leave1_recall_100"),
    ("resident", 9, 0, "resident_mb"),
    ("private", 8, 0, "private_mb"),
    ("peak", 7, 0, "peak_mb"),
)


def label(count: int) -> str:
    """10k, 1m: as a metric's name has it."""
    if count % 1_000_000 == 0:
        return f"{count // 1_000_000}m"
    return f"{count // 1_000}k"


def results(measured: Sequence[EngineFigures]) -> Iterator[Comparison]:
    """Ours beside the plain flat index, for every size; beside that in half precision if the plain
    one was left out."""
    by = {(one.engine, one.count): one for one in measured}
    for ours in measured:
        size = label(ours.count)
        other = by.get((FLAT32, ours.count)) or by.get((FLAT16, ours.count))
        if ours.engine != OURS or other is None:
            continue
        for metric, unit, name in _BETTER_BY_LESS:
            mine, theirs = ours.each(name), other.each(name)
            yield less_is_better(metric.format(size), unit, mine, theirs, other.engine)
        for metric, name in _BETTER_BY_MORE:
            mine, theirs = ours.each(name), other.each(name)
            yield more_is_better(metric.format(size), "share", mine, theirs, other.engine)
        for metric, unit, name in (("build", "s", "build_s"), ("disk", "MB", "disk_mb")):
            mine, theirs = [ours.built[name]], [other.built[name]]
            yield less_is_better(f"{metric}_{size}", unit, mine, theirs, other.engine)


def series(measured: Sequence[EngineFigures]) -> list[Series]:
    """By passages, a line an engine; None if it was not measured."""
    counts = sorted({one.count for one in measured})
    engines = list(dict.fromkeys(one.engine for one in measured))
    by = {(one.engine, one.count): one for one in measured}
    plots = []
    for title, unit, name in _PLOTS:
        lines = {
            engine: [
                round(by[engine, count].median(name), 4) if (engine, count) in by else None
                for count in counts
            ]
            for engine in engines
        }
        plots.append(Series(title, unit, "passages", counts, lines, log=True))
    return [*plots, _growth(plots[0], counts)]


def _growth(plot: Series, counts: Sequence[int]) -> Series:
    """Times the smallest size's cost, beside the passages' own growth."""
    lines: dict[str, Sequence[float | None]] = {
        name: [value / line[0] if value is not None and line[0] else None for value in line]
        for name, line in plot.series.items()
    }
    lines["passages"] = [count / counts[0] for count in counts]
    return replace(plot, title="Growth of the median search", unit="times", series=lines)


def table(measured: Iterable[EngineFigures]) -> str:
    """A line for each engine and size, medians of the rounds."""
    head = "".join(f"{heading:>{width}}" for heading, width, *_ in _COLUMNS)
    lines = [f"{'passages':>10} {'engine':<17}{head}"]
    for one in measured:
        chosen = one.built["chosen"]
        name = f"{one.engine}: {chosen}" if chosen else one.engine
        cells = "".join(
            f"{one.built[name] if name in one.built else one.median(name):>{width}.{digits}f}"
            for _, width, digits, name in _COLUMNS
        )
        lines.append(f"{one.count:>10,} {name:<17}{cells}")
    return "\n".join(lines)
