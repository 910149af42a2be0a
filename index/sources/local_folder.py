"""A folder as a source, such as a share that may not be there: its copy serves meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from errors import ContentError
from index.sources import Access, ItemUnreadable, Listing, SourceItem, SourceUnreachable


def open_source(place: Mapping[str, str], folder: Path, access: Access) -> LocalFolder:
    root = Path(place["path"])
    if not root.is_absolute():
        raise ContentError(f"path is {place['path']}: write the whole path, from / on")
    return LocalFolder(root)


class LocalFolder:
    """Versions are time of change and size. Links that lead out are not followed."""

    def __init__(self, root: Path) -> None:
        self._root = root

    async def list(self, memory: str) -> Listing:
        if not self._root.is_dir():
            raise SourceUnreachable(f"there is no folder {self._root}")
        try:
            return Listing(tuple(self._walk(self._root, "")))
        except OSError as error:
            raise SourceUnreachable(
                f"{error.filename} cannot be opened: {error.strerror or error}"
            ) from error

    async def read(self, item: SourceItem) -> bytes:
        try:
            return (self._root / item.id).read_bytes()
        except PermissionError as error:
            raise ItemUnreadable(f"it cannot be opened: {error.strerror}") from error
        except OSError as error:
            raise SourceUnreachable(f"{item.path} cannot be read: {error}") from error

    async def close(self) -> None:
        pass

    def _walk(self, folder: Path, below: str) -> Iterator[SourceItem]:
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                path = f"{below}{entry.name}"
                if entry.is_symlink() and not self._leads_inside(Path(entry.path)):
                    yield SourceItem(
                        path=path, id=path, version="", refusal="a link that leads out"
                    )
                elif entry.is_dir(follow_symlinks=False):
                    if entry.name.startswith("."):
                        continue
                    try:
                        yield from self._walk(Path(entry.path), f"{path}/")
                    except PermissionError as error:  # as lost+found, at the root of a disk
                        said = f"the folder cannot be opened: {error.strerror}"
                        yield SourceItem(path=path, id=path, version="", refusal=said)
                elif entry.is_file():
                    status = entry.stat()
                    version = f"{status.st_mtime_ns}-{status.st_size}"
                    yield SourceItem(path=path, id=path, version=version, size=status.st_size)

    def _leads_inside(self, link: Path) -> bool:
        """A link to a file of the same folder; those to folders lead to what is read anyway."""
        try:
            return link.is_file() and link.resolve().is_relative_to(self._root.resolve())
        except (OSError, RuntimeError):  # a circle
            return False
