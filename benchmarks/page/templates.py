"""How figures become the pages: the templates beside this module, and what they call."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from evaluation.evaluate import Figure


def render(name: str, filters: Mapping[str, Callable[..., Any]], **values: Any) -> str:
    """That template of these values, which may call the functions below and `filters`. What
    stands in the values is text, whatever the kind of page."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    own = (number, signed, percent, cells, with_interval, bold_if, text, code)
    environment.filters |= {one.__name__: one for one in own} | dict(filters)
    return environment.get_template(name).render(**values)


def number(value: float | None, digits: int = 3) -> str:
    """A dash for what could not be measured."""
    return "–" if value is None or math.isnan(value) else _minus(f"{value:.{digits}f}")


def signed(value: float, digits: int = 3) -> str:
    return "–" if math.isnan(value) else _minus(f"{value:+.{digits}f}")


def _minus(digits: str) -> str:
    return digits.replace("-", "−")


def percent(value: float) -> str:
    return "–" if math.isnan(value) else f"{100 * value:.1f} %"


def interval(figure: Figure) -> str:
    return f"{number(figure.low)}–{number(figure.high)}" if figure.count else "–"


def cells(figure: Figure) -> str:
    """Two cells: the mean, and its interval."""
    return f"{number(figure.mean)} | {interval(figure)}"


def with_interval(figure: Figure) -> str:
    return f"{number(figure.mean)} ({interval(figure)})" if figure.count else "–"


def bold_if(figure: Figure, chosen: bool) -> str:
    return f"**{number(figure.mean)}**" if chosen and figure.count else number(figure.mean)


def text(value: str) -> str:
    """One line that says what it says, whatever characters Markdown would take for its own."""
    line = " ".join(value.split())
    for character in "\\`*_[]<>|":
        line = line.replace(character, f"\\{character}")
    return line


def code(value: str) -> str:
    """A name, as it is."""
    return f"`{value.replace('|', chr(92) + '|')}`" if value else "–"
