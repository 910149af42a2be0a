"""Resources, passages and places as JSON objects: in a snapshot's files, and for scripts.

A place is written by hand. It is told by the names of its values ("page", "slide"), and the tagged
unions of msgspec would write another form.
"""

from __future__ import annotations

from dataclasses import asdict, astuple
from typing import Any, assert_never

import msgspec

from snapshot.models import (
    Fragment,
    Heading,
    Link,
    Locator,
    Page,
    Passage,
    Resource,
    Slide,
    TimeRange,
    Whole,
)


def resource_to_dict(resource: Resource) -> dict[str, Any]:
    """A JSON object with every field of the resource."""
    data: dict[str, Any] = msgspec.to_builtins(resource)
    return data


def resource_from_dict(data: dict[str, Any]) -> Resource:
    """The resource that `resource_to_dict` wrote. Raises ValueError if a field is missing or has a
    value of another type; fields that are not known here are passed over."""
    return msgspec.convert(data, Resource)


def passage_to_dict(passage: Passage) -> dict[str, Any]:
    """A JSON object with every field of the passage but its resource's id."""
    data = asdict(passage) | {
        "locator": locator_to_dict(passage.locator),
        "links": [astuple(link)[: None if link.elsewhere else -1] for link in passage.links],
    }
    del data["resource_id"]
    return data


def passage_from_dict(data: dict[str, Any], resource_id: str) -> Passage:
    """The passage that `passage_to_dict` wrote."""
    return Passage(
        resource_id=resource_id,
        ordinal=data["ordinal"],
        heading_path=tuple(data["heading_path"]),
        locator=locator_from_dict(data["locator"]),
        text=data["text"],
        marks=tuple(map(tuple, data["marks"])),
        links=tuple(Link(*link) for link in data["links"]),
    )


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
        case _:
            assert_never(locator)


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
