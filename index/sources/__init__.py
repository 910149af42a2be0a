"""Where content comes from besides a folder, one kind a file, imported only when one is named.

`ROWS` is the table of kinds. A kind is added by a module that offers `open_source` and a row here:
what `sources.yaml` takes and the contract tests follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from errors import ContentError
from identity.graph.graph_sign_in import GraphSettings
from snapshot.models import EVERYONE


class SourceUnreachable(ContentError):
    """A source cannot be read now; what was read last time stays."""


class ItemUnreadable(ContentError):
    """A source lists an item and does not give it, now and later; the item is refused."""


@dataclass(frozen=True, slots=True)
class Grantee:
    """Who may read an item at its source: a group, a person, everyone. `names` are what
    `sources.yaml` may call them; `audience` is theirs if it calls them by none of these, and empty
    if that means nobody."""

    names: tuple[str, ...]
    audience: str = ""


ANYBODY = Grantee(("everyone",), EVERYONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceItem:
    """A file at its source. `path` is below the source, with "/"; `id` is what the source knows it
    by. As long as `id` and `version` stay the same, so do its bytes. `readers` is None if the
    source does not say who may read it. What cannot be read at all has a `refusal`."""

    path: str
    id: str
    version: str
    size: int = 0
    url: str = ""
    readers: tuple[Grantee, ...] | None = None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """All that a source holds now. `memory` is what its next listing is given, as text."""

    items: tuple[SourceItem, ...]
    memory: str = ""


class ContentSource(Protocol):
    """One place that holds files. Each method raises SourceUnreachable."""

    async def list(self, memory: str) -> Listing:
        """What it holds, with versions; `memory` is that of the listing before, or empty."""
        ...

    async def read(self, item: SourceItem) -> bytes:
        """The item's bytes. Raises ItemUnreadable."""
        ...

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What reading sources takes besides what stands in `sources.yaml`. `timeout_s` is for all of
    one source."""

    timeout_s: float = 3600.0
    graph: GraphSettings = GraphSettings()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKind:
    """`required` and `optional` are what an entry of `sources.yaml` says of the place, besides the
    fields of metadata. With `has_readers` its items say who may read them."""

    name: str
    module: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    has_readers: bool = False

    def open(self, place: Mapping[str, str], folder: Path, access: Access) -> ContentSource:
        """The source at a place; `folder` is its own to keep files in. Raises ContentError if the
        place is none."""
        module = import_module(self.module)
        try:
            return cast(ContentSource, module.open_source(place, folder, access))
        except ValueError as error:  # of an address that cannot be taken apart
            raise ContentError(f"it has no address that can be used: {error}") from error


ROWS = (
    SourceKind(name="folder", module="index.sources.local_folder", required=("path",)),
    SourceKind(
        name="git",
        module="index.sources.git_repository",
        required=("url",),
        optional=("ref", "path"),
    ),
    SourceKind(
        name="objects",
        module="index.sources.object_store",
        required=("url",),
        optional=("endpoint", "region", "anonymous"),
    ),
    SourceKind(
        name="sharepoint",
        module="index.sources.sharepoint",
        required=("site",),
        optional=("library", "path"),
        has_readers=True,
    ),
)
KINDS = {row.name: row for row in ROWS}
