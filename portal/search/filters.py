"""What narrows a search, as it stands in an address: `kind=video&tag=leave&max_minutes=5`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Protocol
from urllib.parse import urlencode

from retrieval.questions.narrowing import Narrowing
from snapshot.formats.format_row import Kind

NAMES = {"kind": "kinds", "folder": "folders", "tag": "tags", "language": "languages"}
"""Parameters that may be repeated, each with the field of `Narrowing` that it fills."""

MAX_MINUTES = "max_minutes"
MOST_MINUTES = 1_440  # a day
_MOST_VALUES = 20  # of one parameter
_LONGEST_VALUE = 200  # characters


class Fields(Protocol):
    """The parameters of an address, or the fields of a form."""

    def getall(self, key: str, default: list[str]) -> list[str]: ...


def read_filters(fields: Fields) -> Narrowing:
    """What they ask for. ValueError, with words for whoever asks, for what is no filter."""
    kinds = frozenset(_values(fields, "kind"))
    if not kinds <= set(Kind):
        raise ValueError(f"kind takes {', '.join(Kind)}")
    return Narrowing(
        kinds=kinds,
        folders=frozenset(one.strip("/") for one in _values(fields, "folder")),
        tags=frozenset(one.casefold() for one in _values(fields, "tag")),
        languages=frozenset(one.lower() for one in _values(fields, "language")),
        max_minutes=_minutes(fields),
    )


def pairs_of(only: Narrowing) -> list[tuple[str, str]]:
    """The parameters that `read_filters` reads as this."""
    pairs = [
        (name, value) for name, field in NAMES.items() for value in sorted(values(only, field))
    ]
    return pairs + ([] if only.max_minutes is None else [(MAX_MINUTES, str(only.max_minutes))])


def values(only: Narrowing, field: str) -> frozenset[str]:
    """What stands in a field of `Narrowing` that holds several."""
    found: frozenset[str] = getattr(only, field)
    return found


def toggled(only: Narrowing, field: str, value: str) -> Narrowing:
    """With the value chosen if it was not, and without it if it was."""
    changed: Any = values(only, field) ^ {value}
    return replace(only, **{field: changed})


def address(text: str, only: Narrowing, **more: str) -> str:
    """Where the page answers the question so narrowed."""
    return f"/?{urlencode([('q', text), *pairs_of(only), *more.items()])}"


def _values(fields: Fields, name: str) -> Iterator[str]:
    given = [one for one in fields.getall(name, []) if one]
    if len(given) > _MOST_VALUES or any(len(one) > _LONGEST_VALUE for one in given):
        raise ValueError(f"{name} takes up to {_MOST_VALUES} values of {_LONGEST_VALUE} characters")
    yield from given


def _minutes(fields: Fields) -> int | None:
    given = [one for one in fields.getall(MAX_MINUTES, []) if one]
    if not given:
        return None
    if len(given) > 1 or not (given[0].isascii() and given[0].isdecimal() and len(given[0]) < 5):
        raise ValueError(f"{MAX_MINUTES} takes one number from 1 to {MOST_MINUTES}")
    if not 1 <= (minutes := int(given[0])) <= MOST_MINUTES:
        raise ValueError(f"{MAX_MINUTES} takes one number from 1 to {MOST_MINUTES}")
    return minutes
