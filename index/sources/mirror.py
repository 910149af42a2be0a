"""The copy of a source that builds read: what it held when it could be read last.

Files lie by the digest of their id and version, so a copy that was begun goes on where it stopped,
and names at the source never become names on this disk. What the source holds is one file, which
is replaced by one atomic rename once everything is there: whoever reads it sees one state, whole.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from index.content.folders import like_sidecar_of
from index.content.inventory import is_metadata, left_out_part
from index.content.link_list import LINK_FILES
from index.sources import ContentSource, ItemUnreadable, SourceItem, SourceUnreachable
from snapshot import formats
from snapshot.writing import fsync

_STATE = "state.json"
_COPIES = "copies"
_AT_ONCE = 4
_LONGEST_PATH = 1_000
_MB = 1024 * 1024
_METADATA_MB = 5


@dataclass(frozen=True, slots=True)
class Outage:
    """Why a source could not be read, and since when."""

    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class MirrorState:
    """What a source held. `place` is the digest of where it is. `read_at` is None if it could
    never be read."""

    place: str
    read_at: datetime | None = None
    items: tuple[SourceItem, ...] = ()
    memory: str = ""
    problem: Outage | None = None


class Mirror:
    """The copy of one source, in a folder of its own."""

    def __init__(self, folder: Path, place: str) -> None:
        self.folder = folder
        self.state = self._load(place)

    def copy(self, item: SourceItem) -> Path:
        """Where the item's bytes are, if they were fetched."""
        name = hashlib.sha256(f"{item.id}\0{item.version}".encode()).hexdigest()
        return self.folder / _COPIES / f"{name}{formats.extension(item.path)}"

    async def bring(
        self, source: ContentSource, *, may_be_empty: bool, progress: Callable[[int, int], None]
    ) -> None:
        """Makes the copy what the source holds now; what has not changed is not read again. Raises
        SourceUnreachable, and OSError if the disk does not take it; then the copy is as before."""
        (self.folder / _COPIES).mkdir(parents=True, exist_ok=True)
        listing = await source.list(self.state.memory)
        if self.state.items and not listing.items and not may_be_empty:
            raise SourceUnreachable(
                f"it lists nothing, and held {len(self.state.items)} files before: if that is "
                "right, write `may_be_empty: true`"
            )
        items = [_checked(item) for item in {item.path: item for item in listing.items}.values()]
        for first in range(0, len(items), _AT_ONCE):
            some = items[first : first + _AT_ONCE]
            read = await asyncio.gather(
                *(self._fetched(item, source) for item in some), return_exceptions=True
            )
            for number, found in enumerate(read, start=first):
                if isinstance(found, BaseException):
                    raise found
                items[number] = found
            progress(min(first + _AT_ONCE, len(items)), len(items))
        self._save(MirrorState(self.state.place, datetime.now(UTC), tuple(items), listing.memory))
        self._drop_unused()

    def fail(self, reason: str) -> None:
        """Keeps the copy and says why it is not newer. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        since = self.state.problem.since if self.state.problem else datetime.now(UTC)
        self._save(replace(self.state, problem=Outage(since, reason)))

    async def _fetched(self, item: SourceItem, source: ContentSource) -> SourceItem:
        """The item, whose bytes are there now; with its refusal if the source does not give it."""
        copy = self.copy(item)
        if item.refusal or not is_read(item.path) or copy.exists():
            return item
        try:
            data = await source.read(item)
        except ItemUnreadable as error:
            return replace(item, refusal=str(error))
        aside = copy.with_name(f".{os.getpid()}-{secrets.token_hex(8)}")
        aside.write_bytes(data)
        fsync(aside)
        aside.replace(copy)
        return item

    def _drop_unused(self) -> None:
        """What the source has withdrawn is not kept."""
        used = {self.copy(item).name for item in self.state.items}
        for path in (self.folder / _COPIES).iterdir():
            if path.name not in used:
                path.unlink()

    def _load(self, place: str) -> MirrorState:
        """What was kept of that place; nothing of another, or if it is damaged."""
        try:
            data = (self.folder / _STATE).read_bytes()
            found = msgspec.json.decode(data, type=MirrorState)
        except (OSError, ValueError):
            return MirrorState(place)
        return found if found.place == place else MirrorState(place)

    def _save(self, state: MirrorState) -> None:
        aside = self.folder / f".{_STATE}-{os.getpid()}"
        aside.write_bytes(msgspec.json.encode(state))
        fsync(aside)
        aside.replace(self.folder / _STATE)
        fsync(self.folder)
        self.state = state


def is_read(path: str) -> bool:
    """Whether a build opens a file of that path: documents, lists of links and metadata."""
    if left_out_part(path):
        return False
    found = formats.of(path)
    is_document = found is not None and not found.is_recording
    describes = is_metadata(path) or like_sidecar_of(path)
    return bool(is_document or describes or path.rpartition("/")[2].lower() in LINK_FILES)


def _checked(item: SourceItem) -> SourceItem:
    """The item, refused if its path could be taken for another, or it is too large."""
    parts = item.path.split("/")
    is_odd = any(unicodedata.category(one) in ("Cc", "Cs") or one == "\\" for one in item.path)
    if is_odd or len(item.path) > _LONGEST_PATH or any(one in ("", ".", "..") for one in parts):
        return replace(item, path=_shown(item.path), refusal="its path cannot be used: rename it")
    found = formats.of(item.path)
    most = found.limit_mb if found else _METADATA_MB
    if item.size > most * _MB and is_read(item.path):
        return replace(item, refusal=f"more than {most} MB")
    return item


def _shown(path: str) -> str:
    """A path that cannot be used, for a message: one name that keeps its ending."""
    kept = "".join(one if one.isprintable() and one not in "/\\" else "_" for one in path)
    return kept[-_LONGEST_PATH:].lstrip("._") or "unnamed"
