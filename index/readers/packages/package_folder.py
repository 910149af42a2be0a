"""A course package that lies unpacked in a folder, packed again for its reader."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

from errors import ReadError
from index.readers.packages.archive import MAX_MEMBERS
from snapshot import formats

# What a course is read from; scripts, pictures and recordings stay where they are.
_DESCRIPTIONS = (".xml",)
_PAGES = (*formats.HTML.extensions, *formats.PDF.extensions)


def packed(manifest: Path, limit: int) -> bytes:
    """A ZIP archive of the pages and descriptions in the manifest's folder, uncompressed. Links
    are not followed. Raises ReadError for more than `limit` bytes, and OSError."""
    folder = manifest.parent
    out = io.BytesIO()
    count = size = 0
    with zipfile.ZipFile(out, "w") as archive:
        for place, folders, names in os.walk(folder):
            folders.sort()
            for name in sorted(names):
                path = Path(place) / name
                if path.suffix.lower() not in (*_DESCRIPTIONS, *_PAGES) or path.is_symlink():
                    continue
                count, size = count + 1, size + path.stat().st_size
                if count > MAX_MEMBERS or size > limit:
                    raise ReadError(
                        f"the package holds more than {MAX_MEMBERS} pages or {limit >> 20} MB of "
                        "them"
                    )
                # A time of its own: packed again, it has the same bytes.
                member = zipfile.ZipInfo(path.relative_to(folder).as_posix())
                archive.writestr(member, path.read_bytes())
    return out.getvalue()
