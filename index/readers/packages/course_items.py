"""A course as its package describes it, whatever the standard."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

_ISO = re.compile(
    r"P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>[\d.]+)S)?)?"
)
_CLOCK = re.compile(r"(?P<hours>\d{1,4}):(?P<minutes>\d\d)(?::(?P<seconds>\d\d(?:\.\d+)?))?")
_LONGEST_MINUTES = 10_000


@dataclass(frozen=True, slots=True)
class CourseItem:
    """An item in the order in which people see it; `level` is 1 for the outermost. `launch` is the
    address that opens it, relative to the package, or that of a page elsewhere. `pages` are the
    members to read for it, the one that it launches first. `text` is what its description says,
    as HTML."""

    level: int
    title: str
    launch: str = ""
    pages: Sequence[str] = ()
    text: str = ""


@dataclass(slots=True)
class Course:
    """What a package says of itself. `text` is its description, as HTML."""

    title: str = ""
    text: str = ""
    language: str = ""
    minutes: int | None = None
    items: list[CourseItem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def paragraph(text: str) -> str:
    """Text as HTML; empty if there is none."""
    return f"<p>{escape(text)}</p>" if text else ""


def minutes(text: str) -> int | None:
    """A length in minutes, rounded up: PT1H30M or 01:30:00. None for anything else, and none."""
    match = _ISO.fullmatch(text.strip()) or _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    said = {key: float(value) for key, value in match.groupdict(default="0").items()}
    seconds = said["seconds"] + 60 * (
        said["minutes"] + 60 * (said["hours"] + 24 * said.get("days", 0))
    )
    whole = -int(-seconds // 60)
    return whole if 0 < whole <= _LONGEST_MINUTES else None
