"""The content as one tree of paths: a folder, and the sources that stand in it by name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from snapshot.models import EVERYONE

_ROW = re.compile(r":\d+\Z")


@dataclass(frozen=True, slots=True)
class MountedFile:
    """A file of a source. Its bytes lie in `copy`; None if they were not fetched, and then
    `refusal` says why unless nobody would read them. `url` opens it at its source. `audience` are
    those who may read it there, None if the source says nothing about that."""

    copy: Path | None = None
    url: str = ""
    audience: tuple[str, ...] | None = None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Mount:
    """What a source holds, by paths below its name; `fields` are what is said of all of it."""

    name: str
    files: Mapping[str, MountedFile]
    fields: Mapping[str, Any] = field(default_factory=dict)
    _names: dict[str, list[str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        names: dict[str, list[str]] = defaultdict(list)
        for path in self.files:
            folder, _, name = path.rpartition("/")
            names[folder].append(name)
        object.__setattr__(self, "_names", dict(names))

    def names(self, folder: str) -> Sequence[str]:
        """The files that lie in a folder of the source."""
        return self._names.get(folder, ())


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The folder in which an archive's members lie while the content is read, and the metadata
    files of the archive."""

    folder: Path
    sidecars: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tree:
    """Paths with "/" in it are those of `root`, or begin with the name of a mount, or with the
    path of an archive that is unpacked."""

    root: Path
    mounts: Mapping[str, Mount] = field(default_factory=dict)
    unpacked: Mapping[str, Unpacked] = field(default_factory=dict)

    @classmethod
    def of(cls, content: Path | Tree) -> Tree:
        return content if isinstance(content, Tree) else cls(content)

    def mount(self, where: str) -> Mount | None:
        """The source that the path lies in."""
        return self.mounts.get(where.partition("/")[0])

    def archive(self, where: str) -> str:
        """The unpacked archive that the path lies in, or is; empty if there is none."""
        while where and where not in self.unpacked:
            where = where.rpartition("/")[0]
        return where

    def outer_archive(self, where: str) -> str:
        """As `archive`, the outermost of those that lie within each other."""
        archive = self.archive(where)
        while around := self.archive(archive.rpartition("/")[0]):
            archive = around
        return archive

    def _member(self, where: str) -> Path | None:
        """Where a member of an archive lies."""
        archive = self.archive(where) if self.unpacked else ""
        return self.unpacked[archive].folder / where[len(archive) + 1 :] if archive else None

    def file(self, where: str) -> MountedFile | None:
        """The source's file at that path; for a row of a file, or a part of an archive, the file
        that it stands in."""
        if (mount := self.mount(where)) is None:
            return None
        path = where.partition("/")[2]
        if found := mount.files.get(path):
            return found
        path = _ROW.sub("", path)
        while path and path not in mount.files:
            path = path.rpartition("/")[0]
        return mount.files.get(path)

    def path(self, where: str) -> Path:
        """Where the bytes of a file lie."""
        if member := self._member(where):
            return member
        found = self.file(where)
        return found.copy if found and found.copy else self.root / where

    def is_file(self, where: str) -> bool:
        """Whether a file lies there, even one that was not fetched."""
        if member := self._member(where):
            return member.is_file()
        if mount := self.mount(where):
            return where.partition("/")[2] in mount.files
        return (self.root / where).is_file()

    def names(self, folder: str) -> Sequence[str]:
        """What lies in a folder. Raises OSError if it cannot be opened."""
        if member := self._member(folder):
            return [path.name for path in member.iterdir()]
        if mount := self.mount(folder):
            return mount.names(folder.partition("/")[2])
        return [path.name for path in (self.root / folder).iterdir()]


def narrowed(audience: tuple[str, ...], bound: tuple[str, ...]) -> tuple[str, ...]:
    """Who is in both; empty if nobody is."""
    if EVERYONE in bound:
        return audience
    if EVERYONE in audience:
        return bound
    return tuple(name for name in audience if name in bound)
