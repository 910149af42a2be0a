"""Recordings of the content folder are kept with the snapshots, for Signpost to play them."""

from __future__ import annotations

from dataclasses import replace

from errors import ContentError
from index.content.entry import Entry
from index.content.tree import Tree
from index.material import Material
from snapshot.media import Media


def with_recordings(material: Material, tree: Tree, media: Media) -> Material:
    """The material with each recording kept in `media`, and named by its resource. Raises
    ContentError for one that cannot be copied."""

    def kept(entry: Entry) -> Entry:
        if not entry.recording:
            return entry
        try:
            name = media.keep(tree.path(entry.recording))
        except OSError as error:
            raise ContentError(f"{entry.recording} cannot be kept: {error}") from error
        return replace(entry, resource=replace(entry.resource, media=name))

    entries = tuple(map(kept, material.found.entries))
    return replace(material, found=replace(material.found, entries=entries))
