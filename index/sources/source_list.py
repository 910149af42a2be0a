"""`sources.yaml` at the top of the content folder: which sources stand in it, by name."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from errors import ContentError
from index.content.folders import load_yaml
from index.content.inventory import SOURCES_FILE
from index.content.metadata import FOLDER_FIELDS, check_names, parse
from index.readers.markup.front_matter import field_name
from index.sources import KINDS, SourceKind
from snapshot.formats.format_row import UrlStyle

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_TRUE, _FALSE = ("true", "yes"), ("false", "no")


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A source as `sources.yaml` names it. `place` is where it is, in the words of its kind,
    `fields` are metadata for all below it, `audiences` what its readers are called here, by their
    names in lower case. What could not be read for more than `keep_days` is not served; None keeps
    it."""

    name: str
    kind: SourceKind
    place: Mapping[str, str]
    fields: Mapping[str, Any] = field(default_factory=dict)
    audiences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    may_be_empty: bool = False
    keep_days: int | None = None

    @property
    def digest(self) -> str:
        """The same as long as it is the same place."""
        said = json.dumps([self.kind.name, dict(self.place)], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


def load_sources(content: Path) -> tuple[SourceEntry, ...]:
    """The sources that the file names; none without it. Raises ContentError that says which entry
    is malformed, and how."""
    if not (content / SOURCES_FILE).exists():
        return ()
    listed = load_yaml(content, SOURCES_FILE)
    if not isinstance(listed, dict):
        raise ContentError(
            f"{SOURCES_FILE}: it must be lines of `name:`, each with fields below it"
        )
    return tuple(_entry(name, values, content) for name, values in listed.items())


def _entry(name: str, values: Any, content: Path) -> SourceEntry:
    where = f"{SOURCES_FILE}, {name}"
    if not _NAME.fullmatch(name):
        raise ContentError(f"{where}: a name has small letters, digits and hyphens")
    if (content / name).exists():
        raise ContentError(f"{where}: the content folder has {name}, too: rename one of them")
    if not isinstance(values, dict):
        raise ContentError(f"{where}: it must have lines of `field: value`")
    said = {field_name(key): value for key, value in values.items()}
    if len(said) < len(values):
        raise ContentError(f"{where}: a field is given twice")
    type_ = str(said.pop("type", ""))
    if (kind := KINDS.get(type_)) is None:
        raise ContentError(f"{where}: type is {type_!r}: it must be one of {', '.join(KINDS)}")
    of_place = {*kind.required, *kind.optional}
    ours = {*of_place, "may_be_empty", "keep_days", *(["audiences"] if kind.has_readers else [])}
    check_names(said, where, FOLDER_FIELDS | ours)
    if missing := [one for one in kind.required if one not in said]:
        raise ContentError(f"{where}: {' and '.join(missing)} must be given")
    place = {one: _text(said[one], one, where) for one in sorted(of_place & said.keys())}
    described = {one: value for one, value in said.items() if one not in ours}
    fields = parse(described, where, is_ours=True, allowed=FOLDER_FIELDS)
    if "base_url" in fields:
        # A code host or a store shows files as they are; a site has to be asked for.
        fields = {"url_style": UrlStyle.FILE, **fields, "base_path": name}
    return SourceEntry(
        name=name,
        kind=kind,
        place=place,
        fields=fields,
        audiences=_audiences(said.get("audiences", {}), where),
        may_be_empty=_flag(said.get("may_be_empty", "false"), where),
        keep_days=_days(said.get("keep_days"), where),
    )


def _text(value: Any, name: str, where: str) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ContentError(f"{where}: {name} must be text on one line")
    return value.strip()


def _flag(value: Any, where: str) -> bool:
    if value not in (*_TRUE, *_FALSE):
        raise ContentError(f"{where}: may_be_empty must be true or false")
    return value in _TRUE


def _days(value: Any, where: str) -> int | None:
    if value is None:
        return None
    if not (isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 6):
        raise ContentError(f"{where}: keep_days must be a whole number of days")
    return int(value)


def _audiences(value: Any, where: str) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise ContentError(f"{where}: audiences must be lines of `group: audience`")
    named: dict[str, tuple[str, ...]] = {}
    for group, audience in value.items():
        said = parse({"audience": audience}, f"{where}, {group}", is_ours=True,
                     allowed=frozenset({"audience"}))  # fmt: skip
        if group.strip().casefold() in named:
            raise ContentError(f"{where}: audiences names {group!r} twice")
        named[group.strip().casefold()] = said["audience"]
    return named
