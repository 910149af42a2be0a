"""Who may see what is not meant for everyone: audiences by people's directory ids."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import yaml

from errors import SettingsError
from snapshot.models import EVERYONE


class Audiences:
    """Knows the members of each audience, by the Entra object ids that Teams sends along."""

    def __init__(self, members: dict[str, list[str]] | None = None) -> None:
        """`members` are directory ids by audience; letter case does not matter in an id."""
        self._by_person: dict[str, set[str]] = defaultdict(set)
        for audience, object_ids in (members or {}).items():
            for object_id in object_ids:
                self._by_person[object_id.lower()].add(audience)

    @property
    def held(self) -> frozenset[str]:
        """The audiences that somebody belongs to."""
        return frozenset({EVERYONE}.union(*self._by_person.values()))

    def audience(self, object_id: str) -> frozenset[str]:
        """The audiences that the person belongs to; everyone belongs to `everyone`."""
        return frozenset({EVERYONE, *self._by_person.get(object_id.lower(), ())})


def load_audiences(path: Path) -> Audiences:
    """Reads a YAML file of `audience: [directory id, ...]`.

    Raises SettingsError if it cannot be read: guessing could show people what is not theirs.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"SIGNPOST_AUDIENCES_FILE={path} cannot be read: {error}") from error
    if not isinstance(data, dict):
        raise SettingsError(f"{path} must hold `audience: [directory id, ...]`, not {data!r:.40}")
    for audience, members in data.items():
        if not isinstance(audience, str) or not isinstance(members, list):
            raise SettingsError(f"{path}: {audience!r} must be a name with a list of directory ids")
        for member in members:
            if not isinstance(member, str):
                raise SettingsError(f"{path}: {audience}: {member!r} is no directory id")
    return Audiences(data)


def held_in(path: Path | None) -> frozenset[str] | None:
    """The audiences that somebody belongs to by that file; None without a file."""
    return load_audiences(path).held if path else None
