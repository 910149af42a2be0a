"""ZIP archives: a course package is read as a course, any other is only looked at. What it holds
is unpacked later and read file by file."""

from __future__ import annotations

import io
import zipfile

from errors import ReadError
from index.readers.documents import Document
from index.readers.packages import course
from index.readers.packages.archive import MAX_MEMBERS, MAX_UNPACKED_MB
from snapshot.packed.members import DAMAGED, members_of

_MOST_RATIO = 200
_RATIO_FROM_MB = 50
_MB = 1024 * 1024


def read(data: bytes, name: str) -> Document:
    """The course, or a document with the names of the archive's members. Raises ReadError for what
    would unpack to more than is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            files, left_out = members_of(archive)
    except DAMAGED as error:
        raise ReadError("it is damaged, or no ZIP archive") from error
    if course.description_of(list(files)):
        return course.read(data, name)
    if len(infos) > MAX_MEMBERS:
        raise ReadError(f"{len(infos)} files in the archive; at most {MAX_MEMBERS} are read")
    unpacked = sum(one.file_size for one in files.values())
    is_trap = unpacked > _RATIO_FROM_MB * _MB and unpacked > _MOST_RATIO * len(data)
    if unpacked > MAX_UNPACKED_MB * _MB or is_trap:
        raise ReadError(
            f"{len(data) >> 20} MB unpack to {unpacked >> 20} MB; at most {MAX_UNPACKED_MB} MB are "
            f"read, and {_MOST_RATIO} times the size"
        )
    return Document(members=(*files, *left_out))
