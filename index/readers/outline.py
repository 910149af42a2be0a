"""Headings and blocks in reading order become sections with heading paths and anchors."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from index.readers.documents import BETWEEN_BLOCKS, Section, placed
from snapshot.models import Heading, Link, Locator, Whole

_LONGEST_PREAMBLE = 150


@dataclass(slots=True)
class _Part:
    path: tuple[tuple[int, str], ...]
    locator: Locator
    blocks: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


class Outline:
    """Takes a document's headings and blocks as a reader meets them."""

    def __init__(self) -> None:
        self._parts = [_Part((), Whole())]
        self._headings: list[tuple[int, str]] = []

    def heading(self, level: int, text: str, locator: Locator) -> None:
        """What follows stands under this heading; level 1 is the outermost."""
        if not text:
            return
        self._headings.append((level, text))
        above = tuple(entry for entry in self._parts[-1].path if entry[0] < level)
        self._parts.append(_Part((*above, (level, text)), locator))

    def move(self, locator: Locator) -> None:
        """What follows stands at another place, under the same headings: the next page."""
        self._parts.append(_Part(self._parts[-1].path, locator))

    def leave(self, level: int, locator: Locator) -> None:
        """What follows stands at that place, under no heading of that level or below it."""
        above = tuple(entry for entry in self._parts[-1].path if entry[0] < level)
        self._parts.append(_Part(above, locator))

    def block(self, text: str, links: Iterable[tuple[str, str]] = ()) -> None:
        """A paragraph, list, table or sample with its links, each as words and address, in its
        order; an empty one is not one."""
        if text:
            part = self._parts[-1]
            if linked := list(links):
                start = sum(len(block) + len(BETWEEN_BLOCKS) for block in part.blocks)
                part.links.extend(placed(text, linked, start))
            part.blocks.append(text)

    @property
    def title(self) -> str | None:
        """The heading that names the whole document: the first one, if no other is as high and
        next to nothing stands before it."""
        if not self._headings or sum(map(len, self._parts[0].blocks)) > _LONGEST_PREAMBLE:
            return None
        level, text = self._headings[0]
        is_alone = all(other > level for other, _ in self._headings[1:])
        return text if level == 1 and is_alone else None

    def sections(self, title: str | None) -> tuple[Section, ...]:
        """The parts that have text. The document's title is left out of their paths, and the text
        right under it stands for the whole document."""
        return tuple(_section(part, fold(title or "")) for part in self._parts if part.blocks)


def _section(part: _Part, title: str) -> Section:
    path = tuple(text for _, text in part.path)
    if not path or fold(path[0]) != title:
        return Section(path, part.locator, tuple(part.blocks), tuple(part.links))
    is_start = len(path) == 1 and isinstance(part.locator, Heading)
    locator = Whole() if is_start else part.locator
    return Section(path[1:], locator, tuple(part.blocks), tuple(part.links))


def fold(text: str) -> str:
    """For comparing titles: case and spacing do not count."""
    return " ".join(text.casefold().split())


class Slugs:
    """The ids that a published page gives the headings whose author gave none. Repeated headings
    are numbered as on GitHub: `costs`, `costs-1`, `costs-2`."""

    def __init__(self) -> None:
        self._used: dict[str, int] = {}

    def slug(self, heading: str) -> str:
        """The heading's id on GitHub (https://github.com/Flet/github-slugger); mkdocs and 11ty
        make the same of headings without repeated or leading punctuation."""
        base = "".join(c for c in heading.lower() if _is_kept(c)).replace(" ", "-")
        slug = base
        while slug in self._used:
            self._used[base] += 1
            slug = f"{base}-{self._used[base]}"
        self._used[slug] = 0
        return slug

    def take(self, anchor: str) -> str:
        """An id that the author gave; headings after it may not have the same."""
        self._used.setdefault(anchor, 0)
        return anchor


def _is_kept(character: str) -> bool:
    category = unicodedata.category(character)
    return character in "- " or category[0] in "LM" or category in ("Nd", "Nl", "Pc")
