"""What a reader gets out of one file, before it is cut into passages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from snapshot.models import Locator

# A language tag of BCP 47, such as en or pt-BR.
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a document with one place: the text under a heading, a page, a slide.

    `blocks` are what should not be cut if it can be helped: a paragraph, a list, a table, a code
    sample; a block may hold line breaks (one list item or table row a line). `heading_path` runs
    from the document's outermost heading to the section's own and leaves the document's title out.
    """

    heading_path: tuple[str, ...]
    locator: Locator
    blocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue of a transcript, in seconds from the recording's start."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """One file as read. Text is normalised already (see `index/readers/normalise.py`).

    `title` is what the document itself calls it, None where it does not say. `metadata` is its
    front matter as found, not yet judged. `language` is what the document declares, or None.
    Either `sections` or `cues` is filled; both empty means a file without text.
    """

    title: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    language: str | None = None
    sections: tuple[Section, ...] = ()
    cues: tuple[Cue, ...] = ()
