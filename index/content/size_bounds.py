"""How much of one file, and of one folder, is served at most.

Settings have these numbers as defaults, so nothing is imported here: a server needs no readers.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SizeBounds:
    """At most so much of one file, and of all files below one folder that the same people see."""

    file_passages: int = 4_000
    file_characters: int = 3_000_000
    folder_passages: int = 250_000
    folder_characters: int = 200_000_000
