"""Bytes of a text file become text."""

from __future__ import annotations

import codecs

from errors import ReadError

MAX_CHARACTERS = 10_000_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> str:
    """The file's text with "\\n" between lines: UTF-8, or what its byte order mark says, or the
    Windows encoding that old editors write. Raises ReadError for data that is no text."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise ReadError(f"it says that it is {encoding} and is not: {error.reason}") from error
        if b"\0" in data:
            raise ReadError("it is no text: it holds NUL bytes") from error
        text = data.decode("cp1252", errors="replace")
    if len(text) > MAX_CHARACTERS:
        raise ReadError(f"{len(text)} characters; at most {MAX_CHARACTERS} are read")
    return text.replace("\r\n", "\n").replace("\r", "\n")
