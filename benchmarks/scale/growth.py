"""What was measured as passages grow, as results, as lines for a plot and as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from benchmarks.results import Comparison, Series, less_is_better, more_is_better
from benchmarks.scale.at_size import EngineFigures
from benchmarks.scale.jobs import FLAT16, FLAT32, OURS

# The metric's name, its unit, the figure, and the filter that it is of.
_BETTER_BY_LESS = (
    ("search_{}", "ms", "p50_ms", "all"),
    ("search_{}_p99", "ms", "p99_ms", "all"),
    ("search_{}_cpu", "ms", "cpu_p50_ms", "all"),
    ("search_{}_cpu_p99", "ms", "cpu_p99_ms", "all"),
    ("search_{}_hide1", "ms", "p50_ms", "hide1"),
    ("search_{}_hide1_p99", "ms", "p99_ms", "hide1"),
    ("search_{}_leave1", "ms", "p50_ms", "leave1"),
    ("search_{}_leave1_p99", "ms", "p99_ms", "leave1"),
    ("load_{}", "ms", "load_ms", None),
    ("memory_{}", "MB", "resident_mb", None),
    ("memory_{}_private", "MB", "private_mb", None),
)
_BETTER_BY_MORE = (
    ("recall10_{}", "recall_10", "all"),
    ("recall100_{}", "recall_100", "all"),
    ("recall10_{}_hide1", "recall_10", "hide1"),
    ("recall100_{}_hide1", "recall_100", "hide1"),
    ("recall100_{}_leave1", "recall_100", "leave1"),
)
_PLOTS = (
    ("Search of the top 100 by one thread, median", "ms", "p50_ms", "all"),
    ("Search of the top 100 by one thread, 99th percentile", "ms", "p99_ms", "all"),
    ("The same with 1 % of the resources hidden, median", "ms", "p50_ms", "hide1"),
    ("The same with 1 % of the resources left, median", "ms", "p50_ms", "leave1"),
    ("Resident memory of a process that loads and searches", "MB", "resident_mb", None),
)
# Heading, width and digits; the figure of the rounds' medians, or of the build, and its filter.
_COLUMNS = (
    ("build s", 8, 1, "build_s", ""),
    ("MB", 7, 0, "disk_mb", ""),
    ("load ms", 8, 1, "load_ms", None),
    ("p50", 8, 2, "p50_ms", "all"),
    ("p99", 8, 2, "p99_ms", "all"),
    ("cpu", 8, 2, "cpu_p50_ms", "all"),
    ("cpu p99", 8, 2, "cpu_p99_ms", "all"),
    ("r@10", 7, 4, "recall_10", "all"),
    ("r@100", 7, 4, "recall_100", "all"),
    ("hide 1%", 8, 2, "p50_ms", "hide1"),
    ("p99", 8, 2, "p99_ms", "hide1"),
    ("r@100", 7, 4, "recall_100", "hide1"),
    ("leave 1%", 9, 2, "p50_ms", "leave1"),
    ("r@100", 7, 4, "recall_100", "leave1"),
    ("resident", 9, 0, "resident_mb", None),
    ("private", 8, 0, "private_mb", None),
    ("peak", 7, 0, "peak_mb", ""),
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
        for metric, unit, name, where in _BETTER_BY_LESS:
            mine, theirs = ours.each(name, where), other.each(name, where)
            yield less_is_better(metric.format(size), unit, mine, theirs, other.engine)
        for metric, name, where in _BETTER_BY_MORE:
            mine, theirs = ours.each(name, where), other.each(name, where)
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
    for title, unit, name, where in _PLOTS:
        lines = {
            engine: [
                round(by[engine, count].median(name, where), 4) if (engine, count) in by else None
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
            f"{one.built[name] if where == '' else one.median(name, where):>{width}.{digits}f}"
            for _, width, digits, name, where in _COLUMNS
        )
        lines.append(f"{one.count:>10,} {name:<17}{cells}")
    return "\n".join(lines)
