"""What the resources found can be narrowed by, with how many there are of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from portal.library.video_shelf import topic_name
from portal.search.filters import NAMES, address, toggled, values
from retrieval.questions.narrowing import Narrowing, folders_of
from snapshot.models import Resource

COUNTED = 30  # resources, the best: what comes after them has little to do with the question
LENGTHS = (5, 15)  # minutes
_MOST_CHOICES = 8
_FIELDS = (*NAMES.values(), "max_minutes")


@dataclass(frozen=True, slots=True)
class FacetChoice:
    """A value, and for a folder what people call it, which for others is the value; `href` chooses
    it, or takes it back if it is `chosen`."""

    value: str
    label: str
    count: int
    chosen: bool
    href: str


@dataclass(frozen=True, slots=True)
class Facet:
    """A respect in which resources differ: a field of `Narrowing`."""

    field: str
    choices: tuple[FacetChoice, ...]


def without(only: Narrowing) -> dict[str, Narrowing]:
    """By each field that narrows, what is left if it does not."""
    empty = Narrowing()
    return {
        field: replace(only, **{field: getattr(empty, field)})
        for field in _FIELDS
        if getattr(only, field) != getattr(empty, field)
    }


def facets(
    text: str, only: Narrowing, found: Mapping[str, Sequence[Resource]]
) -> tuple[Facet, ...]:
    """Those that leave a choice. `found` holds, by each field, what is found for the asker when
    everything but that field narrows: so a count says what there would be, and values of a field
    can be added to those chosen."""
    shown = (Facet(field, tuple(_choices(text, only, field, found[field]))) for field in _FIELDS)
    return tuple(
        one for one in shown if len(one.choices) > 1 or any(each.chosen for each in one.choices)
    )


def _choices(
    text: str, only: Narrowing, field: str, found: Sequence[Resource]
) -> Iterator[FacetChoice]:
    best = found[:COUNTED]
    if field == "max_minutes":
        yield from _lengths(text, only, best)
        return
    counts = Counter(value for one in best for value in set(_of(one, field)))
    chosen = values(only, field)
    # What all have narrows nothing.
    offered = [value for value, count in _most(counts) if count < len(best) or value in chosen]
    for value in dict.fromkeys([*offered[:_MOST_CHOICES], *sorted(chosen)]):
        href = address(text, toggled(only, field, value))
        label = topic_name(value.rpartition("/")[2]) if field == "folders" else value
        yield FacetChoice(value, label, counts[value], value in chosen, href)


def _lengths(text: str, only: Narrowing, best: Sequence[Resource]) -> Iterator[FacetChoice]:
    chosen = only.max_minutes
    for minutes in sorted({*LENGTHS, *([] if chosen is None else [chosen])}):
        count = sum(replace(Narrowing(), max_minutes=minutes).takes(one) for one in best)
        is_chosen = minutes == chosen
        if is_chosen or 0 < count < len(best):
            toggle = replace(only, max_minutes=None if is_chosen else minutes)
            value = str(minutes)
            yield FacetChoice(value, value, count, is_chosen, address(text, toggle))


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _of(resource: Resource, field: str) -> Iterable[str]:
    match field:
        case "kinds":
            return (resource.kind.value,)
        case "folders":
            return folders_of(resource)[:1]
        case "tags":
            return (tag.casefold() for tag in resource.tags)
        case _:
            return (resource.language.partition("-")[0],)
