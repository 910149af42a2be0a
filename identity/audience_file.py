"""The file that lists who is in which audience, as it is now."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import structlog
import yaml

from errors import SettingsError
from identity.person import is_object_id

LOOK_EACH_S = 2.0

log = structlog.get_logger(__name__)

Members = Mapping[str, frozenset[str]]
"""By audience the object ids of people and groups in it, all in lower case. An audience that is
called by an object id is in lower case, too."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Members that never change."""

    members: Members = field(default_factory=dict)
    problem: str | None = None

    async def current(self) -> Members:
        return self.members


class AudienceFile:
    """The members in a YAML file of `audience: [object id, ...]`, read again when it changes.

    It is compared by what is in it, so it may be written in place, replaced, or be a link that is
    turned to another file, as Kubernetes does with what it mounts. A version that cannot be used
    leaves the last one in force. If the file is gone, nobody is in any audience: whoever
    took it away may have meant that. Both are logged, and are `problem` until mended.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises SettingsError if it cannot be used now."""
        self._path = path
        self._clock = clock
        self._data: bytes | None = _read(path)
        self._members = _parsed(path, self._data)
        self._looked_at = clock()
        self.problem: str | None = None

    async def current(self) -> Members:
        """The members as of at most two seconds ago."""
        now = self._clock()
        if now - self._looked_at >= LOOK_EACH_S:
            self._looked_at = now
            await asyncio.to_thread(self._look)
        return self._members

    def _look(self) -> None:
        try:
            data = _read(self._path)
            if data == self._data and self.problem is None:
                return
            members = _parsed(self._path, data)
        except SettingsError as error:
            if isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
                self._data, self._members = None, {}
                self._tell(f"{error}: nobody is in an audience that it listed; put it back")
            else:
                self._tell(f"{error}: what it said before holds until it is mended")
        else:
            self._data, self._members, self.problem = data, members, None
            log.info("audiences.read", file=str(self._path), audiences=len(members))

    def _tell(self, problem: str) -> None:
        if problem != self.problem:
            log.error("audiences.unusable", file=str(self._path), reason=problem)
        self.problem = problem


def read_members(path: Path) -> Members:
    """What the file says. Raises SettingsError if it cannot be used: guessing could show people
    what is not theirs."""
    return _parsed(path, _read(path))


def normalised(audience: str) -> str:
    """Case matters in the name of an audience, and does not in an object id."""
    return audience.lower() if is_object_id(audience) else audience


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"SIGNPOST_AUDIENCES_FILE={path} cannot be read: {error}") from error


def _parsed(path: Path, data: bytes) -> Members:
    try:
        found = yaml.safe_load(data.decode("utf-8")) or {}
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise SettingsError(f"SIGNPOST_AUDIENCES_FILE={path} cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise SettingsError(f"{path} must hold `audience: [object id, ...]`, not {found!r:.40}")
    members: dict[str, frozenset[str]] = {}
    for audience, listed in found.items():
        if not isinstance(audience, str) or not isinstance(listed, list):
            raise SettingsError(f"{path}: {audience!r} must be a name with a list of object ids")
        for member in listed:
            if not isinstance(member, str):
                raise SettingsError(f"{path}: {audience}: {member!r} is no object id")
        name = normalised(audience)
        members[name] = members.get(name, frozenset()) | {one.strip().lower() for one in listed}
    return members
