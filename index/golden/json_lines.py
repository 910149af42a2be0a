"""Files of test data line by line; whatever is wrong is said with its file and line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from errors import ContentError


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that hold anything, with their numbers from 1. Raises ContentError if the file
    is no UTF-8 text."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{path} cannot be read as UTF-8 text: {error}") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def objects(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The JSON objects, a line each, with where they stand ("FILE, line N"). Raises ContentError
    if a line holds anything else."""
    for number, line in numbered_lines(path):
        where = f"{path}, line {number}"
        try:
            data = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise ContentError(f"{where}: not JSON: {error}") from error
        if not isinstance(data, dict):
            raise ContentError(f"{where}: not a JSON object: {line[:80]!r}")
        yield where, data


def text_field(where: str, data: dict[str, Any], name: str, default: str | None = None) -> str:
    """The field's text; one without a default must be there and say something. Raises
    ContentError."""
    value = data.get(name)
    value = default if value is None else value
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise ContentError(f"{where}: {name} must be a text, not {value!r}")
    return value
