"""Decks of every program: one section a slide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from index.readers.documents import BETWEEN_BLOCKS, Document, Section, placed
from index.readers.outline import fold
from snapshot.models import Slide


class ReadSlide(NamedTuple):
    """What a slide says; its number counts hidden slides. Links are words and addresses."""

    number: int
    title: str
    blocks: Sequence[str]
    links: Sequence[tuple[str, str]] = ()


def from_slides(slides: Sequence[ReadSlide], title: str | None, language: str | None) -> Document:
    """A section for each slide that says something, its title as heading. The first slide's title
    is the deck's, else the one given."""
    named = (slides[0].title if slides else "") or title or ""
    return Document(
        title=named or None,
        language=language or None,
        sections=tuple(_section(one, named) for one in slides if one.title or one.blocks),
    )


def _section(slide: ReadSlide, named: str) -> Section:
    is_named = slide.title and fold(slide.title) != fold(named)
    blocks = tuple(slide.blocks or [slide.title])
    return Section(
        (slide.title,) if is_named else (),
        Slide(slide.number),
        blocks,
        tuple(placed(BETWEEN_BLOCKS.join(blocks), slide.links)),
    )
