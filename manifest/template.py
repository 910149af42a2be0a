"""The manifest's template: JSON whose strings hold `${names}` of settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Template

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


def fill(template: Json, values: Mapping[str, str]) -> Json:
    """The template with the values in its strings. Raises KeyError for a name without a value."""
    match template:
        case str():
            return Template(template).substitute(values)
        case dict():
            return {key: fill(value, values) for key, value in template.items()}
        case list():
            return [fill(value, values) for value in template]
        case _:
            return template


def names_at(template: Json, path: Iterable[str | int]) -> list[str]:
    """The names that the template asks for at that place or below it, in their order: whose
    values are to blame for what stands there."""
    for step in path:
        match template, step:
            case dict(), str():
                template = template[step]
            case list(), int():
                template = template[step]
    return list(dict.fromkeys(_names(template)))


def _names(template: Json) -> Iterable[str]:
    match template:
        case str():
            yield from Template(template).get_identifiers()
        case dict():
            for value in template.values():
                yield from _names(value)
        case list():
            for value in template:
                yield from _names(value)
