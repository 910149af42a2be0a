"""Files of the content folder that are kept with the snapshots, for the server to show."""

from __future__ import annotations

from dataclasses import replace

from errors import ContentError
from index.content.entry import Entry
from index.content.tree import Tree
from index.material import Material
from snapshot import formats
from snapshot.media import Media


def with_kept_files(material: Material, tree: Tree, media: Media, pages: bool) -> Material:
    """The material with each recording kept in `media` and named by its resource, and so each PDF
    that is for everyone if its `pages` are shown. Raises ContentError for one that cannot be
    copied."""

    def kept(entry: Entry) -> Entry:
        resource = entry.resource
        if entry.recording:
            resource = replace(resource, media=keep(entry.recording))
        is_pdf = formats.of(resource.path) is formats.PDF
        if pages and is_pdf and not resource.only_for:
            resource = replace(resource, pages=keep(resource.path))
        return replace(entry, resource=resource)

    def keep(path: str) -> str:
        try:
            return media.keep(tree.path(path))
        except OSError as error:
            raise ContentError(f"{path} cannot be kept: {error}") from error

    entries = tuple(map(kept, material.found.entries))
    return replace(material, found=replace(material.found, entries=entries))
