"""What was measured, as results, as lines for a plot and as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from benchmarks.results import Result, less_is_better, more_is_better
from benchmarks.scale.engines import FLAT16, FLAT32, OURS
from benchmarks.scale.measuring import Measured

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


def label(count: int) -> str:
    """10k, 1m: as a metric's name has it."""
    if count % 1_000_000 == 0:
        return f"{count // 1_000_000}m"
    return f"{count // 1_000}k"


def results(measured: Sequence[Measured]) -> Iterator[Result]:
    """Ours beside the plain flat index, for every size; beside that in half precision where the
    plain one was left out."""
    by = {(one.engine, one.count): one for one in measured}
    for ours in measured:
        size = label(ours.count)
        other = by.get((FLAT32, ours.count)) or by.get((FLAT16, ours.count))
        if ours.engine != OURS or other is None:
            continue
        for metric, unit, name, where in _BETTER_BY_LESS:
            pair = ours.each(name, where), other.each(name, where)
            yield less_is_better(metric.format(size), unit, *pair, other.engine)
        for metric, name, where in _BETTER_BY_MORE:
            pair = ours.each(name, where), other.each(name, where)
            yield more_is_better(metric.format(size), "share", *pair, other.engine)
        for metric, unit, name in (("build_{}", "s", "build_s"), ("disk_{}", "MB", "disk_mb")):
            both = [ours.built[name]], [other.built[name]]
            yield less_is_better(metric.format(size), unit, *both, other.engine)


def series(measured: Sequence[Measured]) -> list[dict[str, Any]]:
    """By passages, a line an engine; null where it was not measured."""
    counts = sorted({one.count for one in measured})
    engines = list(dict.fromkeys(one.engine for one in measured))
    by = {(one.engine, one.count): one for one in measured}

    def plot(title: str, unit: str, name: str, where: str | None) -> dict[str, Any]:
        lines = {
            engine: [
                round(by[engine, count].median(name, where), 4) if (engine, count) in by else None
                for count in counts
            ]
            for engine in engines
        }
        return {
            "title": title,
            "unit": unit,
            "x_label": "passages",
            "x": counts,
            "log": True,
            "series": lines,
        }

    plots = [
        plot("Search of the top 100 by one thread, median", "ms", "p50_ms", "all"),
        plot("Search of the top 100 by one thread, 99th percentile", "ms", "p99_ms", "all"),
        plot("The same with 1 % of the resources hidden, median", "ms", "p50_ms", "hide1"),
        plot("The same with 1 % of the resources left, median", "ms", "p50_ms", "leave1"),
        plot("Resident memory of a process that loads and searches", "MB", "resident_mb", None),
    ]
    return [*plots, _growth(plots[0])]


def _growth(plot: dict[str, Any]) -> dict[str, Any]:
    """Times the smallest size's cost, beside the passages' own growth."""
    lines = {
        name: [value / line[0] if value is not None and line[0] else None for value in line]
        for name, line in plot["series"].items()
    }
    lines["passages"] = [count / plot["x"][0] for count in plot["x"]]
    return plot | {"title": "Growth of the median search", "unit": "times", "series": lines}


def table(measured: Iterable[Measured]) -> str:
    """A line for each engine and size, medians of the rounds."""
    head = (
        f"{'passages':>10} {'engine':<17}{'build s':>8}{'MB':>7}{'load ms':>8}"
        f"{'p50':>8}{'p99':>8}{'cpu':>8}{'cpu p99':>8}{'r@10':>7}{'r@100':>7}"
        f"{'hide 1%':>8}{'p99':>8}{'r@100':>7}{'leave 1%':>9}{'r@100':>7}"
        f"{'resident':>9}{'private':>8}{'peak':>7}"
    )
    return "\n".join([head, *map(_line, measured)])


def _line(one: Measured) -> str:
    name = one.engine
    if one.built["chosen"]:
        name += f": {one.built['chosen']}"
    of = one.median
    return (
        f"{one.count:>10,} {name:<17}{one.built['build_s']:>8.1f}{one.built['disk_mb']:>7.0f}"
        f"{of('load_ms'):>8.1f}{of('p50_ms', 'all'):>8.2f}{of('p99_ms', 'all'):>8.2f}"
        f"{of('cpu_p50_ms', 'all'):>8.2f}{of('cpu_p99_ms', 'all'):>8.2f}"
        f"{of('recall_10', 'all'):>7.4f}{of('recall_100', 'all'):>7.4f}"
        f"{of('p50_ms', 'hide1'):>8.2f}{of('p99_ms', 'hide1'):>8.2f}"
        f"{of('recall_100', 'hide1'):>7.4f}{of('p50_ms', 'leave1'):>9.2f}"
        f"{of('recall_100', 'leave1'):>7.4f}"
        f"{of('resident_mb'):>9.0f}{of('private_mb'):>8.0f}{one.built['peak_mb']:>7.0f}"
    )
