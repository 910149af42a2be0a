"""What an admin says beside the content: wordings that mean the same, questions to begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from errors import ContentError
from snapshot.manifest import Synonyms

SYNONYMS_FILE = "_synonyms.txt"
EXAMPLES_FILE = "_examples.txt"
_LONGEST_EXAMPLE = 120


def read_synonyms(content: Path) -> Synonyms:
    """Groups of wordings that mean the same, one a line with commas between them; none without
    the file. Raises ContentError, with file and line, if it is no UTF-8 text or a line no group.
    """
    path = content / SYNONYMS_FILE
    return tuple(_group(line, f"{path}:{number}") for number, line in _lines(path))


def read_examples(content: Path) -> tuple[str, ...]:
    """Questions to begin with, one a line in the folder's `_examples.txt`; none without it.
    Raises ContentError if the file is no UTF-8 text or a line is too long for a card."""
    path = content / EXAMPLES_FILE
    examples = tuple(line for _, line in _lines(path))
    for line in examples:
        if len(line) > _LONGEST_EXAMPLE:
            raise ContentError(
                f"{path}: {line[:40]!r}... has {len(line)} characters, and an example may have "
                f"{_LONGEST_EXAMPLE}"
            )
    return examples


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The file's lines with their numbers, without empty ones and those that begin with #."""
    try:
        rows = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{path} cannot be read as UTF-8 text: {error}") from error
    for number, line in enumerate(map(str.strip, rows), start=1):
        if line and not line.startswith("#"):
            yield number, line


def _group(line: str, where: str) -> tuple[str, ...]:
    members = tuple(dict.fromkeys(" ".join(part.split()) for part in line.split(",")))
    for member in members:
        if not any(map(str.isalnum, member)):
            raise ContentError(
                f"{where}: {member!r} holds no word; write wordings with commas between them, as "
                "'PTO, paid time off'"
            )
    if len(members) < 2:
        raise ContentError(
            f"{where}: {line!r} is one wording alone, and a group takes two or more with commas "
            "between them"
        )
    return members
