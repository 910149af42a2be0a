"""Places by the names that people write down: `travel/expenses.md#mileage`."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, assert_never

from index.content.copies import Copy
from index.content.scan import Scan
from snapshot.models import (
    EVERYONE,
    Fragment,
    Heading,
    Locator,
    Page,
    Passage,
    Resource,
    Slide,
    TimeRange,
    Whole,
    resource_id,
)
from snapshot.reading import Snapshot

_NAMED_PLACES = 5
# From the name of a place to the names by which it is served, one at least.
Lead = Callable[[str], tuple[str, ...]]
# By path: the resource, and the places in it that say something.
Served = Mapping[str, tuple[Resource, Sequence[Locator]]]


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place, and who may see it; `audience` is empty for what is for everyone."""

    name: str
    audience: tuple[str, ...] = ()


def served_by(snapshot: Snapshot, paths: Collection[str]) -> Served:
    """Those of the files that the snapshot serves."""
    return {
        resource.path: (
            resource,
            [place for one in snapshot.passages_of(number) for place in places_in(one)],
        )
        for number, resource in enumerate(snapshot.resources)
        if resource.path in paths
    }


def served_after(found: Scan) -> Served:
    """What a build of that scan would serve."""
    return {
        entry.resource.path: (
            entry.resource,
            [
                *(one.locator for one in entry.document.sections if one.blocks),
                *(TimeRange(cue.start_s, cue.end_s) for cue in entry.document.cues),
            ],
        )
        for entry in found.entries
    }


def as_it_is(place: str) -> tuple[str, ...]:
    """What leads every name to itself."""
    return (place,)


def led_by(copies: Iterable[Copy]) -> Lead:
    """Leads the name of a place in a copy, which is not served, to the names of the same places in
    what is served instead, in their order. Any other name stays."""
    led: dict[str, dict[str, None]] = defaultdict(dict)
    for copy in copies:
        path, kept = copy.entry.resource.path, copy.kept.resource.path
        led[path] = {kept: None}
        for place, there in copy.places():
            if (name := place_name(path, place, ())) != path:
                led[name].setdefault(place_name(kept, there, ()))

    def lead(place: str) -> tuple[str, ...]:
        path, seconds, there = place.rpartition("#t=")
        if seconds and path in led:
            return tuple(f"{one}#t={there}" for one in led[path])
        return tuple(led[place]) if place in led else (place,)

    return lead


class PlaceNames:
    """Names places as the query log has them: by resource, label and link."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._numbers = {
            name: number
            for number, one in enumerate(snapshot.resources)
            for name in (one.id, *(resource_id(copy.url) for copy in one.also_at))
        }
        self._known: dict[int, dict[tuple[str, str], str]] = {}

    def __call__(self, resource_id: str, label: str, url: str) -> NamedPlace | None:
        """None if the snapshot has no such resource, or not that place in it any more."""
        number = self._numbers.get(resource_id)
        if number is None:
            return None
        resource = self._snapshot.resources[number]
        if number not in self._known:
            self._known[number] = self._places(number, resource)
        known = self._known[number]
        # A resource that has moved has other links, and its places their labels still.
        name = known.get((label, url)) or known.get((label, "")) if label else resource.path
        everyone = EVERYONE in resource.audience
        return NamedPlace(name, () if everyone else resource.audience) if name else None

    def _places(self, number: int, resource: Resource) -> dict[tuple[str, str], str]:
        found: dict[tuple[str, str], str] = {}
        for passage in self._snapshot.passages_of(number):
            name = passage_place(resource.path, passage.locator)
            for place in places_in(passage):
                found.setdefault((place.label, resource.url_at(place)), name)
                found.setdefault((place.label, ""), name)
        return found


def places_in(passage: Passage) -> list[Locator]:
    """The passage's own, and in a transcript the cues within it."""
    if not isinstance(passage.locator, TimeRange):
        return [passage.locator]
    end_s = passage.locator.end_s
    return [passage.locator, *(TimeRange(start_s, end_s) for _, start_s in passage.marks)]


def passage_place(path: str, locator: Locator) -> str:
    """The name by which a passage's place is found again: a stretch of a recording by its seconds,
    any other as `place_name` has it."""
    if isinstance(locator, TimeRange):
        return f"{path}#t={math.floor(locator.start_s)},{math.ceil(locator.end_s)}"
    return place_name(path, locator, ())


def place_name(path: str, locator: Locator, gold: Iterable[str]) -> str:
    """What a passage at that place is called in a ranking: the gold place that it lies in, if it
    does, else a name of its own."""
    match locator:
        case TimeRange(start_s, _):
            for place in gold:
                if _holds(place, path, start_s):
                    return place
            return f"{path}#t={start_s:.2f}"
        case Page(number):
            return f"{path}#page={number}"
        case Slide(number):
            return f"{path}#slide={number}"
        case Heading(anchor, text):
            return f"{path}#{anchor or text}"
        case Whole() | Fragment():
            return path
        case _:
            assert_never(locator)


def _holds(place: str, path: str, second: float) -> bool:
    if not place.startswith(f"{path}#t="):
        return False
    start, end = time_range(place)
    return start <= second < end


def time_range(place: str) -> tuple[float, float]:
    """Where "FILE#t=start,end" begins and ends, in seconds. Raises ValueError."""
    start, _, end = place.rpartition("#t=")[2].partition(",")
    first, last = float(start), float(end)
    if not (0 <= first < last < math.inf):
        raise ValueError(f"t takes start,end in seconds, not {start},{end}")
    return first, last


def check_place(place: Any) -> None:
    """Whether it is the name of a file or of a place in one. Raises ValueError, with a reason if
    the value alone does not show it."""
    if not isinstance(place, str) or not place.strip():
        raise ValueError
    path, _, inner = place.rpartition("#") if "#" in place else (place, "", "")
    if "://" in path or "\\" in path or {"", ".", ".."} & set(path.split("/")):
        raise ValueError('the path is that within the content folder, with "/" between its parts')
    if place.endswith("#"):
        raise ValueError
    name, equals, number = inner.partition("=")
    if equals and name == "t":
        time_range(place)
    elif equals and name in ("page", "slide") and not (number.isdecimal() and int(number)):
        raise ValueError(f"{name} takes a whole number from 1, not {number!r}")


def place_named(value: Any) -> str:
    """The value, as the name of a place. Raises ValueError that says what one is."""
    try:
        check_place(value)
    except ValueError as error:
        reason = f": {error}" if str(error) else ""
        raise ValueError(
            f"place is {value!r}{reason}; it must be a file of the content folder, or a place in "
            'one such as "travel/expenses.md#mileage"'
        ) from error
    return str(value)


def paths_of(place: str) -> Iterator[str]:
    """The place itself as a path, then what stands before its last "#"."""
    yield place
    if "#" in place:
        yield place.rpartition("#")[0]


def passages_by_path(
    resources: Iterable[Resource], passages: Iterable[Passage]
) -> dict[str, list[Passage]]:
    """The passages of each file, in reading order."""
    paths = {one.id: one.path for one in resources}
    by_path: dict[str, list[Passage]] = {}
    for passage in passages:
        by_path.setdefault(paths[passage.resource_id], []).append(passage)
    return by_path


def passages_at(
    place: str, by_path: Mapping[str, Sequence[Passage]]
) -> Iterator[tuple[Passage, int]]:
    """The passages of a place, each with its first character that lies there. A file's path alone
    stands for its beginning."""
    path = next((one for one in paths_of(place) if one in by_path), "")
    if path == place:
        yield by_path[path][0], 0
        return
    for passage in by_path.get(path, ()):
        offsets = [0, *(offset for offset, _ in passage.marks)]
        for character, one in zip(offsets, places_in(passage), strict=False):
            if place == place_name(path, one, [place]):
                yield passage, character
                break


def why_missing(place: str, audience: Iterable[str], served: Served, folder: Path) -> str:
    """Why that place of the content folder cannot be found, by somebody of the audience, in what is
    served; empty if it can."""
    path = next((path for path in paths_of(place) if path in served), None)
    if path is None:
        if any(_is_there(folder, path) for path in paths_of(place)):
            return f"{place!r} is not served today (`python -m index check` lists why)"
        return f"{place!r} is in no file of the content folder"
    resource, locators = served[path]
    if not {EVERYONE, *audience} & set(resource.audience):
        return f"{place!r} is only for {', '.join(resource.audience)}: give one as the audience"
    names = list(dict.fromkeys(place_name(path, locator, [place]) for locator in locators))
    if place in (path, *names):
        return ""
    shown = ", ".join(names[:_NAMED_PLACES]) or "no places of its own"
    more = ", ..." if len(names) > _NAMED_PLACES else ""
    return f"{place!r} is not in {path}, which has {shown}{more}"


def _is_there(folder: Path, path: str) -> bool:
    """A row of a links file is named "links.csv:3"."""
    return any((folder / name).is_file() for name in (path, path.rpartition(":")[0]))
