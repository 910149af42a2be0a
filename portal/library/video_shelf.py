"""The video library as one visitor browses it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from snapshot.formats.format_row import Kind
from snapshot.models import Resource

LENGTHS = (5, 15, 30)  # minutes at most
_MOST_TAGS = 12
_ABBREVIATION = 3  # letters


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to narrow the library: what it is called (minutes for a length, empty for all), where
    it leads, how many recordings are there, and whether it is chosen."""

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
    by_tag: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class _Wish:
    """Which recordings are wanted; what is empty asks for nothing."""

    topic: str = ""
    minutes: int | None = None
    tag: str = ""

    def takes(self, one: Resource) -> bool:
        return (
            self.topic in ("", _folder(one))
            and (self.minutes is None or (one.duration_minutes or self.minutes + 1) <= self.minutes)
            and (not self.tag or self.tag in _tags(one))
        )

    @property
    def href(self) -> str:
        asked = {"topic": self.topic, "minutes": self.minutes, "tag": self.tag}
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"/videos?{query}" if query else "/videos"


def shelf_of(
    seen: Sequence[Resource], topic: str = "", minutes: str = "", tag: str = ""
) -> VideoShelf:
    """The recordings among what somebody may see: of one topic alone if it is named, of at most so
    many minutes if that is one of `LENGTHS`, with one tag. Topics are the folders at the top. What
    none of them has narrows nothing."""
    videos = [one for one in seen if one.kind is Kind.VIDEO]
    folders = sorted({_folder(one) for one in videos})
    tags = {name for one in videos for name in _tags(one)}
    wish = _Wish(
        topic if topic in folders else "",
        int(minutes) if minutes in map(str, LENGTHS) else None,
        tag.casefold() if tag.casefold() in tags else "",
    )

    def choice(label: str, other: _Wish) -> Choice:
        return Choice(label, other.href, sum(map(other.takes, videos)), other == wish)

    shown = sorted(filter(wish.takes, videos), key=lambda one: (_folder(one), one.title.casefold()))
    return VideoShelf(
        videos=tuple((topic_name(_folder(one)), one) for one in shown),
        by_topic=tuple(
            choice(topic_name(one), replace(wish, topic=one))
            for one in ("", *filter(None, folders))
        ),
        by_length=tuple(
            choice(str(one or ""), replace(wish, minutes=one)) for one in (None, *LENGTHS)
        ),
        by_tag=tuple(choice(one, replace(wish, tag=one)) for one in _offered(videos, wish)),
    )


def topic_name(folder: str) -> str:
    """A folder's name as people read it: "pay-and-benefits" -> "Pay and benefits", "it" -> "IT"."""
    words = folder.replace("-", " ").replace("_", " ").strip()
    if 0 < len(words) <= _ABBREVIATION:
        return words.upper()
    return words[:1].upper() + words[1:]


def _offered(videos: Sequence[Resource], wish: _Wish) -> list[str]:
    """The tags to choose from, by name: those that several recordings have, of what else is wanted,
    and the chosen one. What all of it has narrows nothing."""
    others = list(filter(replace(wish, tag="").takes, videos))
    counts = Counter(name for one in others for name in _tags(one))
    most = sorted(counts, key=lambda name: (-counts[name], name))
    telling = [name for name in most if 1 < counts[name] < len(others)][:_MOST_TAGS]
    found = sorted({*telling, *filter(None, [wish.tag])})
    return ["", *found] if found else []


def _folder(resource: Resource) -> str:
    return resource.path.partition("/")[0] if "/" in resource.path else ""


def _tags(resource: Resource) -> set[str]:
    return {tag.casefold() for tag in resource.tags}
