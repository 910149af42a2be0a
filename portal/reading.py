"""A resource as a page to read, made of its passages: for formats that no browser shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from snapshot.models import Heading, Locator, Page, Passage, Slide, clock


@dataclass(frozen=True, slots=True)
class Title:
    """A heading; `level` is that of HTML, from 2, as the resource's title is the first."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """What is said from one second on; `clock` is that second as a player shows it."""

    anchor: str
    clock: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the resource with one place. `anchor` is what `Resource.url_at` puts behind
    the "#", empty where a part before has it already or the place has none; `label` names a page
    or slide. Either `paragraphs` or, in a transcript, `lines` are filled."""

    anchor: str
    label: str
    titles: tuple[Title, ...]
    paragraphs: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()


def to_parts(passages: Sequence[Passage]) -> list[Part]:
    """The passages, in order, under the headings that are new at each place. Those of one place
    make one part, so that a link to it points at all of them."""
    used: set[str] = set()
    above: tuple[str, ...] = ()
    parts: list[Part] = []
    for (path, locator), group in groupby(passages, lambda p: (p.heading_path, p.locator)):
        together = list(group)
        parts.append(
            Part(
                anchor=_first_use(_anchor(locator), used),
                label=_label(locator),
                titles=tuple(_titles(above, path)),
                paragraphs=tuple(_paragraphs(together)),
                lines=tuple(line for passage in together for line in _lines(passage, used)),
            )
        )
        above = path
    return parts


def _paragraphs(passages: Sequence[Passage]) -> Iterator[str]:
    for passage in passages:
        if not passage.marks:
            yield from passage.text.split("\n\n")


def _titles(above: tuple[str, ...], path: tuple[str, ...]) -> Iterator[Title]:
    """The headings of `path` from the first that differs from those above."""
    same = 0
    while same < min(len(above), len(path)) and above[same] == path[same]:
        same += 1
    for depth in range(same, len(path)):
        yield Title(min(depth + 2, 6), path[depth])


def _lines(passage: Passage, used: set[str]) -> Iterator[Line]:
    ends = [*(offset for offset, _ in passage.marks[1:]), len(passage.text)]
    for (start, second), end in zip(passage.marks, ends, strict=False):
        anchor = _first_use(f"t={int(second)}", used)
        yield Line(anchor, clock(second), passage.text[start:end].strip())


def _anchor(locator: Locator) -> str:
    match locator:
        case Heading(anchor, _):
            return anchor
        case Slide(number):
            return f"slide-{number}"
        case Page(number):
            return f"page={number}"
        case _:
            return ""


def _label(locator: Locator) -> str:
    """What names the place where no heading does."""
    match locator:
        case Slide() | Page():
            return locator.label.capitalize()
        case _:
            return ""


def _first_use(anchor: str, used: set[str]) -> str:
    if anchor in used:
        return ""
    used.add(anchor)
    return anchor
