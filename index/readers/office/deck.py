"""Decks of every program: one section a slide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from index.readers.documents import BETWEEN_BLOCKS, Document, Section, Tally, placed
from index.readers.outline import fold
from snapshot.models import Slide


class ReadSlide(NamedTuple):
    """What a slide says; its number counts hidden slides. Links are words and addresses, `pictures`
    say of each whether words stand for it."""

    number: int
    title: str
    blocks: Sequence[str]
    links: Sequence[tuple[str, str]] = ()
    pictures: Sequence[bool] = ()
    tables: int = 0


def from_slides(slides: Sequence[ReadSlide], title: str | None, language: str | None) -> Document:
    """A section for each slide that says something, its title as heading. The first slide's title
    is the deck's, else the one given."""
    named = (slides[0].title if slides else "") or title or ""
    return Document(
        title=named or None,
        language=language or None,
        sections=tuple(_section(one, named) for one in slides if one.title or one.blocks),
        tally=_tally(slides),
    )


def _tally(slides: Sequence[ReadSlide]) -> Tally:
    blank = [one for one in slides if not one.title and not one.blocks]
    named = [is_named for one in slides for is_named in one.pictures]
    return Tally(
        pages=len(slides),
        blank=tuple(one.number for one in blank),
        pictured=tuple(one.number for one in blank if one.pictures),
        tables=sum(one.tables for one in slides),
        images=len(named),
        images_unnamed=named.count(False),
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
