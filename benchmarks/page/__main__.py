"""python -m benchmarks.page: build/bench/index.html of what the benchmarks wrote there: the goals,
then each benchmark with its tables and plots."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from markupsafe import Markup

from benchmarks.goals import Goal, goals
from benchmarks.page import plots, templates
from benchmarks.results import (
    BENCH,
    About,
    Comparison,
    Series,
    is_results,
    read,
    read_about,
    read_series,
)
from benchmarks.runner import command_line, tell

# In the order in which a reader wants them; any other comes after these.
_TITLES = {
    "peers": "Beside its peers",
    "turn": "A turn in Teams",
    "message_extension": "The search beside the compose box",
    "encode": "The encoder",
    "profile": "Where the time goes",
    "scale": "With more passages",
    "reading": "Reading files",
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

app = command_line()


@app.command()
def write(
    folder: Annotated[Path, typer.Argument(help="The folder with the benchmarks' JSON.")] = BENCH,
) -> None:
    """Write the page beside what the benchmarks wrote, and print where it is."""
    benches = read_all(folder)
    if not benches:
        tell(f"Error: no benchmark has written to {folder}: `make bench` does")
        sys.exit(1)
    path = folder / "index.html"
    path.write_text(page(benches), encoding="utf-8")
    typer.echo(path)


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot as SVG; `alt` says in words what it shows."""

    title: str
    svg: Markup
    alt: str


@dataclass(frozen=True, slots=True)
class Bench:
    """One benchmark's last run."""

    name: str
    results: tuple[Comparison, ...]
    about: About | None = None
    series: tuple[Series, ...] = ()

    @property
    def title(self) -> str:
        return _TITLES.get(self.name, self.name)

    @property
    def plots(self) -> list[Plot]:
        return [*_ratio_plots(self), *_series_plots(self)]


def read_all(folder: Path) -> list[Bench]:
    """Each benchmark that has written results there."""
    order = [*_TITLES]
    paths = [path for path in sorted(folder.glob("*.json")) if is_results(path)]
    paths.sort(key=lambda path: order.index(path.stem) if path.stem in order else len(order))
    return [
        Bench(path.stem, tuple(read(path)), read_about(path), tuple(read_series(path.stem, folder)))
        for path in paths
    ]


def page(benches: Sequence[Bench]) -> str:
    """The whole page as HTML that needs nothing beside it."""
    results = [result for bench in benches for result in bench.results]
    filters: dict[str, Callable[..., str]] = {"number": number, "goal_value": goal_value}
    return templates.render("speed.html", filters, goals=goals(results), benches=benches)


def number(value: float) -> str:
    """Three digits that count; all of a large one, in groups."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value else "0"


def goal_value(goal: Goal, value: float | None) -> str:
    """A figure of that goal, in its unit."""
    return "–" if value is None else f"{number(value)}{goal.unit}"


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


def by_stem(results: Iterable[Comparison]) -> Mapping[str, Sequence[Comparison]]:
    """Results that several others share, like `start_txtai` and `start_chroma`, by what stands
    before the last part of their names; all that stand alone under the empty name, last."""
    groups: dict[str, list[Comparison]] = defaultdict(list)
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
    """With every point in words."""
    for place, series in enumerate(bench.series):
        told = []
        for name, values in series.series.items():
            points = zip(series.x, values, strict=True)
            known = [f"{number(y)} at {x}" for x, y in points if y is not None]
            told.append(f"{name}: {', '.join(known)}")
        alt = f"{series.title}, in {series.unit}, by {series.x_label}. {'; '.join(told)}."
        svg = plots.lines(series, f"{bench.name}-line{place}")
        yield Plot(series.title, Markup(svg), alt)  # noqa: S704 (ours, of figures)


if __name__ == "__main__":
    app()
