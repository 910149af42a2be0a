"""One file a format: bytes in, Document out. A reader is imported when its format is met.

Readers meet files that nobody vetted. In production they run in child processes with limits (see
`index/readers/extraction.py`); nothing else may call them on content.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path

from errors import ReadError
from index.readers.documents import Document
from snapshot import models

Reader = Callable[[bytes, str], Document]

MODULES = {
    ".md": "markup.markdown",
    ".markdown": "markup.markdown",
    ".html": "markup.html",
    ".htm": "markup.html",
    ".txt": "plain",
    ".pdf": "pdf.pdf_document",
    ".docx": "office.docx",
    ".pptx": "office.pptx",
    ".vtt": "transcript",
    ".srt": "transcript",
}
# A language tag of BCP 47, such as en or pt-BR.
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
TRANSCRIPTS = (".vtt", ".srt")
WITH_FRONT_MATTER = (".md", ".markdown", ".html", ".htm")
MAX_CHARACTERS = 20_000_000
_MODELS = Path(models.__file__)
_LIBRARIES = ("beautifulsoup4", "lxml", "markdown-it-py", "pypdf", "python-docx", "python-pptx")


def extension(name: str) -> str:
    """A file name's extension as `MODULES` writes it: ".pdf"."""
    return Path(name).suffix.lower()


def load(name: str) -> Reader:
    """The reader for a file of that name, imported. Raises ReadError where there is none."""
    module = MODULES.get(extension(name))
    if module is None:
        raise ReadError(f"{extension(name) or 'a name without extension'} is not read here")
    reader: Reader = import_module(f"index.readers.{module}").read
    return reader


def read(data: bytes, name: str) -> Document:
    """What stands in a file; its name tells the format. Raises ReadError with a reason that a
    person can act on, NoText where there are only pictures, and MemoryError."""
    reader = load(name)
    try:
        document = reader(data, name)
    except (ReadError, MemoryError):
        raise
    except RecursionError as error:
        raise ReadError("it is nested too deep") from error
    except Exception as error:  # a library may raise anything at all on a damaged or hostile file
        said = " ".join(str(error).split())[:200]
        raise ReadError(f"it is damaged or unusual: {type(error).__name__}: {said}") from error
    size = _characters(document)
    if size > MAX_CHARACTERS:
        raise ReadError(f"{size} characters of text; at most {MAX_CHARACTERS} are read")
    is_language = bool(document.language and LANGUAGE.fullmatch(document.language))
    return document if is_language else replace(document, language=None)


@cache
def version() -> str:
    """Changes whenever a reader could give another Document for the same file: with any line of
    the readers, and with any release of the libraries under them."""
    from importlib.metadata import version as version_of  # slow, and no reader needs it

    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for path in [*sorted(folder.rglob("*.py")), _MODELS]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for library in _LIBRARIES:
        digest.update(f"{library}={version_of(library)}".encode())
    return digest.hexdigest()[:16]


def _characters(document: Document) -> int:
    blocks = sum(len(block) for section in document.sections for block in section.blocks)
    return blocks + sum(len(cue.text) for cue in document.cues)
