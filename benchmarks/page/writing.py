"""The page: the goals, then each benchmark with its tables and plots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from benchmarks.goals import Goal, goals
from benchmarks.page import plots
from benchmarks.page.reading import Bench
from benchmarks.results import Result
from benchmarks.series import Series

_TITLES = {
    "peers": "Beside its peers",
    "turn": "A turn in Teams",
    "encode": "The encoder",
    "profile": "Where the time goes",
    "scale": "With more passages",
}
_MEASURES = {
    "question": "a question, median",
    "question_p99": "a question, 99th percentile",
    "question_cpu": "a question, mean processor time",
    "index": "time to index",
    "start": "start to first answer",
    "memory": "resident memory",
    "ndcg": "nDCG@10",
}


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot as SVG; `alt` says in words what it shows."""

    title: str
    svg: Markup
    alt: str


@dataclass(frozen=True, slots=True)
class Section:
    """What the page says of one benchmark."""

    bench: Bench
    title: str
    plots: tuple[Plot, ...]


def page(benches: Sequence[Bench]) -> str:
    """The whole page as HTML that needs nothing beside it."""
    results = [result for bench in benches for result in bench.results]
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": number, "goal_value": goal_value}
    return environment.get_template("page.html").render(
        goals=goals(results), sections=[_section(bench) for bench in benches]
    )


def number(value: float) -> str:
    """Three digits that count; all of a large one, in groups."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value else "0"


def goal_value(goal: Goal, value: float | None) -> str:
    """A figure of that goal, in its unit."""
    return "–" if value is None else f"{number(value)}{goal.unit}"


def _section(bench: Bench) -> Section:
    drawn = [*_ratio_plots(bench), *_series_plots(bench)]
    return Section(bench, _TITLES.get(bench.name, bench.name), tuple(drawn))


def _ratio_plots(bench: Bench) -> Iterable[Plot]:
    for place, (stem, results) in enumerate(by_stem(bench.results).items()):
        several = len({result.other_name for result in results}) > 1
        names = [
            result.other_name if stem else f"{result.metric} / {result.other_name}"
            if several else result.metric
            for result in results
        ]  # fmt: skip
        beside = "" if several else f", beside {results[0].other_name}"
        title = f"How many times better: {_MEASURES.get(stem, stem) or 'all measures'}{beside}"
        told = "; ".join(
            f"{name} {result.ratio:.2f}" for name, result in zip(names, results, strict=True)
        )
        svg = plots.ratios(results, names, f"{bench.name}-ratio{place}")
        yield Plot(title, Markup(svg), f"Bars. {title}. {told}.")  # noqa: S704 (ours, of figures)


def by_stem(results: Iterable[Result]) -> Mapping[str, Sequence[Result]]:
    """Results that several others share, like `start_txtai` and `start_chroma`, by what stands
    before the last part of their names; all that stand alone under the empty name, last."""
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[result.metric.rpartition("_")[0]].append(result)
    shared = {
        stem: group
        for stem, group in groups.items()
        if stem and len({one.other_name for one in group}) == len(group) > 1
    }
    alone = [one for stem, group in groups.items() if stem not in shared for one in group]
    return shared | ({"": alone} if alone else {})


def _series_plots(bench: Bench) -> Iterable[Plot]:
    for place, series in enumerate(bench.series):
        svg = plots.lines(series, f"{bench.name}-line{place}")
        yield Plot(series.title, Markup(svg), _told(series))  # noqa: S704 (ours, of figures)


def _told(series: Series) -> str:
    """Every point in words."""
    named = [
        f"{name}: "
        + ", ".join(
            f"{number(value)} at {x}"
            for x, value in zip(series.x, values, strict=True)
            if value is not None
        )
        for name, values in series.series.items()
    ]
    return f"{series.title}, in {series.unit}, by {series.x_label}. {'; '.join(named)}."
