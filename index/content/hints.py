"""What an admin says beside the content: wordings that mean the same, questions to begin with."""

from __future__ import annotations

from pathlib import Path

from errors import ContentError
from snapshot.manifest import Synonyms

SYNONYMS_FILE = "_synonyms.txt"


def read_synonyms(content: Path) -> Synonyms:
    """Groups of wordings that mean the same, one a line with commas between them; none without
    the file. Empty lines and those that begin with # are passed over.

    Raises ContentError, with file and line, where the file is no UTF-8 text or a line is no group.
    """
    path = content / SYNONYMS_FILE
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{path} cannot be read as UTF-8 text: {error}") from error
    return tuple(
        _group(line, f"{path}:{number}")
        for number, line in enumerate(lines, start=1)
        if line.strip() and not line.strip().startswith("#")
    )


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
            f"{where}: {line.strip()!r} is one wording alone, and a group takes two or more with "
            "commas between them"
        )
    return members


EXAMPLES_FILE = "_examples.txt"


_LONGEST_EXAMPLE = 120


def read_examples(content: Path) -> tuple[str, ...]:
    """Questions to begin with, one a line in the folder's `_examples.txt`; none without it.

    Raises ContentError where the file is no UTF-8 text or a line is too long for a card.
    """
    path = content / EXAMPLES_FILE
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"{path} cannot be read as UTF-8 text: {error}") from error
    examples = tuple(line for line in lines if line and not line.startswith("#"))
    for line in examples:
        if len(line) > _LONGEST_EXAMPLE:
            raise ContentError(
                f"{path}: {line[:40]!r}... has {len(line)} characters, and an example may have "
                f"{_LONGEST_EXAMPLE}"
            )
    return examples
