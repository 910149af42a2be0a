"""What the index holds: resources, their passages, and where in a resource a passage stands."""

from __future__ import annotations

import hashlib
import re
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, assert_never
from urllib.parse import quote, urlsplit, urlunsplit

from snapshot import formats
from snapshot.formats.format_row import Kind, Opening

_YOUTUBE = ("youtube.com", "youtu.be", "youtube-nocookie.com")
_OF_PAGES = (Opening.SECTION, Opening.WORDS)
_FRAGMENT_CHARACTERS = 80
_ADDRESSED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^\s<>@,;?&%]+@[^\s<>@,;?&%]+)>")
EVERYONE = "everyone"


# Each place says how a link opens it, what people call it (`label`), and which fragment of a link
# leads to it (`anchor`): the pages that Signpost draws have it as an id. Either may be empty.


@dataclass(frozen=True, slots=True)
class Whole:
    """The resource as a whole: it has no inner places, or the passage is its beginning."""

    opening: ClassVar = Opening.WHOLE
    label: ClassVar = ""
    anchor: ClassVar = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a PDF, counted from 1 as PDF viewers count (not the number printed on it)."""

    number: int
    opening: ClassVar = Opening.PAGE

    @property
    def label(self) -> str:
        return f"page {self.number}"

    @property
    def anchor(self) -> str:
        return f"page={self.number}"


@dataclass(frozen=True, slots=True)
class Slide:
    """A slide of a deck, counted from 1."""

    number: int
    opening: ClassVar = Opening.SLIDE

    @property
    def label(self) -> str:
        return f"slide {self.number}"

    @property
    def anchor(self) -> str:
        return f"slide-{self.number}"


@dataclass(frozen=True, slots=True)
class Heading:
    """The section below a heading. `anchor` is the id that the published page gives the heading,
    empty if it gives none."""

    anchor: str
    text: str
    opening: ClassVar = Opening.SECTION

    @property
    def label(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class TimeRange:
    """A stretch of a recording, in seconds from its start."""

    start_s: float
    end_s: float
    opening: ClassVar = Opening.SECOND

    @property
    def label(self) -> str:
        return clock(self.start_s)

    @property
    def anchor(self) -> str:
        """The W3C media fragment (https://www.w3.org/TR/media-frags/)."""
        return f"t={int(self.start_s)}"


@dataclass(frozen=True, slots=True)
class Fragment:
    """A place that only its own words can name (plain text): the first words of the passage."""

    text: str
    opening: ClassVar = Opening.WORDS
    label: ClassVar = ""
    anchor: ClassVar = ""


Locator = Whole | Page | Slide | Heading | TimeRange | Fragment


def clock(seconds: float) -> str:
    """Seconds as people read a player: 134.2 -> "2:14", 3725 -> "1:02:05"."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


@dataclass(frozen=True, slots=True)
class Validation:
    """Who vouched for a resource, when, and the last day on which that holds (None: no end)."""

    validated_by: str
    validated_on: date
    review_by: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the resource may be served on that day; `review_by` itself still counts."""
        return self.validated_on <= day and (self.review_by is None or day <= self.review_by)


@dataclass(frozen=True, slots=True)
class OtherPlace:
    """Where the words of a resource lie, too: a file that is not served itself."""

    path: str
    url: str


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing that a person can open.

    `url` is absolute, or a path ("/content/...") on Signpost's own server. `path` is the file
    within the content folder, with "/" between its parts. `link_template`, if given, makes
    deep links: `{url}`, `{seconds}`, `{clock}`, `{page}`, `{slide}`, `{anchor}` are filled in.
    `also_at` are files that say the same to the same people; `media` is the recording that
    Signpost plays itself, `still` a picture of a recording, `pages` the PDF of whose pages it shows
    pictures, each by its name in `snapshot.media`.
    """

    id: str
    title: str
    url: str
    kind: Kind
    path: str
    validation: Validation
    owner: str = ""
    audience: tuple[str, ...] = (EVERYONE,)
    language: str = "en"
    tags: tuple[str, ...] = ()
    duration_minutes: int | None = None
    link_template: str | None = None
    also_at: tuple[OtherPlace, ...] = ()
    media: str = ""
    still: str = ""
    pages: str = ""

    @property
    def owner_name(self) -> str:
        """The owner without the address, if `owner` gives one as in "People <p@example.com>"."""
        found = _ADDRESSED.fullmatch(self.owner)
        return (found["name"].strip() or found["address"]) if found else self.owner

    @property
    def owner_address(self) -> str:
        """The mail address that `owner` gives; empty if it gives none."""
        found = _ADDRESSED.fullmatch(self.owner)
        return found["address"] if found else ""

    @property
    def only_for(self) -> tuple[str, ...]:
        """The audiences that alone may see it, sorted; empty if everyone may."""
        return () if EVERYONE in self.audience else tuple(sorted(set(self.audience)))

    def url_at(self, locator: Locator) -> str:
        """The link that opens the resource at that place, or as near to it as the place's
        platform documents: no parameter is invented for platforms without one."""
        if self.link_template and (link := _fill(self.link_template, self.url, locator)):
            return link
        if isinstance(locator, TimeRange) and (link := _link_of_player(self.url, locator)):
            return link
        if locator.opening in self._openings and (fragment := _fragment(locator)):
            return _with_fragment(self.url, fragment)
        return self.url

    def opens_at(self, locator: Locator) -> bool:
        """Whether `url_at` leads to the place itself, not only to the resource."""
        return self.url_at(locator) != self.url

    @property
    def _openings(self) -> tuple[Opening, ...]:
        """How links open places in what the url leads to. A published url whose path does not say
        its format is a page of some site, if such a site can show the file as a page at all."""
        source, shown = formats.of(self.path), formats.of(urlsplit(self.url).path)
        if self.url.startswith("/") and (own := shown or source):
            return (own.local,)
        if shown:
            return (shown.published,)
        return _OF_PAGES if source is None or source.published in _OF_PAGES else ()


@dataclass(frozen=True, slots=True)
class Link:
    """Characters `start` up to `end` of a text that are a link, and the address that it opens.

    `resource_id` names the resource in which that is, and is empty for what is not served. An
    empty `url` leads nowhere that could be shown. `elsewhere` is the address on the web that the
    text itself gives, if the resource is not for everyone: to others it is a page like any.
    """

    start: int
    end: int
    url: str
    resource_id: str = ""
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a resource that can answer. `ordinal` counts a resource's passages from 0.

    `marks` are (character of `text`, second) where the cues of a transcript begin; `links` stand
    in `text`, in its order.
    """

    resource_id: str
    ordinal: int
    heading_path: tuple[str, ...]
    locator: Locator
    text: str
    marks: tuple[tuple[int, float], ...] = ()
    links: tuple[Link, ...] = ()

    def locator_at(self, character: int) -> Locator:
        """The place of that character: in a transcript the cue in which it is said, else the
        passage's own place."""
        if not isinstance(self.locator, TimeRange):
            return self.locator
        starts = [second for offset, second in self.marks if offset <= character]
        return TimeRange(starts[-1], self.locator.end_s) if starts else self.locator


def resource_id(url: str) -> str:
    """A short name that stays while the url stays, wherever the file moves: 60 bits of its
    SHA-256 in base 32, so that a million resources collide with a chance under one in a million."""
    digest = hashlib.sha256(url.encode()).digest()
    return b32encode(digest).decode().lower()[:12]


def _link_of_player(url: str, place: TimeRange) -> str | None:
    """YouTube takes t=<s> in the query, Vimeo #t=<s>s; other players document nothing."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if host in _YOUTUBE:
        kept = [p for p in parts.query.split("&") if p and not p.startswith("t=")]
        return urlunsplit(parts._replace(query="&".join([*kept, f"{place.anchor}s"])))
    if host in ("vimeo.com", "player.vimeo.com"):
        return _with_fragment(url, f"{place.anchor}s")
    return None


def _fragment(locator: Locator) -> str:
    """What stands behind the "#" of a link to the place; empty if the place has no name."""
    if locator.anchor:
        return quote(locator.anchor, safe="-._~!$&'()*+,;=:@/?")
    words = locator.text if isinstance(locator, Heading | Fragment) else ""
    return _text_directive(words) if words else ""


def _with_fragment(url: str, fragment: str) -> str:
    return f"{url.partition('#')[0]}#{fragment}"


def _text_directive(text: str) -> str:
    """A text directive (https://wicg.github.io/scroll-to-text-fragment/): "-", "&" and "," are
    syntax in it and must be percent-encoded. A long one makes a link that nobody can carry."""
    words = " ".join(text.split()[:8])[:_FRAGMENT_CHARACTERS]
    return ":~:text=" + quote(words, safe="").replace("-", "%2D")


def _fill(template: str, url: str, locator: Locator) -> str | None:
    """The template with the locator's values; None if it asks for one that the place lacks."""
    values: dict[str, str] = {"url": url}
    match locator:
        case Page(number):
            values["page"] = str(number)
        case Slide(number):
            values["slide"] = str(number)
        case Heading(anchor, _):
            values |= {"anchor": quote(anchor)} if anchor else {}
        case TimeRange(start_s, _):
            values |= {"seconds": str(int(start_s)), "clock": clock(start_s)}
        case Whole() | Fragment():
            pass
        case _:
            assert_never(locator)
    try:
        return template.format_map(values)
    except KeyError:
        return None


def embedding_text(title: str, heading_path: Sequence[str], text: str) -> str:
    """What is encoded for a passage: where it stands, then what it says."""
    return f"{heading_line(title, heading_path)}\n{text}"


def heading_line(title: str, heading_path: Sequence[str]) -> str:
    return " > ".join(part for part in (title, *heading_path) if part)
