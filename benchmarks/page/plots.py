"""Figures as plots: SVG that stands in a page, whose text stays text."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from benchmarks.results import Comparison, Series

OURS = "signpost"
_INK, _MUTED, _GRID = "#1f2933", "#52606d", "#d9dee4"
_BETTER, _WORSE = "#1b7f79", "#b4452c"
# Okabe and Ito's colours, which people who do not see all of them can tell apart.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#8c6d31")
_MARKS = ("o", "s", "^", "D", "v", "P", "X", "<", ">")
_WIDTH = 7.6
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "signpost",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": _INK,
    "axes.edgecolor": _MUTED,
    "axes.labelcolor": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": _MUTED,
    "ytick.color": _INK,
}


def ratios(results: Sequence[Comparison], labels: Sequence[str], prefix: str) -> str:
    """A bar for each, to the right of 1 if ours is better, on a scale on which twice as good
    and half as good are as long. `prefix` makes the ids in it unlike those of other plots."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, 0.55 + 0.34 * len(results)), layout="constrained")
        axes = figure.add_subplot()
        places = range(len(results))
        for place, result in zip(places, results, strict=True):
            better = result.ratio >= 1
            axes.barh(
                place,
                result.ratio - 1,
                left=1,
                height=0.62,
                color=_BETTER if better else "white",
                edgecolor=_BETTER if better else _WORSE,
                hatch=None if better else "////",
            )
            axes.annotate(
                f"{result.ratio:.2f}×",
                (result.ratio, place),
                xytext=(5 if better else -5, 0),
                textcoords="offset points",
                ha="left" if better else "right",
                va="center",
            )
        axes.set_yticks(places, labels)
        axes.set_ylim(len(results) - 0.5, -0.5)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        low = min(0.5, *(result.ratio for result in results))
        high = max(2.0, *(result.ratio for result in results))
        axes.set_xscale("log", base=2)
        axes.set_xlim(low / 1.5, high * 1.5)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}×"))
        axes.axvline(1, color=_INK, linewidth=1)
        axes.grid(axis="x", color=_GRID)
        axes.set_axisbelow(True)
        return _svg(figure, prefix)


def lines(series: Series, prefix: str) -> str:
    """A line for each name over numbers; over names, bars side by side."""
    over_names = any(isinstance(x, str) for x in series.x)
    bars = len(series.x) * len(series.series)
    with mpl.rc_context(_STYLE):
        size = (_WIDTH, max(1.8, 0.9 + 0.28 * bars)) if over_names else (_WIDTH, 3.6)
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.add_subplot()
        (_draw_bars if over_names else _draw_lines)(axes, series)
        axes.set_axisbelow(True)
        if len(series.series) > 1:
            figure.legend(loc="outside right upper", frameon=False, fontsize=9)
        return _svg(figure, prefix)


def _draw_lines(axes: Axes, series: Series) -> None:
    kinds = zip(itertools.cycle(_COLOURS), itertools.cycle(_MARKS), strict=False)
    for (name, values), (colour, mark) in zip(series.series.items(), kinds, strict=False):
        points = [(x, y) for x, y in zip(series.x, values, strict=True) if y is not None]
        is_ours = OURS in name.lower()
        axes.plot(
            [float(x) for x, _ in points],
            [y for _, y in points],
            color=_BETTER if is_ours else colour,
            marker=mark,
            markersize=5,
            linewidth=2.6 if is_ours else 1.3,
            zorder=3 if is_ours else 2,
            label=name,
        )
    if series.log:
        axes.set_yscale("log")
        axes.set_xscale("log")
    axes.set_xticks([float(x) for x in series.x], [f"{x:,}" for x in series.x])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axes.set_ylabel(series.unit)
    axes.set_xlabel(series.x_label)
    axes.grid(axis="y", color=_GRID)


def _draw_bars(axes: Axes, series: Series) -> None:
    height = 0.8 / len(series.series)
    for number, (name, values) in enumerate(series.series.items()):
        known = [(place, value) for place, value in enumerate(values) if value is not None]
        bars = axes.barh(
            [place + (number + 0.5) * height - 0.4 for place, _ in known],
            [value for _, value in known],
            height * 0.88,
            color=_BETTER if OURS in name.lower() else _COLOURS[number % len(_COLOURS)],
            label=name,
        )
        axes.bar_label(bars, fmt="{:,.3g}", fontsize=8, padding=3)
    axes.set_yticks(range(len(series.x)), [str(x) for x in series.x])
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.margins(x=0.12)
    if series.log:
        axes.set_xscale("log")
    axes.set_xlabel(series.unit)
    axes.grid(axis="x", color=_GRID)


def _svg(figure: Figure, prefix: str) -> str:
    """Without what stands before the element, with ids of its own, and hidden from those who
    are read the page: they are told what it shows."""
    written = io.StringIO()
    figure.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    svg = written.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{prefix}-", svg)
    return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
