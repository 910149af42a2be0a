"""Documents as JSON: between a reader's process and ours, and in the cache.

What comes back from a reader is believed as little as the file it read: every value is checked
before it becomes a Document.
"""

from __future__ import annotations

import json
from typing import Any

from index.readers.documents import Cue, Document, Section
from snapshot.models import Locator, locator_from_dict, locator_to_dict

_LARGEST = 1e9


def document_to_json(document: Document) -> bytes:
    """UTF-8 JSON that `document_from_json` reads back."""
    return json.dumps(
        {
            "title": document.title,
            "metadata": document.metadata,
            "language": document.language,
            "sections": [
                [section.heading_path, locator_to_dict(section.locator), section.blocks]
                for section in document.sections
            ],
            "cues": [[cue.start_s, cue.end_s, cue.text] for cue in document.cues],
        },
        ensure_ascii=False,
        allow_nan=False,
    ).encode()


def document_from_json(data: bytes) -> Document:
    """The document. Raises ValueError for anything that `document_to_json` does not write."""
    try:
        fields = json.loads(data)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    # JSON can write half a character (a lone surrogate), which no database and no card can hold.
    json.dumps(fields, ensure_ascii=False).encode()
    match fields:
        case {
            "title": str() | None as title,
            "metadata": dict(metadata),
            "language": str() | None as language,
            "sections": list(sections),
            "cues": list(cues),
        } if not (sections and cues):
            return Document(
                title=title,
                metadata=metadata,
                language=language,
                sections=tuple(map(_section, sections)),
                cues=tuple(map(_cue, cues)),
            )
    raise ValueError("not a document")


def _section(value: Any) -> Section:
    match value:
        case [list(path), dict(place), list(blocks)]:
            return Section(_strings(path), _locator(place), _strings(blocks))
    raise ValueError("not a section")


def _locator(place: dict[str, Any]) -> Locator:
    numbers = [value for value in place.values() if not isinstance(value, str)]
    if all(_is_number(number) and number > 0 for number in numbers):
        return locator_from_dict(place)
    raise ValueError("not a place")


def _cue(value: Any) -> Cue:
    match value:
        case [start_s, end_s, str(text)] if _is_number(start_s) and _is_number(end_s):
            if 0 <= start_s <= end_s:
                return Cue(float(start_s), float(end_s), text)
    raise ValueError("not a cue")


def _is_number(value: Any) -> bool:
    """A finite number, and not so large that it is none to a float."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and abs(value) < _LARGEST


def _strings(values: list[Any]) -> tuple[str, ...]:
    if not all(isinstance(value, str) for value in values):
        raise ValueError("not text")
    return tuple(values)
