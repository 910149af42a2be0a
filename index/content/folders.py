"""Metadata beside files: `_folder.yaml` for a folder, `<file>.meta.yaml` for one file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from errors import ContentError
from index.content.metadata import FILE_FIELDS, FOLDER_FIELDS, layer, parse
from index.content.tree import Tree
from index.content.validation import Reason
from index.readers.markup import yaml_text
from snapshot.manifest import Refused
from snapshot.models import EVERYONE

_YAML = (".yaml", ".yml")
# What people write instead. If it were passed over, everyone would see what it restricts.
_ENDINGS = (*_YAML, ".json", ".toml", ".yaml.txt", ".yml.txt")
_FOLDER_FILES = tuple(f"_folder{ending}" for ending in _ENDINGS)
SIDECAR_ENDINGS = tuple(f".meta{ending}" for ending in _ENDINGS)
# What other names such files have by mistake or as copies: `_folder.txt`, `_folder (1).yaml`,
# `folder.yaml`; `a.docx.meta.txt`, `a.docx.meta`, `a.docx.yaml`.
_LIKE_FOLDER_FILE = re.compile(r"(?:_+folders?(?![a-z0-9]).*|[.-]?folders?\.ya?ml)", re.IGNORECASE)
_LIKE_SIDECAR = re.compile(r"(?P<of>.+?)(?:\.meta(?:[. ~_(-].*)?|_meta\.ya?ml)", re.IGNORECASE)
_OF_A_NAME = re.compile(r"(?P<of>.+\.\w+)\.(?:ya?ml|toml)", re.IGNORECASE)
# `a.yaml` beside `a.docx` is metadata if it says what these do; else it is another program's.
_BY_STEM = re.compile(r"(?P<of>.+)\.ya?ml", re.IGNORECASE)
_SAYS_WHO = re.compile(rb"^[\"']?(?:audience|validated[ _-]?(?:by|on))[\"']?[ \t]*:", re.I | re.M)
_MAX_BYTES = 4 * yaml_text.MAX_CHARACTERS
# How a folder's files are published, which says nothing about those of a source in it.
_PUBLISHED = frozenset({"base_url", "base_path", "url_style"})


class UnreadableMetadata(ContentError):
    """A metadata file is there and cannot be opened: what it says is not known, so what it
    describes must not be served."""


def load_bytes(content: Path | Tree, where: str, most: int) -> bytes:
    """What stands in a file of the content, by its path in it. Raises UnreadableMetadata, also for
    a link that leads out, and ContentError for more than `most` bytes."""
    tree = Tree.of(content)
    found = tree.file(where)
    if found and found.copy is None:
        raise UnreadableMetadata(f"{where}: {found.refusal or 'it was not fetched'}")
    path = tree.path(where)
    root = path.parent if found or tree.archive(where) else tree.root
    try:
        if not path.resolve().is_relative_to(root.resolve()):
            raise UnreadableMetadata(f"{where} is a link that leads out of the content folder")
        if path.exists() and not path.is_file():
            raise UnreadableMetadata(f"{where} is not a file")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except RuntimeError as error:  # what `resolve` raises for a circle in Python 3.11 and 3.12
        raise UnreadableMetadata(f"{where} is a link that leads in a circle") from error
    except OSError as error:
        raise UnreadableMetadata(f"{where} cannot be opened: {error.strerror or error}") from error
    if len(data) > most:
        raise ContentError(f"{where}: more than {most // 1024} KB")
    return data


def load_yaml(content: Path | Tree, where: str) -> Any:
    """What stands in a YAML file of the content. Raises ContentError."""
    try:
        return yaml_text.load(load_bytes(content, where, _MAX_BYTES).decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ContentError(f"{where}: it is not UTF-8") from error
    except yaml_text.YamlError as error:
        raise ContentError(f"{where}: {error}") from error


def load_fields(content: Path | Tree, where: str, allowed: frozenset[str]) -> dict[str, Any]:
    """The fields in a metadata file of ours, with the folder at which a `base_url` is given; none
    in an empty file. Raises ContentError, also for a file that is meant as one and is not YAML."""
    if not where.lower().endswith(_YAML):
        raise ContentError(f"{where} is not read: write YAML and name it .yaml")
    value = load_yaml(content, where)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ContentError(f"{where}: it must be lines of `field: value`")
    fields = parse(value, where, is_ours=True, allowed=allowed)
    if "base_url" in fields:
        fields["base_path"] = where.rpartition("/")[0]
    return fields


@dataclass(slots=True)
class Folders:
    """What the folders of the content say about the files in them."""

    content: Path | Tree
    _known: dict[str, dict[str, Any] | ContentError] = field(default_factory=dict)

    def fields(self, folder: str) -> Mapping[str, Any]:
        """The fields that hold in a folder ("" is the root), inherited ones included. Raises
        ContentError if any `_folder.yaml` from there up to the root cannot be used."""
        if folder not in self._known:
            try:
                self._known[folder] = self._load(folder)
            except ContentError as error:
                self._known[folder] = error
        known = self._known[folder]
        if isinstance(known, ContentError):
            raise known
        return known

    def bounds(self, where: str) -> tuple[tuple[str, ...], ...]:
        """Within which audiences a file must stay, whatever stands in its source: that given for
        the source, and that of those who may read it there. None for what lies in no source.
        Raises ContentError."""
        tree = Tree.of(self.content)
        if (mount := tree.mount(where)) is None:
            return ()
        given = self._above(mount.name).get("audience", (EVERYONE,))
        file = tree.file(where)
        readers = () if file is None else file.audience
        return (given,) if readers is None else (given, readers)

    def _above(self, folder: str) -> dict[str, Any]:
        """What holds in a folder before its own `_folder.yaml`."""
        above = dict(self.fields(folder.rpartition("/")[0])) if folder else {}
        tree = Tree.of(self.content)
        if archive := tree.unpacked.get(folder):
            beside = sidecar_fields(tree, archive.sidecars, FOLDER_FIELDS)
            return layer(above, beside, {"base_path": folder} if "base_url" in beside else {})
        if mount := tree.mounts.get(folder):
            above = {name: value for name, value in above.items() if name not in _PUBLISHED}
            return layer(above, mount.fields)
        return above

    def _load(self, folder: str) -> dict[str, Any]:
        above = self._above(folder)
        # `_Folder.YAML` counts as well: if it did not, everyone would see what it restricts.
        tree = Tree.of(self.content)
        names = sorted(tree.names(folder))
        found = list(filter(is_folder_file, names))
        if len(found) > 1:
            raise ContentError(f"{folder or '.'}: only one of {' and '.join(found)} can count")
        like = [name for name in names if _LIKE_FOLDER_FILE.fullmatch(name)]
        if not found and (like := [x for x in like if tree.is_file(f"{folder}/{x}".lstrip("/"))]):
            raise ContentError(f"{folder or '.'}: {like[0]!r} is not read: name it _folder.yaml")
        if folder not in tree.unpacked:
            self._check_beside(folder)
        own = [load_fields(tree, f"{folder}/{x}".lstrip("/"), FOLDER_FIELDS) for x in found]
        return layer(above, *own)

    def _check_beside(self, folder: str) -> None:
        """Raises ContentError for a `people.meta.yaml` beside the folder `people`."""
        beside = (f"{folder}{ending}" for ending in SIDECAR_ENDINGS)
        if folder and (found := next(filter(Tree.of(self.content).is_file, beside), "")):
            raise ContentError(f"{found} describes a folder: put it into that, as _folder.yaml")


def is_folder_file(name: str) -> bool:
    return name.lower() in _FOLDER_FILES


def is_sidecar(name: str) -> bool:
    return name.lower().endswith(SIDECAR_ENDINGS)


def like_sidecar_of(name: str) -> str:
    """The file that a metadata file by another name seems to describe, its extension perhaps left
    out; empty for any other file."""
    patterns = (_LIKE_SIDECAR, _OF_A_NAME, _BY_STEM)
    match = next(filter(None, (one.fullmatch(name) for one in patterns)), None)
    return match["of"] if match and not is_sidecar(name) else ""


def sidecar_fields(
    content: Path | Tree, names: Sequence[str], allowed: frozenset[str] = FILE_FIELDS
) -> dict[str, Any]:
    """The fields in a file's metadata files, given by their paths; later ones win. Raises
    ContentError, also for one that is meant as such and has another name."""
    for name in filter(like_sidecar_of, names):
        if _is_meant(content, name):
            said = "is not read: name it as the file, with .meta.yaml behind that"
            raise ContentError(f"{name} {said}")
    ours = filter(is_sidecar, names)
    return layer(*(load_fields(content, name, allowed) for name in ours))


def _is_meant(content: Path | Tree, where: str) -> bool:
    """Whether a file by another name is metadata: its name says so, or what stands in it."""
    if _LIKE_SIDECAR.fullmatch(where) or _OF_A_NAME.fullmatch(where):
        return True
    try:
        return _SAYS_WHO.search(load_bytes(content, where, _MAX_BYTES)) is not None
    except UnreadableMetadata:
        return True
    except ContentError:  # metadata are not as large
        return False


def refusal_for(path: str, error: ContentError) -> Refused:
    """The refusal of a file whose metadata cannot be used."""
    is_closed = isinstance(error, UnreadableMetadata)
    return Refused(path, Reason.UNREADABLE if is_closed else Reason.MALFORMED, str(error))
