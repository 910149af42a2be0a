"""A ZIP archive that may be a trap, and the XML in it."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from typing import Any
from urllib.parse import unquote

from lxml import etree  # type: ignore[import-untyped]  # the library ships no types

from errors import ReadError
from snapshot.packed.members import DAMAGED

MAX_MEMBERS = 10_000
MAX_UNPACKED_MB = 512
MAX_MEMBER_MB = 64
_MB = 1024 * 1024
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*(\[)?", re.IGNORECASE)


class Archive:
    """The members of a ZIP archive by their paths, with "/" between the parts."""

    def __init__(self, data: bytes) -> None:
        """Raises ReadError for what is no archive, or would unpack to more than is read."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except DAMAGED as error:
            raise ReadError("it is damaged, or no ZIP archive") from error
        members = [one for one in self._zip.infolist() if not one.is_dir()]
        if len(members) > MAX_MEMBERS:
            raise ReadError(f"{len(members)} files in the archive; at most {MAX_MEMBERS} are read")
        self._members = {one.filename.replace("\\", "/").lstrip("/"): one for one in members}
        self._folded = {name.casefold(): name for name in self._members}
        self._left = MAX_UNPACKED_MB * _MB

    @property
    def names(self) -> list[str]:
        return list(self._members)

    def find(self, path: str, folder: str = "") -> str | None:
        """The member that a path or relative address from a folder names, None if there is none.
        Its query and fragment do not count, nor does case."""
        target = path.partition("#")[0].partition("?")[0].replace("\\", "/")
        for one in (target, unquote(target)):
            name = posixpath.normpath(posixpath.join("/", folder, one)).lstrip("/")
            if name in self._members:
                return name
            if found := self._folded.get(name.casefold()):
                return found
        return None

    def read(self, name: str) -> bytes:
        """What stands in a member. Raises ReadError if it is damaged, encrypted or too large."""
        member = self._members[name]
        limit = min(self._left, MAX_MEMBER_MB * _MB)
        try:
            with self._zip.open(member) as file:
                data = file.read(limit + 1)
        except DAMAGED as error:
            raise ReadError(f"it is damaged: {name} cannot be unpacked") from error
        except RuntimeError as error:  # zipfile's word for an encrypted member
            raise ReadError(f"it is encrypted: {name} needs a password") from error
        if len(data) > limit:
            raise ReadError(
                f"{name} is too large: at most {MAX_MEMBER_MB} MB of a file are read, and "
                f"{MAX_UNPACKED_MB} MB of an archive"
            )
        self._left -= len(data)
        return data

    def xml(self, name: str) -> Any:
        """The root of a member's XML tree. Raises ReadError, also for one that declares entities,
        which may unfold to anything."""
        data = self.read(name)
        if (match := _DOCTYPE.search(data.replace(b"\0", b""))) and match[1]:
            raise ReadError(f"{name} declares XML entities")
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
        )
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise ReadError(f"it is damaged: {name} is no XML ({error})") from error


def local(element: Any) -> str:
    """An element's name without its namespace; programs disagree about the latter."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: Any, name: str) -> str:
    """The value of an attribute whatever its namespace; empty if it is not given."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")


def children(element: Any | None, name: str) -> list[Any]:
    """The elements of that name in another; none without one."""
    return [child for child in element if local(child) == name] if element is not None else []


def first(element: Any | None, *path: str) -> Any | None:
    """The first element at the end of a path of names below another; None without one."""
    for name in path:
        element = next(iter(children(element, name)), None)
    return element


def words(element: Any | None) -> str:
    """All text in an element on one line; empty without one."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""
