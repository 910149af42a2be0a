"""The members of a ZIP archive by path, and why one is left out. Whoever made it may be hostile."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path

from snapshot import formats
from snapshot.formats.format_row import MAX_FILE_MB

# Others may ask for any amount of memory before they give a byte.
_WAYS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_UTF_8 = 0x800
_ENCRYPTED = 0x1
_LONGEST_PART = 255
_LONGEST_PATH = 1_000
_MB = 1024 * 1024
DAMAGED = (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, zlib.error)


def members_of(archive: zipfile.ZipFile) -> tuple[dict[str, zipfile.ZipInfo], dict[str, str]]:
    """The files by their paths, with "/" between the parts, and the reasons for which others are
    left out, by their names. Of two with one path neither counts: nobody knows which is meant."""
    files: dict[str, zipfile.ZipInfo] = {}
    left_out: dict[str, str] = {}
    folded: dict[str, str] = {}
    for member in archive.infolist():
        name = _name(member)
        if member.is_dir() or name.endswith("/"):
            continue
        path = "/".join(part for part in name.split("/") if part not in ("", "."))
        if reason := _reason(member, name, path):
            left_out[name] = reason
        elif (other := folded.get(path.casefold())) is not None or path in left_out:
            for one in filter(None, (path, other)):
                left_out[one] = "the archive holds two files of that name"
                files.pop(one, None)
        else:
            folded[path.casefold()] = path
            files[path] = member
    return files, left_out


def is_safe(name: str) -> bool:
    """Whether a member's name leads to a file below the archive."""
    is_absolute = name.startswith("/") or name[1:2] == ":"
    return not is_absolute and ".." not in name.split("/") and "\0" not in name


def read_member(path: Path, member: str) -> bytes | None:
    """What stands in a member of the archive at `path`, or of an archive in it; None if there is
    none of that path, or it cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            files, _ = members_of(archive)
            if info := files.get(member):
                return archive.read(info)
            inner = (one for one in files if member.startswith(f"{one}/"))
            if (name := next(inner, None)) and formats.of(name) is formats.PACKAGE:
                with zipfile.ZipFile(io.BytesIO(archive.read(files[name]))) as within:
                    info = members_of(within)[0].get(member[len(name) + 1 :])
                    return within.read(info) if info else None
    except (*DAMAGED, RuntimeError):
        pass
    return None


def _name(member: zipfile.ZipInfo) -> str:
    """Its name as it was meant: many programs write UTF-8 and do not say so."""
    name = member.orig_filename
    if not member.flag_bits & _UTF_8:
        with suppress(UnicodeError):  # then it is of DOS, as the standard has it
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _reason(member: zipfile.ZipInfo, name: str, path: str) -> str:
    if not is_safe(name):
        return "its path leads out of the archive"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "it is a link"
    if member.flag_bits & _ENCRYPTED:
        return "it is encrypted"
    if member.compress_type not in _WAYS:
        return "it is compressed in a way that is not read: use Deflate"
    found = formats.of(path)
    limit_mb = found.limit_mb if found else MAX_FILE_MB
    if member.file_size > limit_mb * _MB:
        return f"it is larger than {limit_mb} MB"
    too_long = any(len(part.encode("utf-8", "replace")) > _LONGEST_PART for part in path.split("/"))
    return "its name is too long" if too_long or not path or len(path) > _LONGEST_PATH else ""
