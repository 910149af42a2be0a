"""The reader of a file: bytes in, Document out, by the table of formats.

Readers meet files that nobody vetted. In production they run in child processes with limits (see
`index/readers/extraction.py`); nothing else may call them on content.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path

from errors import ReadError
from index.readers.documents import LANGUAGE, Document
from index.readers.office.package_audience import said_in_package
from index.readers.said_audience import said_in
from index.readers.scans.recognised import RecognisedPage
from snapshot import formats, models

Reader = Callable[..., Document]

MAX_CHARACTERS = 20_000_000
_IN_MEMORY = re.compile(r"<[^<>]* at 0x[0-9a-fA-F]+>|\b0x[0-9a-fA-F]{6,}\b")


def load(name: str) -> Reader:
    """The reader for a file of that name, imported. Raises ReadError if there is none."""
    found = formats.of(name)
    if found is None or found.is_recording:
        extension = formats.extension(name)
        raise ReadError(f"{extension or 'a name without extension'} is not read here")
    reader: Reader = import_module(found.reader).read
    return reader


def read(data: bytes, name: str, recognised: Sequence[RecognisedPage] = ()) -> Document:
    """What stands in a file; its name tells the format. `recognised` are pages of a PDF or picture
    as text recognition saw them. Raises ReadError with a reason that a person can act on, and
    MemoryError."""
    reader = load(name)
    try:
        document = reader(data, name, recognised) if recognised else reader(data, name)
        said = document.said_audience or said_in_package(data) or said_in(document)
        document = replace(document, said_audience=said)
    except (ReadError, MemoryError):
        raise
    except RecursionError as error:
        raise ReadError("it is nested too deep") from error
    except Exception as error:  # a library may raise anything at all on a damaged or hostile file
        said = _IN_MEMORY.sub("an object", " ".join(str(error).split()))[:200]
        raise ReadError(f"it is damaged or unusual: {said or 'no reason was given'}") from error
    size = _characters(document)
    if size > MAX_CHARACTERS:
        raise ReadError(f"{size} characters of text; at most {MAX_CHARACTERS} are read")
    is_language = bool(document.language and LANGUAGE.fullmatch(document.language))
    if is_language and not _is_converted(name):
        return document
    return replace(document, language=None)


@cache
def version() -> str:
    """Changes whenever a reader could give another Document for the same file: with any line of
    the readers, of the table and of the places, and with any release of a reader's libraries."""
    from importlib.metadata import version as version_of  # slow, and no reader needs it

    code = [
        *Path(__file__).parent.rglob("*.py"),
        Path(models.__file__),
        *Path(formats.__file__).parent.glob("*.py"),
    ]
    digest = hashlib.sha256()
    for path in sorted(code):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for library in sorted({name for row in formats.rows() for name in row.libraries}):
        digest.update(f"{library}={version_of(library)}".encode())
    return digest.hexdigest()[:16]


def _is_converted(name: str) -> bool:
    """What converts files writes a language of its own, whatever theirs is."""
    found = formats.of(name)
    return bool(found and found.converted_to)


def _characters(document: Document) -> int:
    blocks = sum(len(block) for section in document.sections for block in section.blocks)
    return blocks + sum(len(cue.text) for cue in document.cues)
