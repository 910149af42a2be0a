"""Steps of an ordered list within a passage: each with its number beside it, its lines aligned."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from microsoft_teams.cards import CardElement, Column, ColumnSet, RichTextBlock, TextBlock

from bots.drawing.card_parts import MarkedLine, literal, markdown, runs
from showing.tabular import Rows

_NUMBER = re.compile(r"(\d{1,2})[.)]\s+")


@dataclass(frozen=True, slots=True)
class NumberedStep:
    """One step, without its number in the line."""

    number: int
    line: MarkedLine


def with_steps(
    lines: Sequence[MarkedLine | Rows],
) -> Iterator[MarkedLine | Rows | NumberedStep]:
    """The lines of an excerpt, with those that count on as steps. A number by itself, such as a
    day at the head of a line, begins no list; lines between two steps belong to the first."""
    found = [None if isinstance(line, Rows) else _step(line) for line in lines]
    counted = [step.number for step in found if step]
    is_list = len(counted) > 1 and counted == list(range(counted[0], counted[0] + len(counted)))
    for line, step in zip(lines, found, strict=True):
        yield step if step and is_list else line


def paragraph(line: MarkedLine, *, bold: bool) -> RichTextBlock | TextBlock:
    """A line of a passage; what is marked is bold if `bold` says so."""
    if any(run.url for run in line):
        return TextBlock(text=markdown(line, bold=bold), wrap=True, spacing="Small")
    said = [runs(run.text, bold=bold and run.marked) for run in line]
    return RichTextBlock(inlines=list(chain.from_iterable(said)), spacing="Small")


def step_part(step: NumberedStep, *, bold: bool) -> ColumnSet:
    """The step with its number in a column of its own."""
    words: list[CardElement] = [paragraph(step.line, bold=bold)]
    number: list[CardElement] = [literal(f"{step.number}.", weight="Bolder")]
    return ColumnSet(
        columns=[Column(width="auto", items=number), Column(width="stretch", items=words)],
        spacing="Small",
    )


def _step(line: MarkedLine) -> NumberedStep | None:
    first, *others = line
    if (found := _NUMBER.match(first.text)) is None:
        return None
    rest = replace(first, text=first.text[found.end() :])
    words = (rest, *others) if rest.text else tuple(others)
    return NumberedStep(int(found[1]), words) if words else None
