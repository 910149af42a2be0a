"""What the page of one resource shows to one visitor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from analytics.problem_reports import Problem
from portal.home.home_view import Item, ShownCollection, open_link
from portal.pages import Way
from showing.plain_text import one_line, shorten
from showing.ports import LinkMaker
from snapshot.models import Passage, Resource
from snapshot.sentences import sentences

PLACES_AT_FIRST = 12
_WORDS = 110  # characters of what a place begins with
_BEGINNING = 320  # characters
_LOOKED_AT = 3  # passages
_ENDS = (".", "!", "?", "。")


@dataclass(frozen=True, slots=True)
class PlaceInside:
    """A place as a line: its name ("Carry over", "page 4", "2:14"), how it begins, and the address
    that opens it. Without the last it is only said."""

    name: str
    words: str
    open_url: str


@dataclass(frozen=True, slots=True)
class ResourceView:
    """`beginning` are its first sentences; `asked` is what enough colleagues have asked in these
    words; `owner` is whose it is, and a way to write to them if their address is known; `problems`
    are for those who look after content."""

    resource: Resource
    open_url: str
    owner: Way | None
    beginning: str
    places: tuple[PlaceInside, ...]
    related: tuple[Item, ...]
    collections: tuple[ShownCollection, ...]
    asked: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def owner_way(resource: Resource, page_url: str) -> Way | None:
    """Whose it is: a link that begins a mail to them if `owner` gives an address, as in
    "People team <people@example.com>"."""
    name, address = resource.owner_name, resource.owner_address
    if not address:
        return Way(name) if name else None
    subject, body = quote(resource.title), quote(f"\n\n{page_url}")
    return Way(name, f"mailto:{quote(address, safe='@')}?subject={subject}&body={body}")


def beginning_of(passages: Sequence[Passage]) -> str:
    """How the resource begins: its first whole sentences, as many as there is room for. What a
    cover or a heading says is none."""
    kept = ""
    for sentence in (one for passage in passages[:_LOOKED_AT] for one in _whole(passage)):
        longer = f"{kept} {sentence}".strip()
        if len(longer) > _BEGINNING:
            break
        kept = longer
    return kept


def places_of(
    resource: Resource, passages: Sequence[Passage], links: LinkMaker
) -> tuple[PlaceInside, ...]:
    """The places that can be named, in order, each once; none if there is only one."""
    found = {
        (name, passage.locator.anchor): (passage, name)
        for passage in reversed(passages)
        if (name := _name(passage))
    }
    in_order = sorted(found.values(), key=lambda one: one[0].ordinal)
    if len(in_order) < 2:
        return ()
    return tuple(_places(resource, in_order, links))


def _places(
    resource: Resource, named: Sequence[tuple[Passage, str]], links: LinkMaker
) -> Iterator[PlaceInside]:
    for passage, name in named:
        opens = resource.opens_at(passage.locator)
        url = open_link(links, resource.url_at(passage.locator), resource) if opens else ""
        words = next(iter((*_whole(passage), *sentences(passage.text))), "")
        yield PlaceInside(name, shorten(one_line(words), _WORDS), url)


def _whole(passage: Passage) -> list[str]:
    """Its sentences that end as one does."""
    return [one for one in map(one_line, _said(passage)) if one.endswith(_ENDS)]


def _said(passage: Passage) -> list[str]:
    # What is said in a recording is broken into lines anywhere.
    return sentences(one_line(passage.text) if passage.marks else passage.text)


def _name(passage: Passage) -> str:
    heading = passage.heading_path[-1] if passage.heading_path else ""
    label = passage.locator.label
    if not heading:
        return label
    return heading if label in ("", heading) else f"{heading}, {label}"
