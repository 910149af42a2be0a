"""Old Office files, many at a time: one that LibreOffice cannot open is one refused file."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from errors import ReadError
from index.readers.converting import libreoffice
from index.readers.converting.libreoffice import Target
from snapshot import formats

AT_ONCE = 16
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RTF = b"{\\rtf"
_ZIP = b"PK"
# LibreOffice is told how to open a file: left to itself, it takes a damaged one for text.
_OF_OLE = {
    formats.WORD_97: "MS Word 97",
    formats.POWERPOINT_97: "MS PowerPoint 97",
    formats.EXCEL_97: "MS Excel 97",
}
_OF_RTF = {formats.WORD_97: "Rich Text Format"}
_SECTOR = 512
_WORD_TEXT = b"\xec\xa5"
# The record that begins a workbook, and behind it the one that says how it is encrypted.
_LOCKED_WORKBOOK = re.compile(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}\x2f\x00", re.DOTALL)
_LOCKED = ("EncryptedSummary".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le"))


class Converts(Protocol):
    """What converts files, as LibreOffice does."""

    def convert(
        self,
        files: Sequence[Path],
        target: Target,
        folder: Path,
        *,
        timeout_s: float,
        memory_mb: int,
    ) -> bool: ...


def is_needed(data: bytes, name: str) -> bool:
    """Whether a file must be converted before it is read. What is an archive has today's format,
    whatever its extension."""
    found = formats.of(name)
    return bool(found and found.converted_to) and not data.startswith(_ZIP)


def version(name: str) -> str:
    """Changes with what converts files of that name. Raises ReadError if nothing does."""
    office = libreoffice.installed()
    if office is None:
        found = formats.of(name)
        to = found.converted_to if found else ""
        raise ReadError(
            f"{formats.extension(name)} is read through LibreOffice, which is not installed here: "
            f"install it (on Debian libreoffice-writer-nogui, -calc-nogui and -impress-nogui) so "
            f"that soffice is on the PATH, or save the file as {to}"
        )
    return office.version


class Batch:
    """Files that are converted together, in a temporary folder that goes with it. Those opened
    alike share a start of LibreOffice; what it leaves behind when it fails gets one of its own."""

    def __init__(self, *, timeout_s: float, memory_mb: int, office: Converts | None = None) -> None:
        self._office = office or libreoffice.installed()
        self._timeout_s = timeout_s
        self._memory_mb = memory_mb
        self._temporary = TemporaryDirectory(prefix="signpost-")
        self._folder = Path(self._temporary.name)
        self._alike: dict[Target, list[int]] = defaultdict(list)
        self._found: dict[int, Path | ReadError] = {}
        self._count = 0

    def __enter__(self) -> Batch:
        return self

    def __exit__(self, *exception: object) -> None:
        self._temporary.cleanup()

    def add(self, data: bytes, name: str) -> None:
        number = self._count
        self._count += 1
        try:
            self._alike[_target(data, name)].append(number)
        except ReadError as error:
            self._found[number] = error
        else:
            self._source(number).write_bytes(data)

    def convert(self) -> Iterator[bytes | ReadError]:
        """Each file, in the order in which they were added, in the format that its row in the table
        names; or why it cannot be had."""
        for target, numbers in self._alike.items():
            self._convert_all(numbers, target)
        for number in range(self._count):
            found = self._found[number]
            yield found if isinstance(found, ReadError) else found.read_bytes()

    def _convert_all(self, numbers: Sequence[int], target: Target) -> None:
        ended = self._convert(numbers, target)
        for number in numbers:
            if number in self._found:
                continue
            if not ended and len(numbers) > 1:
                self._convert_all([number], target)
            else:
                self._found[number] = self._reason(number, target, ended=ended)

    def _convert(self, numbers: Sequence[int], target: Target) -> bool:
        out = self._folder / f"{numbers[0]}-{len(numbers)}"
        out.mkdir()
        ended = self._office is not None and self._office.convert(
            [self._source(number) for number in numbers],
            target,
            out,
            timeout_s=self._timeout_s,
            memory_mb=self._memory_mb,
        )
        for number in numbers:
            path = out / f"{number}{target.extension}"
            if zipfile.is_zipfile(path):  # what was cut off in the middle is none
                self._found[number] = path
        return ended

    def _reason(self, number: int, target: Target, *, ended: bool) -> ReadError:
        if _is_locked(self._source(number).read_bytes()):
            return ReadError("it is protected by a password: save it without one")
        if ended:
            return ReadError(
                f"LibreOffice cannot open it: it is damaged, or older than it says; save it as "
                f"{target.extension}"
            )
        return ReadError(
            f"LibreOffice could not convert it within {self._timeout_s:g} s and {self._memory_mb} "
            f"MB of memory: save it as {target.extension}"
        )

    def _source(self, number: int) -> Path:
        return self._folder / str(number)


def _target(data: bytes, name: str) -> Target:
    """Raises ReadError if a file's first bytes are of another format than its name says."""
    row = formats.of(name)
    opened = _OF_RTF if data.startswith(_RTF) else _OF_OLE if data.startswith(_OLE) else {}
    if row is None or row not in opened:
        said = _guess(data)
        raise ReadError(
            f"it is no {formats.extension(name)} file of Office 97 to 2003, whatever its name says"
            f"{f', but {said}' if said else ''}: give it the extension of its own format"
        )
    return Target(opened[row], row.converted_to)


def _guess(data: bytes) -> str:
    beginning = data[:1_000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if beginning.startswith((b"<!doctype html", b"<html")):
        return "a web page"
    return "XML" if beginning.startswith(b"<?xml") else ""


def _is_locked(data: bytes) -> bool:
    """Whether an Office file says that a password encrypts it."""
    if any(name in data for name in _LOCKED) or _LOCKED_WORKBOOK.search(data):
        return True
    for begins in range(_SECTOR, len(data), _SECTOR):
        if data.startswith(_WORD_TEXT, begins):
            return any(flags & 1 for flags in data[begins + 11 : begins + 12])
    return False
