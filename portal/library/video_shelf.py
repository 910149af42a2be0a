"""The video library as one visitor browses it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from snapshot.formats.format_row import Kind
from snapshot.models import Resource

LENGTHS = (5, 15, 30)  # minutes at most
_ABBREVIATION = 3  # letters


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to narrow the library: what it is called, where it leads, how many recordings are
    there, and whether it is chosen."""

    label: str
    href: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class VideoShelf:
    """Recordings with their topics, by topic and title, and the ways to narrow them."""

    videos: tuple[tuple[str, Resource], ...]
    by_topic: tuple[Choice, ...]
    by_length: tuple[Choice, ...]


def shelf_of(seen: Sequence[Resource], topic: str = "", minutes: str = "") -> VideoShelf:
    """The recordings among what somebody may see, of one topic alone if it is named, and of at most
    so many minutes if that is one of `LENGTHS`. Topics are the folders at the top."""
    videos = [one for one in seen if one.kind is Kind.VIDEO]
    folders = sorted({_folder(one) for one in videos})
    chosen = topic if topic in folders else ""
    most = int(minutes) if minutes in map(str, LENGTHS) else None

    def count(folder: str, length: int | None) -> int:
        return sum(_fits(one, folder, length) for one in videos)

    shown = sorted(
        (one for one in videos if _fits(one, chosen, most)),
        key=lambda one: (_folder(one), one.title.casefold()),
    )
    return VideoShelf(
        videos=tuple((topic_name(_folder(one)), one) for one in shown),
        by_topic=tuple(
            Choice(
                topic_name(one) if one else "All topics",
                _href(one, most),
                count(one, most),
                one == chosen,
            )
            for one in ("", *filter(None, folders))
        ),
        by_length=tuple(
            Choice(
                f"{one} minutes or less" if one else "Any length",
                _href(chosen, one),
                count(chosen, one),
                one == most,
            )
            for one in (None, *LENGTHS)
        ),
    )


def topic_name(folder: str) -> str:
    """A folder's name as people read it: "pay-and-benefits" -> "Pay and benefits", "it" -> "IT"."""
    words = folder.replace("-", " ").replace("_", " ").strip()
    if 0 < len(words) <= _ABBREVIATION:
        return words.upper()
    return words[:1].upper() + words[1:]


def _folder(resource: Resource) -> str:
    return resource.path.partition("/")[0] if "/" in resource.path else ""


def _fits(resource: Resource, folder: str, most: int | None) -> bool:
    is_there = not folder or _folder(resource) == folder
    return is_there and (most is None or (resource.duration_minutes or most + 1) <= most)


def _href(topic: str, minutes: int | None) -> str:
    asked = {"topic": topic, "minutes": minutes}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/videos?{query}" if query else "/videos"
