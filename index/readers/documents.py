"""What a reader gets out of one file, before it is cut into passages; and the same as JSON.

The JSON goes from a reader's process to ours, and into the cache. What comes back from a reader is
believed as little as the file it read: every value is checked before it becomes a Document.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

import msgspec

from snapshot.models import Heading, Link, Locator
from snapshot.resource_json import locator_from_dict, locator_to_dict

Count = Annotated[int, msgspec.Meta(ge=0)]
BETWEEN_BLOCKS = "\n\n"
_LONGEST_ADDRESS = 2_000
_OF_PEOPLE = ("mailto:", "tel:", "sip:")
_LETTER = re.compile(r"\w")
# A language tag of BCP 47, such as en or pt-BR.
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a document with one place: the text under a heading, a page, a slide.

    `blocks` are what should not be cut if it can be helped: a paragraph, a list, a table, a code
    sample; a block may hold line breaks (one list item or table row a line). `heading_path` runs
    from the document's outermost heading to the section's own and leaves the document's title out.
    `links` stand in `text`, in its order, with the address as the file writes it. `asked_as` are
    questions that it answers, in other words than its heading's; they are matched and not shown.
    """

    heading_path: tuple[str, ...]
    locator: Locator
    blocks: tuple[str, ...]
    links: tuple[Link, ...] = ()
    asked_as: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The blocks with an empty line between them."""
        return BETWEEN_BLOCKS.join(self.blocks)


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue of a transcript, in seconds from the recording's start; `chapter` is what the file
    says that begins with it."""

    start_s: float
    end_s: float
    text: str
    chapter: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a file holds besides words, as its reader counted it: its pages or slides (0 if it has
    none), those of them without text and, of these, those that show a picture (numbers from 1);
    tables, images, and images without words that stand for them."""

    pages: Count = 0
    blank: tuple[Count, ...] = ()
    pictured: tuple[Count, ...] = ()
    tables: Count = 0
    images: Count = 0
    images_unnamed: Count = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One file as read. Text is normalised already (see `index/readers/normalise.py`).

    `title` is what the document itself calls it, None if it does not say. `metadata` is its front
    matter as found, not yet judged. `language` is what the document declares, or None. `notes` are
    what its owner may want to know of how it was read, each a sentence for many files. `anchors`
    are, by style, what other generators call places whose anchors are GitHub's. `tally` counts
    what is not text. `said_audience` is whom it says it is for where that is no metadata (see
    `index/readers/said_audience.py`). `duration_minutes` is how long it takes, if it says so, and
    `launch` what opens a course, relative to its package. `members` are the names of what an
    archive holds, each a file of its own. Either `sections` or `cues` is filled; both empty means
    a file without text.
    """

    title: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    language: str | None = None
    sections: tuple[Section, ...] = ()
    cues: tuple[Cue, ...] = ()
    notes: tuple[str, ...] = ()
    anchors: dict[str, dict[str, str]] = field(default_factory=dict)
    tally: Tally = Tally()
    said_audience: str = ""
    duration_minutes: int | None = None
    launch: str = ""
    members: tuple[str, ...] = ()


def with_anchors(document: Document, style: str) -> Document:
    """The document with the anchors that a site of that style gives its headings."""
    others = document.anchors.get(style)
    if not others:
        return document
    sections = (
        replace(section, locator=replace(place, anchor=others.get(place.anchor, place.anchor)))
        if isinstance(place := section.locator, Heading)
        else section
        for section in document.sections
    )
    return replace(document, sections=tuple(sections))


def placed(text: str, found: Iterable[tuple[str, str]], start: int = 0) -> list[Link]:
    """Links by where their words stand in a text, which is part of a larger one from `start` on.
    `found` are words and addresses in the text's order; words that it does not hold are left out,
    and so are addresses of people."""
    links: list[Link] = []
    position = 0
    for words, address in found:
        if not words or len(address) > _LONGEST_ADDRESS or address.lower().startswith(_OF_PEOPLE):
            continue
        if (begins := _find_words(text, words, position)) >= 0:
            position = begins + len(words)
            links.append(Link(start + begins, start + position, address))
    return links


def _find_words(text: str, words: str, start: int) -> int:
    """Where they stand and are no part of longer words, -1 if nowhere."""
    while (begins := text.find(words, start)) >= 0:
        ends = begins + len(words)
        around = text[max(begins - 1, 0) : begins] + text[ends : ends + 1]
        if not _LETTER.search(around):
            break
        start = begins + 1
    return begins


_Second = Annotated[float, msgspec.Meta(ge=0, lt=1e9)]
_PLACED = msgspec.Meta(gt=0, lt=10**9)
_Place = dict[str, str | Annotated[int, _PLACED] | Annotated[float, _PLACED]]


class _Written(msgspec.Struct):
    """A document as JSON has it: sections and cues are lists of their fields."""

    title: str | None
    metadata: dict[str, Any]
    language: str | None
    sections: list[
        tuple[
            tuple[str, ...],
            _Place,
            tuple[str, ...],
            list[tuple[Count, Count, str]],
            tuple[str, ...],
        ]
    ]
    cues: list[tuple[_Second, _Second, str, str]]
    notes: tuple[str, ...]
    anchors: dict[str, dict[str, str]]
    tally: Tally
    said_audience: str
    duration_minutes: Count | None
    launch: str
    members: tuple[str, ...]


def document_to_json(document: Document) -> bytes:
    """UTF-8 JSON that `document_from_json` reads back."""
    sections = [
        (
            section.heading_path,
            locator_to_dict(section.locator),
            section.blocks,
            [(link.start, link.end, link.url) for link in section.links],
            section.asked_as,
        )
        for section in document.sections
    ]
    cues = [(cue.start_s, cue.end_s, cue.text, cue.chapter) for cue in document.cues]
    return msgspec.json.encode(
        _Written(
            title=document.title,
            metadata=document.metadata,
            language=document.language,
            sections=sections,
            cues=cues,
            notes=document.notes,
            anchors=document.anchors,
            tally=document.tally,
            said_audience=document.said_audience,
            duration_minutes=document.duration_minutes,
            launch=document.launch,
            members=document.members,
        )
    )


def document_from_json(data: bytes) -> Document:
    """The document. Raises ValueError for anything that `document_to_json` does not write."""
    try:
        found = msgspec.json.decode(data, type=_Written)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if found.sections and found.cues:
        raise ValueError("both sections and cues")
    if any(start_s > end_s for start_s, end_s, *_ in found.cues):
        raise ValueError("a cue that ends before it begins")
    return Document(
        title=found.title,
        metadata=found.metadata,
        language=found.language,
        sections=tuple(
            Section(
                path, locator_from_dict(place), blocks, tuple(Link(*one) for one in links), asked
            )
            for path, place, blocks, links, asked in found.sections
        ),
        cues=tuple(Cue(*cue) for cue in found.cues),
        notes=found.notes,
        anchors=found.anchors,
        tally=found.tally,
        said_audience=found.said_audience,
        duration_minutes=found.duration_minutes,
        launch=found.launch,
        members=found.members,
    )
