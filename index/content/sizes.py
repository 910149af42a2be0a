"""What is too large to be served: a table of a machine's readings must not stand between people and
everything else."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index.content.entry import Entry
from index.content.size_bounds import SizeBounds
from index.content.validation import Reason
from index.readers.documents import Document
from snapshot.manifest import Refused
from snapshot.models import EVERYONE

# How many characters a passage has, as a rule. The encoder counts in tokens, and no model is
# needed to say what would be refused.
_OF_PASSAGE, _OF_TALK = 900, 500


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is: passages, about, and characters."""

    passages: int = 0
    characters: int = 0

    def __add__(self, other: Size) -> Size:
        return Size(self.passages + other.passages, self.characters + other.characters)


def within(
    bounds: SizeBounds, entries: Sequence[Entry], fields: Callable[[str], Mapping[str, Any]]
) -> tuple[list[Entry], list[Refused]]:
    """The entries that are served, in their order, and the refusals of the others. `fields`
    are what holds in a folder.

    Of a folder with too much, the largest files are refused. Those for everyone come first,
    and those for some count beside these alone: what somebody may not see takes no room.
    """
    refused: dict[str, Refused] = {}
    sizes = {entry.resource.path: size_of(entry.document) for entry in entries}
    used: dict[tuple[str, frozenset[str]], Size] = defaultdict(Size)
    for entry in sorted(entries, key=lambda one: _turn(one, sizes[one.resource.path])):
        path, size = entry.resource.path, sizes[entry.resource.path]
        audience = frozenset(entry.resource.audience)
        for_all = frozenset({EVERYONE})
        audience = for_all if EVERYONE in audience else audience
        folders = list(_above(path))
        detail = _too_large(bounds, size, fields(folders[0]))
        for folder in folders:
            beside = used[folder, for_all]
            beside = beside if audience == for_all else beside + used[folder, audience]
            detail = detail or _too_much(bounds, folder, beside + size, size, fields(folder))
        if detail:
            refused[path] = Refused(path, Reason.TOO_LARGE, detail)
            continue
        for folder in folders:
            used[folder, audience] += size
    kept = [entry for entry in entries if entry.resource.path not in refused]
    return kept, list(refused.values())


def _too_large(bounds: SizeBounds, size: Size, fields: Mapping[str, Any]) -> str:
    """Why a file is not served; empty if it is within its bound."""
    for name, has, unit in (
        ("file_passages", size.passages, "passages"),
        ("file_characters", size.characters, "characters"),
    ):
        most = fields.get(name) or getattr(bounds, name)
        if has > most:
            about = "about " if unit == "passages" else ""
            return (
                f"it has {about}{has:,} {unit}, and at most {most:,} of one file are served: "
                f"take out what nobody asks for, split it, or raise {name} in a _folder.yaml"
            )
    return ""


def _too_much(
    bounds: SizeBounds, folder: str, sum_: Size, size: Size, fields: Mapping[str, Any]
) -> str:
    """Why a file does not go into that folder any more; empty if it does."""
    for name, all_, has, unit in (
        ("folder_passages", sum_.passages, size.passages, "passages"),
        ("folder_characters", sum_.characters, size.characters, "characters"),
    ):
        most = fields.get(name) or getattr(bounds, name)
        if all_ > most:
            return (
                f"with its {has:,} {unit} the folder {folder or '.'} would have {all_:,}, and "
                f"at most {most:,} of one folder are served, the smallest files first: take "
                f"out what nobody asks for, or raise {name} in a _folder.yaml"
            )
    return ""


def size_of(document: Document) -> Size:
    """Each section begins a passage of its own."""
    lengths = [sum(map(len, section.blocks)) for section in document.sections]
    said = sum(len(cue.text) for cue in document.cues)
    passages = sum(math.ceil(length / _OF_PASSAGE) for length in lengths)
    return Size(passages + math.ceil(said / _OF_TALK), sum(lengths) + said)


def _turn(entry: Entry, size: Size) -> tuple[object, ...]:
    resource = entry.resource
    return EVERYONE not in resource.audience, size.passages, size.characters, resource.path


def _above(path: str) -> Iterator[str]:
    """The folders that a file is in, its own first and "" for the top last."""
    while path:
        path = path.rpartition("/")[0]
        yield path
