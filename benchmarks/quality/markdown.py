"""Tables and numbers in Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from evaluation.evaluate import Figure


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The first column to the left, all others to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def text_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """All columns to the left."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def number(value: float | None, digits: int = 3) -> str:
    """A dash for what could not be measured."""
    return "–" if value is None or math.isnan(value) else _minus(f"{value:.{digits}f}")


def signed(value: float, digits: int = 3) -> str:
    return "–" if math.isnan(value) else _minus(f"{value:+.{digits}f}")


def _minus(digits: str) -> str:
    return digits.replace("-", "−")


def percent(value: float | None) -> str:
    return "–" if value is None or math.isnan(value) else f"{100 * value:.1f} %"


def interval(figure: Figure) -> str:
    return f"{number(figure.low)}–{number(figure.high)}" if figure.count else "–"


def text(value: str) -> str:
    """One line that says what it says, whatever characters Markdown would take for its own."""
    line = " ".join(value.split())
    for character in "\\`*_[]<>|":
        line = line.replace(character, f"\\{character}")
    return line


def code(value: str) -> str:
    """A name, as it is."""
    return f"`{value.replace('|', chr(92) + '|')}`" if value else "–"
