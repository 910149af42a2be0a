"""`_collection.yaml` in a folder of the content: a few places in an order, as a small course.

`title`, perhaps a `description`, and `places`: each names a `place`, as golden questions name one,
and says in a `note` what it is there for. The file is validated as content is, and has what it does
not say itself from the `_folder.yaml` of its folder and those above.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from errors import ContentError
from index.content.folders import Folders, load_yaml, refusal_for
from index.content.inventory import COLLECTION_FILE, left_out_part
from index.content.metadata import VALIDATION_FIELDS, Metadata, check_names, layer, parse
from index.content.validation import Reason, judge
from index.golden.places import (
    Lead,
    Served,
    as_it_is,
    passages_at,
    passages_by_path,
    paths_of,
    place_named,
    why_missing,
)
from index.readers import normalise
from snapshot.manifest import Collection, CollectionStep, Refused
from snapshot.models import Passage, Resource, resource_id

_OWN = frozenset({"title", "description", "language", "places"})
_LONGEST_TITLE, _LONGEST_TEXT = 120, 400
_MOST_PLACES = 50
_MOST_SLUG = 60


@dataclass(frozen=True, slots=True)
class CollectionEntry:
    """A collection, its file, and the names of its places, each with its note: what they open is
    known once documents are split."""

    path: str
    collection: Collection
    places: tuple[tuple[str, str], ...]


def load_collections(
    content: Path, served: Served, today: date, lead: Lead = as_it_is
) -> tuple[tuple[CollectionEntry, ...], tuple[Refused, ...]]:
    """The folder's collections that can be shown on that day, by the paths of their files, and why
    others, or single places in them, cannot. `lead` says how places are served. Of two with the
    same title the first is shown."""
    folders = Folders(content)
    kept: dict[str, CollectionEntry] = {}
    refused: list[Refused] = []
    for path in _paths(content):
        try:
            found = _read(content, path, folders, today)
        except ContentError as error:
            found = refusal_for(path, error)
        if isinstance(found, Refused):
            refused.append(found)
            continue
        places, missing = _served(found, served, content, lead)
        refused += missing
        first = kept.get(found.collection.slug)
        if first is None and places:
            kept[found.collection.slug] = replace(found, places=places)
            continue
        reason = f"{first.path} has its title" if first else "none of its places is served"
        refused.append(Refused(path, Reason.NOT_SERVED, reason))
    return tuple(kept.values()), tuple(refused)


def with_links(
    entries: Sequence[CollectionEntry], resources: Sequence[Resource], passages: Sequence[Passage]
) -> tuple[Collection, ...]:
    """The collections, each place with what it opens. A place without text is left out."""
    by_path = passages_by_path(resources, passages)
    by_id = {one.id: one for one in resources}
    return tuple(
        replace(one.collection, steps=steps)
        for one in entries
        if (steps := tuple(_steps(one.places, by_path, by_id)))
    )


def _steps(
    places: Sequence[tuple[str, str]],
    by_path: Mapping[str, Sequence[Passage]],
    by_id: Mapping[str, Resource],
) -> Iterator[CollectionStep]:
    for place, note in places:
        for passage, character in passages_at(place, by_path):
            resource = by_id[passage.resource_id]
            locator = passage.locator_at(character)
            is_whole = place == resource.path
            url = resource.url if is_whole else resource.url_at(locator)
            yield CollectionStep(resource.id, url, "" if is_whole else locator.label, note)
            break


def _paths(content: Path) -> list[str]:
    found = (one.relative_to(content).as_posix() for one in content.rglob(COLLECTION_FILE))
    return sorted(one for one in found if not left_out_part(one.rpartition("/")[0]))


def _read(content: Path, path: str, folders: Folders, today: date) -> CollectionEntry | Refused:
    """Raises ContentError for what is malformed; refuses what nobody has validated."""
    values = load_yaml(content, path)
    if not isinstance(values, dict):
        raise ContentError(f"{path}: it must be lines of `field: value`, with title and places")
    check_names(values, path, _OWN | VALIDATION_FIELDS)
    inherited = folders.fields(path.rpartition("/")[0])
    names = VALIDATION_FIELDS | {"language"}
    theirs = {name: values[name] for name in names & values.keys()}
    own = parse(theirs, path, is_ours=True, allowed=names)
    metadata = Metadata(**layer({one: inherited[one] for one in names & inherited.keys()}, own))
    title = _text(values, "title", path, _LONGEST_TITLE)
    if not title:
        raise ContentError(f"{path}: title is missing; it is what people see the collection by")
    description = _text(values, "description", path, _LONGEST_TEXT)
    places = _places(values.get("places"), path)
    verdict = judge(metadata, path, today)
    if isinstance(verdict, Refused):
        return verdict
    collection = Collection(
        _slug(title), title, description, verdict, metadata.language or "en", metadata.audience
    )
    return CollectionEntry(path, collection, places)


def _served(
    entry: CollectionEntry, served: Served, content: Path, lead: Lead
) -> tuple[tuple[tuple[str, str], ...], list[Refused]]:
    """The places that are served, by the names under which they are, and why others are not."""
    kept: list[tuple[str, str]] = []
    missing: list[Refused] = []
    for number, (place, note) in enumerate(entry.places, start=1):
        name = lead(place)[0]
        found = next((served[one][0] for one in paths_of(name) if one in served), None)
        # A place for some people is in the collection for them.
        if reason := why_missing(name, found.audience if found else (), served, content):
            missing.append(
                Refused(f"{entry.path}:{number}", Reason.NOT_SERVED, f"its place {reason}")
            )
        else:
            kept.append((name, note))
    return tuple(kept), missing


def _places(listed: Any, where: str) -> tuple[tuple[str, str], ...]:
    if not isinstance(listed, list) or not 0 < len(listed) <= _MOST_PLACES:
        raise ContentError(
            f"{where}: places must be a list of 1 to {_MOST_PLACES} entries, each beginning with "
            "`- place: ...`"
        )
    return tuple(_place(one, f"{where}, place {n}") for n, one in enumerate(listed, start=1))


def _place(values: Any, where: str) -> tuple[str, str]:
    if not isinstance(values, dict):
        raise ContentError(f"{where}: it must be lines of `field: value`, with place and note")
    check_names(values, where, frozenset({"place", "note"}))
    try:
        place = place_named(values.get("place"))
    except ValueError as error:
        raise ContentError(f"{where}: {error}") from error
    return place, _text(values, "note", where, _LONGEST_TEXT)


def _text(values: Mapping[str, Any], name: str, where: str, most: int) -> str:
    value = values.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > most:
        raise ContentError(f"{where}: {name} must be a text of at most {most} characters")
    return normalise.prose(value)


def _slug(title: str) -> str:
    """What an address calls it: "Your first week" -> "your-first-week"."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_MOST_SLUG] or resource_id(title)
