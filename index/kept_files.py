"""Files of the content folder that are kept with the snapshots, for the server to show."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

from errors import ContentError, ReadError
from index.content.entry import Entry
from index.content.tree import Tree
from index.material import Material
from snapshot import formats
from snapshot.media import STILL_SIZE, Media

_MOST_PIXELS = 50_000_000
_MOST_MB = 20
_QUALITY = 85


def with_kept_files(material: Material, tree: Tree, media: Media, pages: bool) -> Material:
    """The material with each recording kept in `media` and named by its resource, and so each PDF
    that is for everyone if its `pages` are shown. A still becomes a picture of one size; what is
    none is left out with a warning. Raises ContentError for a file that cannot be copied."""
    warnings: list[str] = []

    def kept(entry: Entry) -> Entry:
        resource = entry.resource
        if entry.recording:
            resource = replace(resource, media=keep(entry.recording))
        if entry.still:
            try:
                still = media.keep_still(_still(tree.path(entry.still)))
                resource = replace(resource, still=still)
            except ReadError as error:
                warnings.append(f"{entry.still} is no still, and one is drawn: {error}")
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
    warnings = [*material.found.warnings, *warnings]
    found = replace(material.found, entries=entries, warnings=tuple(warnings))
    return replace(material, found=found)


def _still(path: Path) -> bytes:
    """The picture as a JPEG, without what cameras write into it. Raises ReadError if it is none, or
    too large."""
    try:
        if path.stat().st_size > _MOST_MB * 1_000_000:
            raise ReadError(f"it has more than {_MOST_MB} MB")
        data = BytesIO(path.read_bytes())
        with Image.open(data, formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise ReadError(f"it has more than {_MOST_PIXELS:,} pixels")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ReadError(f"it cannot be read as a picture: {error}") from error
    made = BytesIO()
    ImageOps.fit(upright, STILL_SIZE).save(made, "JPEG", quality=_QUALITY)
    return made.getvalue()
