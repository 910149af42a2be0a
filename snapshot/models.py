"""What the index holds: resources, their passages, and where in a resource a passage stands."""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

_MEDIA = (".mp4", ".m4v", ".mov", ".webm", ".ogv", ".ogg", ".mp3", ".m4a", ".wav", ".vtt", ".srt")
_YOUTUBE = ("youtube.com", "youtu.be", "youtube-nocookie.com")
_FRAGMENT_CHARACTERS = 80
EVERYONE = "everyone"


class Kind(StrEnum):
    """What a person opens."""

    DOCUMENT = "document"
    PAGE = "page"
    DECK = "deck"
    VIDEO = "video"
    COURSE = "course"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Whole:
    """The resource as a whole: it has no inner places, or the passage is its beginning."""

    @property
    def label(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a PDF, counted from 1 as PDF viewers count (not the number printed on it)."""

    number: int

    @property
    def label(self) -> str:
        return f"page {self.number}"


@dataclass(frozen=True, slots=True)
class Slide:
    """A slide of a deck, counted from 1."""

    number: int

    @property
    def label(self) -> str:
        return f"slide {self.number}"


@dataclass(frozen=True, slots=True)
class Heading:
    """The section below a heading. `anchor` is the id that the published page gives the heading,
    empty where it gives none."""

    anchor: str
    text: str

    @property
    def label(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class TimeRange:
    """A stretch of a recording, in seconds from its start."""

    start_s: float
    end_s: float

    @property
    def label(self) -> str:
        return clock(self.start_s)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A place that only its own words can name (plain text): the first words of the passage."""

    text: str

    @property
    def label(self) -> str:
        return ""


Locator = Whole | Page | Slide | Heading | TimeRange | Fragment


def clock(seconds: float) -> str:
    """Seconds as people read a player: 134.2 -> "2:14", 3725 -> "1:02:05"."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


def locator_to_dict(locator: Locator) -> dict[str, Any]:
    """A JSON object that `locator_from_dict` reads back."""
    match locator:
        case Whole():
            return {}
        case Page(number):
            return {"page": number}
        case Slide(number):
            return {"slide": number}
        case Heading(anchor, text):
            return {"anchor": anchor, "heading": text}
        case TimeRange(start_s, end_s):
            return {"start_s": start_s, "end_s": end_s}
        case Fragment(text):
            return {"text": text}


def locator_from_dict(data: dict[str, Any]) -> Locator:
    """The locator that `locator_to_dict` wrote. Raises ValueError on any other object."""
    match data:
        case {"page": int(number)}:
            return Page(number)
        case {"slide": int(number)}:
            return Slide(number)
        case {"anchor": str(anchor), "heading": str(text)}:
            return Heading(anchor, text)
        case {"start_s": (int() | float()) as start_s, "end_s": (int() | float()) as end_s}:
            return TimeRange(float(start_s), float(end_s))
        case {"text": str(text)}:
            return Fragment(text)
        case {} if not data:
            return Whole()
    raise ValueError(f"not a locator: {data!r}")


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
class Resource:
    """One thing that a person can open.

    `url` is absolute, or a path ("/content/...") on Signpost's own server. `path` is the file
    within the content folder, with "/" between its parts. `link_template`, where given, makes
    deep links: `{url}`, `{seconds}`, `{clock}`, `{page}`, `{slide}`, `{anchor}` are filled in.
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

    def url_at(self, locator: Locator) -> str:
        """The link that opens the resource at that place, or as near to it as the place's
        platform documents: no parameter is invented for platforms without one."""
        if self.link_template and (link := _fill(self.link_template, self.url, locator)):
            return link
        match locator:
            case Page(number) if self._url_path.endswith(".pdf"):
                return _with_fragment(self.url, f"page={number}")
            case Slide(number) if self._is_local:
                return _with_fragment(self.url, f"slide-{number}")
            case Heading(anchor, text) if self._is_local or not self._is_office_file:
                if anchor:
                    return _with_fragment(self.url, quote(anchor, safe="-._~!$&'()*+,;=:@/?"))
                return _with_fragment(self.url, _text_fragment(text)) if text else self.url
            case TimeRange(start_s, _):
                return self._url_at_second(int(start_s))
            case Fragment(text) if text:
                return _with_fragment(self.url, _text_fragment(text))
            case _:
                return self.url

    def opens_at(self, locator: Locator) -> bool:
        """Whether `url_at` leads to the place itself, not only to the resource."""
        return self.url_at(locator) != self.url

    def _url_at_second(self, second: int) -> str:
        """YouTube takes t=<s> in the query, Vimeo #t=<s>s, media files the W3C media fragment
        #t=<s> (https://www.w3.org/TR/media-frags/). Other players document none."""
        parts = urlsplit(self.url)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
        if host in _YOUTUBE:
            kept = [p for p in parts.query.split("&") if p and not p.startswith("t=")]
            return urlunsplit(parts._replace(query="&".join([*kept, f"t={second}s"])))
        if host in ("vimeo.com", "player.vimeo.com"):
            return _with_fragment(self.url, f"t={second}s")
        if self._url_path.endswith(_MEDIA):
            return _with_fragment(self.url, f"t={second}")
        return self.url

    @property
    def _url_path(self) -> str:
        return urlsplit(self.url).path.lower()

    @property
    def _is_local(self) -> bool:
        return self.url.startswith("/")

    @property
    def _is_office_file(self) -> bool:
        return self._url_path.endswith((".docx", ".pptx", ".pdf"))


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a resource that can answer. `ordinal` counts a resource's passages from 0.

    `marks` are (character of `text`, second) where the cues of a transcript begin.
    """

    resource_id: str
    ordinal: int
    heading_path: tuple[str, ...]
    locator: Locator
    text: str
    marks: tuple[tuple[int, float], ...] = ()

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


def _with_fragment(url: str, fragment: str) -> str:
    return f"{url.partition('#')[0]}#{fragment}"


def _text_fragment(text: str) -> str:
    """A text directive (https://wicg.github.io/scroll-to-text-fragment/): "-", "&" and "," are
    syntax in it and must be percent-encoded. A long one makes a link that nobody can carry."""
    words = " ".join(text.split()[:8])[:_FRAGMENT_CHARACTERS]
    return ":~:text=" + quote(words, safe="").replace("-", "%2D")


def _fill(template: str, url: str, locator: Locator) -> str | None:
    """The template with the locator's values; None where it asks for one that the place lacks."""
    values: dict[str, str] = {"url": url}
    match locator:
        case Page(number):
            values["page"] = str(number)
        case Slide(number):
            values["slide"] = str(number)
        case Heading(anchor, _) if anchor:
            values["anchor"] = quote(anchor)
        case TimeRange(start_s, _):
            values["seconds"] = str(int(start_s))
            values["clock"] = clock(start_s)
    try:
        return template.format_map(values)
    except KeyError:
        return None


def embedding_text(title: str, heading_path: Sequence[str], text: str) -> str:
    """What is encoded for a passage: where it stands, then what it says."""
    return f"{heading_line(title, heading_path)}\n{text}"


def heading_line(title: str, heading_path: Sequence[str]) -> str:
    return " > ".join(part for part in (title, *heading_path) if part)
