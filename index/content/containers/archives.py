"""ZIP archives in the content, unpacked while it is read: each member is a file of its own."""

from __future__ import annotations

import shutil
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from errors import ReadError
from index.content.inventory import Inventory, is_metadata, take_inventory
from index.content.tree import Tree, Unpacked
from index.content.validation import Reason
from index.readers.documents import Document
from index.readers.extraction import DocumentCache
from index.readers.packages.archive import MAX_UNPACKED_MB
from snapshot import formats
from snapshot.manifest import Refused
from snapshot.packed.members import DAMAGED, is_safe, members_of

# How many archives may lie within each other; Notion puts parts of an export into another.
_DEEPEST = 1
_MB = 1024 * 1024
# No YAML, so that what a metadata file describes is refused.
_UNKNOWN = b"\xff"


class Extracts(Protocol):
    """Reads files; `index.readers.extraction.Extraction` does it in processes with limits."""

    def extract(
        self,
        paths: Sequence[Path],
        cache: DocumentCache | None = None,
        progress: Callable[[int, int], None] = ...,
    ) -> list[Document | ReadError]: ...


@contextmanager
def unpacked(
    tree: Tree, inventory: Inventory, extraction: Extracts, cache: DocumentCache | None
) -> Iterator[tuple[Tree, list[Refused]]]:
    """The tree with the members of the archives that are no course packages, which lie in a
    temporary folder until the end, and the members that are refused. Readers' processes look at an
    archive first; it is unpacked only if it stays within their limits. Archives within an archive
    are unpacked up to that size in all."""
    archives = [one for one in inventory.files if _is_archive(one.path)]
    if not archives:
        yield tree, []
        return
    refused: list[Refused] = []
    found: dict[str, Unpacked] = {}
    spent: Counter[str] = Counter()
    with TemporaryDirectory(prefix="signpost-") as folder:
        for depth in range(1 + _DEEPEST):
            read = extraction.extract([tree.path(one.path) for one in archives], cache)
            opened: set[str] = set()
            holds_more = False
            for file, document in zip(archives, read, strict=True):
                if isinstance(document, ReadError) or not document.members:
                    continue  # it is a course, or refused where it is read
                source = tree.path(file.path)
                spent[file.archive] += _size(source) if depth else 0
                if spent[file.archive] > MAX_UNPACKED_MB * _MB:
                    continue  # as one that lies too deep
                place = Path(folder, str(len(found)))
                place.mkdir()
                refused += _unpack(source, place, file.path)
                found[file.path] = Unpacked(place, file.sidecars)
                opened.add(file.path)
                holds_more = holds_more or any(map(_is_archive, document.members))
            tree = replace(tree, unpacked=dict(found))
            if not holds_more:
                break
            every = take_inventory(tree).files
            archives = [x for x in every if _is_archive(x.path) and tree.archive(x.path) in opened]
        yield tree, refused


def _is_archive(path: str) -> bool:
    return formats.extension(path) in formats.PACKAGE.extensions


def _size(source: Path) -> int:
    """To how many bytes an archive unpacks."""
    with zipfile.ZipFile(source) as archive:
        return sum(one.file_size for one in members_of(archive)[0].values())


def _unpack(source: Path, place: Path, name: str) -> list[Refused]:
    """Writes the members below `place`; returns those that are refused. Of an archive with a
    metadata file of which nobody can tell what it describes, all are."""
    refused: list[Refused] = []

    def refuse(member: str, detail: str) -> None:
        refused.append(Refused(f"{name}/{member}", Reason.UNREADABLE, detail))

    try:
        with zipfile.ZipFile(source) as archive:
            files, left_out = members_of(archive)
            for member, reason in left_out.items():
                if is_metadata(member) and not is_safe(member):
                    detail = f"{member!r} in it describes files, and its path leads out of it"
                    return [Refused(name, Reason.MALFORMED, detail)]
                if is_metadata(member):
                    _write_unknown(place / member)
                refuse(member, reason)
            for member, info in files.items():
                target = place / member
                try:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with archive.open(info) as packed, target.open("wb") as file:
                        shutil.copyfileobj(packed, file)
                except (*DAMAGED, RuntimeError) as error:
                    target.unlink(missing_ok=True)
                    if is_metadata(member):
                        _write_unknown(target)
                    refuse(member, f"it cannot be unpacked: {error}")
    except DAMAGED as error:
        refuse("", f"it cannot be unpacked: {error}")
    return refused


def _write_unknown(target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(_UNKNOWN)
