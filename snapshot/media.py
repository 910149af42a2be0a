"""Recordings that Signpost plays itself, stills, and PDFs of whose pages it shows pictures, kept
beside the snapshots by what they hold.

Each is one file, named by its SHA-256, however many snapshots name it. `media`, `still` and `pages`
of a resource are such names.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator, Set
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import msgspec

from encoder.files import file_sha256
from snapshot import formats
from snapshot.manifest import File

_NAME = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{2,4}")
_BLOCK = 1 << 20
STILL_SIZE = (640, 360)  # pixels


class _Named(msgspec.Struct):
    media: str = ""
    still: str = ""
    pages: str = ""


class Media:
    """The folder of these files. Whoever changes it holds the store's lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, file: Path) -> str:
        """Copies the file, unless it is there; returns its name. Raises OSError and leaves nothing
        half."""
        with file.open("rb") as source:
            return self._copy(source, file.suffix.lower())

    def keep_still(self, jpeg: bytes) -> str:
        """The same for a picture."""
        return self._copy(BytesIO(jpeg), formats.JPEG.extensions[0])

    def _copy(self, source: BinaryIO, suffix: str) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        aside = self.folder / f".{os.getpid()}-{secrets.token_hex(4)}"
        digest = sha256()
        try:
            with aside.open("wb") as copy:
                while block := source.read(_BLOCK):
                    digest.update(block)
                    copy.write(block)
                copy.flush()
                os.fsync(copy.fileno())
            name = digest.hexdigest() + suffix
            if not (self.folder / name).exists():
                aside.rename(self.folder / name)
        finally:
            aside.unlink(missing_ok=True)
        return name

    def path(self, name: str) -> Path | None:
        """The file of that name; None if there is none."""
        path = self.folder / name
        return path if _NAME.fullmatch(name) and path.is_file() else None

    def problems(self, snapshot: Path) -> Iterator[str]:
        """What is wrong with those that a snapshot names. All their bytes are read."""
        for name in sorted(named_in(snapshot)):
            path = self.path(name)
            if path is None:
                yield f"{name} is missing in {self.folder}"
            elif file_sha256(path) != path.stem:
                yield f"{path} is not what was put there"

    def sweep(self, used: Set[str]) -> None:
        """Removes what is not used, and what killed builds left."""
        if self.folder.is_dir():
            for path in self.folder.iterdir():
                if path.name not in used:
                    path.unlink()


def named_in(snapshot: Path) -> set[str]:
    """What a snapshot names of these. Raises OSError or ValueError if it cannot be read."""
    with (snapshot / File.RESOURCES).open("rb") as lines:
        decoder = msgspec.json.Decoder(_Named)
        found = [decoder.decode(line) for line in lines]
    return {name for one in found for name in (one.media, one.still, one.pages) if name}
