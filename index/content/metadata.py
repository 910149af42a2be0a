"""The fields that describe a file: what they accept, and which of several sources wins.

Values arrive as YAML or CSV writes them: words, or lists of words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from string import Formatter
from typing import Any
from urllib.parse import urlsplit

from errors import ContentError
from index.readers import normalise
from index.readers.documents import LANGUAGE
from index.readers.markup.anchors import AnchorStyle
from index.readers.markup.front_matter import DECIDING_FIELDS, field_name
from index.readers.markup.template_tags import strip_title
from snapshot.formats.format_row import Kind, UrlStyle
from snapshot.models import EVERYONE

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LONGEST_REVIEW_DAYS = 36_500
LONGEST_WORDING = 200
_MOST_ASKED_AS = 100
_LIKELY = 0.7  # of 1: "audiance" is meant as audience, and "branch" not as anchors
# Of the name of an audience: without and with a full stop at its end.
_MOST_WORDS = (6, 2)
_PLACEHOLDERS = ("url", "seconds", "clock", "page", "slide", "anchor")


class Status(StrEnum):
    """Where a resource stands in its owner's work. Only a validated one is served."""

    DRAFT = "draft"
    VALIDATED = "validated"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is said about one file, from all its sources. `base_path` is the folder at which
    `base_url` was given, "" for the content folder itself."""

    title: str | None = None
    url: str | None = None
    base_url: str | None = None
    base_path: str = ""
    url_style: UrlStyle | None = None
    anchors: AnchorStyle | None = None
    link_template: str | None = None
    kind: Kind | None = None
    owner: str = ""
    audience: tuple[str, ...] = (EVERYONE,)
    tags: tuple[str, ...] = ()
    language: str | None = None
    duration_minutes: int | None = None
    validated_by: str | None = None
    validated_on: date | None = None
    review_by: date | None = None
    review_every_days: int | None = None
    status: Status = Status.VALIDATED
    description: str = ""
    asked_as: tuple[str, ...] = ()
    file_passages: int | None = None
    file_characters: int | None = None
    folder_passages: int | None = None
    folder_characters: int | None = None


def parse(
    source: Mapping[str, Any], where: str, *, is_ours: bool, allowed: frozenset[str]
) -> dict[str, Any]:
    """The fields that a source gives, by name, as `Metadata` holds them.

    A source of ours (`_folder.yaml`, `.meta.yaml`, links) may hold nothing but the allowed fields:
    a misspelt `audiance` would show to everyone what is meant for few. Front matter belongs to
    another program as well, and its further fields are left alone, but for what can only be meant
    as `audience`. Case does not count in names, nor whether they are written with `_` or `-`.
    Raises ContentError naming source, field, value and what is accepted.
    """
    source = _by_name(source, where)
    if is_ours:
        check_names(source, where, allowed)
    else:
        _check_audience(source, where)
    fields: dict[str, Any] = {}
    for name in sorted(allowed & source.keys()):
        if not is_ours and not source[name] and name in _OFTEN_BLANK:
            continue
        try:
            fields[name] = _PARSERS[name](source[name])
        except ValueError as error:
            raise ContentError(f"{where}: {name} is {_shown(source[name])}: {error}") from error
    return fields


def _by_name(source: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The source with our fields under their own names."""
    named: dict[str, Any] = {}
    for key, value in source.items():
        ours = field_name(str(key))
        name = ours if ours in _PARSERS else key
        if name in named:
            raise ContentError(f"{where}: {name} is given twice, the second time as {key!r}")
        named[name] = value
    return named


def _check_audience(source: Mapping[str, Any], where: str) -> None:
    """Raises ContentError for an audience that is misspelt, or stands within another field."""
    for name, value in source.items():
        if name not in _PARSERS and _means_audience(str(name)):
            raise ContentError(f"{where}: there is no field {name!r}: did you mean audience?")
        if isinstance(value, (dict, list)) and any(map(_means_audience, _names_within(value))):
            raise ContentError(f"{where}: audience stands within {name}: write it by itself")


def _means_audience(name: str) -> bool:
    parts = [field_name(name), *re.split(r"[._:]", field_name(name))]
    return any(get_close_matches(part, ["audience"], 1, 0.8) for part in parts)


def _names_within(value: Any) -> Iterator[str]:
    """The names in what a field holds, however deep."""
    if isinstance(value, dict):
        yield from map(str, value)
    for part in value.values() if isinstance(value, dict) else value:
        if isinstance(part, (dict, list)):
            yield from _names_within(part)


def check_names(names: Iterable[str], where: str, allowed: frozenset[str]) -> None:
    """Raises ContentError for the first name that is no field, with the one that was meant."""
    for name in names:
        if name not in allowed:
            raise ContentError(f"{where}: {_unknown(str(name), allowed)}")


def layer(*sources: Mapping[str, Any]) -> dict[str, Any]:
    """The sources as one; later ones win. `review_by` and `review_every_days` answer the same
    question, so a later source that gives either of them replaces both."""
    merged: dict[str, Any] = {}
    for source in sources:
        if _REVIEW & source.keys():
            merged = {name: value for name, value in merged.items() if name not in _REVIEW}
        merged |= source
    return merged


def _unknown(name: str, allowed: frozenset[str]) -> str:
    if name in _PARSERS:
        return f"{name} describes one file and does not belong here"
    close = get_close_matches(name.lower(), allowed, 1, _LIKELY)
    hint = f": did you mean {close[0]}?" if close else f"; known are {', '.join(sorted(allowed))}"
    return f"there is no field {name!r}{hint}"


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 80 else f"{shown[:77]}..."


def _word(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("it must be text")  # noqa: TRY004 (the caller names the field)
    text = normalise.prose(value)
    if not text:
        raise ValueError("it must not be empty; leave the line out instead")
    return text


def _title(value: Any) -> str | None:
    """The title; None if it is a template that another generator would have filled in."""
    return strip_title(_word(value)) or None


def _words(value: Any) -> tuple[str, ...]:
    """A list, or words separated by commas."""
    parts = value if isinstance(value, list) else str(value).split(",")
    if isinstance(value, dict) or not all(isinstance(part, str) for part in parts):
        raise ValueError("it must be a list of words, such as [sales, support]")
    words = tuple(dict.fromkeys(normalise.prose(part) for part in parts))
    if not all(words):
        raise ValueError("it must be a list of words, such as [sales, support]")
    return words


def _audience(value: Any) -> tuple[str, ...]:
    words = _words(value)
    if not words:
        raise ValueError(f"it must name an audience; {EVERYONE} is everybody's")
    if any(len(word.split()) > _MOST_WORDS[word.endswith(".")] for word in words):
        raise ValueError("it must name audiences and is a sentence")
    return words


def _date(value: Any) -> date:
    text = _word(value)
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # 2026-13-45: said below
    raise ValueError("it must be a day written as YYYY-MM-DD, such as 2026-11-02")


def _number(most: int) -> Callable[[Any], int]:
    def parse_number(value: Any) -> int:
        text = _word(value)
        if text.isascii() and text.isdecimal() and len(text) < 10 and 1 <= int(text) <= most:
            return int(text)
        raise ValueError(f"it must be a whole number from 1 to {most}")

    return parse_number


def check_wording(text: str) -> str:
    """What somebody may ask, on one line. Raises ValueError if it holds no word or too many."""
    wording = normalise.prose(text)
    if not any(map(str.isalnum, wording)):
        raise ValueError(f"the wording {wording!r} holds no word")
    if len(wording) > LONGEST_WORDING:
        raise ValueError(
            f"the wording {wording[:40]!r}... has {len(wording)} characters; at most "
            f"{LONGEST_WORDING} are read"
        )
    return wording


def _asked_as(value: Any) -> tuple[str, ...]:
    """A list of questions; a text alone is one of them."""
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise ValueError("it must be a list of questions, such as [pto, how many days off]")
    if len(listed) > _MOST_ASKED_AS:
        raise ValueError(f"it holds {len(listed)} questions; at most {_MOST_ASKED_AS} are read")
    return tuple(dict.fromkeys(map(check_wording, listed)))


def _one_of(kind: type[StrEnum]) -> Callable[[Any], StrEnum]:
    def parse_choice(value: Any) -> StrEnum:
        text = _word(value).lower()
        if text not in list(kind):
            raise ValueError(f"it must be one of {', '.join(kind)}")
        return kind(text)

    return parse_choice


def _language(value: Any) -> str:
    text = _word(value)
    if not LANGUAGE.fullmatch(text):
        raise ValueError("it must be a language tag, such as en or pt-BR")
    return text


def check_url(url: str) -> str:
    """The link, if a browser may open it: http, https, or a path on Signpost's own server.
    Raises ValueError otherwise."""
    accepted = "it must begin with https://, http:// or /"
    if any(character.isspace() or not character.isprintable() for character in url):
        raise ValueError("it must not hold spaces: write %20")
    if "\\" in url or url.startswith("//"):
        raise ValueError(accepted)
    if url.startswith("/"):
        return url
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError as error:
        raise ValueError(f"{accepted} and name a host") from error
    if parts.scheme.lower() not in ("http", "https"):
        raise ValueError(accepted)
    if not host:
        raise ValueError(f"{accepted} and name a host")
    if parts.username is not None:
        raise ValueError("it must not hold a user name or password")
    return url


def check_link_template(template: str) -> str:
    """The template of deep links, if it fills in only what there is. Raises ValueError."""
    names = ", ".join(f"{{{name}}}" for name in _PLACEHOLDERS)
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        raise ValueError(f"its braces do not match; it may hold {names}") from error
    for _, name, form, conversion in parts:
        if name is not None and (name not in _PLACEHOLDERS or form or conversion):
            raise ValueError(f"it may hold {names} and nothing else in braces")
    if not template.startswith("{url}"):
        check_url(template.split("{", 1)[0])
    return template


SIZE_FIELDS = ("file_passages", "file_characters", "folder_passages", "folder_characters")
_MOST_OF_SIZE = 999_999_999
_PARSERS: dict[str, Callable[[Any], Any]] = {
    "title": _title,
    "url": lambda value: check_url(_word(value)),
    "base_url": lambda value: check_url(_word(value)),
    "url_style": _one_of(UrlStyle),
    "anchors": _one_of(AnchorStyle),
    "link_template": lambda value: check_link_template(_word(value)),
    "kind": _one_of(Kind),
    "owner": _word,
    "audience": _audience,
    "tags": _words,
    "language": _language,
    "duration_minutes": _number(10_000),
    "validated_by": _word,
    "validated_on": _date,
    "review_by": _date,
    "review_every_days": _number(_LONGEST_REVIEW_DAYS),
    "status": _one_of(Status),
    "description": _word,
    "asked_as": _asked_as,
    **dict.fromkeys(SIZE_FIELDS, _number(_MOST_OF_SIZE)),
}
# Generators' templates for new pages leave these empty. An empty audience or validation is an
# error: somebody forgot to say who may read the page, or who vouches for it.
_OFTEN_BLANK = frozenset(
    {"title", "owner", "tags", "kind", "language", "duration_minutes", "url", "asked_as"}
)
_REVIEW = frozenset({"review_by", "review_every_days"})
FILE_FIELDS = frozenset(_PARSERS) - {"description", *SIZE_FIELDS}
FOLDER_FIELDS = FILE_FIELDS - {"title", "url", "duration_minutes", "asked_as"} | {*SIZE_FIELDS}
LINK_FIELDS = frozenset(_PARSERS) - {"base_url", "url_style", "anchors", *SIZE_FIELDS}
VALIDATION_FIELDS = DECIDING_FIELDS
