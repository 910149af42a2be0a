"""Resources and passages for tests that need some and do not care which."""

from __future__ import annotations

from datetime import date

from snapshot.formats.format_row import Kind
from snapshot.models import Heading, Link, Passage, Resource, Validation, resource_id

VALIDATION = Validation("Learning team", date(2026, 1, 15))


def resource(path: str = "travel/expenses.md", **changes: object) -> Resource:
    """A validated page for everyone, with the given fields changed."""
    url = str(changes.pop("url", f"https://intranet.example.com/{path}"))
    fields: dict[str, object] = {
        "id": resource_id(url),
        "title": path.rpartition("/")[2].partition(".")[0].replace("-", " ").capitalize(),
        "url": url,
        "kind": Kind.PAGE,
        "path": path,
        "validation": VALIDATION,
    }
    return Resource(**fields | changes)  # type: ignore[arg-type]


def passage(
    owner: Resource, text: str, ordinal: int = 0, heading: str = "", links: tuple[Link, ...] = ()
) -> Passage:
    """A passage under one heading."""
    path = (heading,) if heading else ()
    locator = Heading(heading.lower().replace(" ", "-"), heading)
    return Passage(owner.id, ordinal, path, locator, text, links=links)
