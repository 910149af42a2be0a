"""What owners say is asked: questions that a place answers, matched, and offered as questions.

They stand in a file's own metadata (`asked_as`, for its beginning) and in `_asked_as.jsonl` at the
top of the folder: a JSON object a line with `question` and `place`, a place or a list of them,
named as golden questions name places. What `python -m analytics asked-as` adds for whoever reviews
its candidates is passed over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from errors import ContentError
from index.content.entry import Entry
from index.content.inventory import ASKED_AS_FILE
from index.content.metadata import LONGEST_WORDING, check_wording
from index.content.scan import Scan
from index.golden.json_lines import objects, text_field
from index.golden.places import (
    Lead,
    Served,
    as_it_is,
    check_place,
    passage_place,
    passages_at,
    passages_by_path,
    paths_of,
    why_missing,
)
from index.golden.questions import PASSED_OVER
from snapshot.manifest import AskedAs
from snapshot.models import Heading, Passage, Resource

_FIELDS = ("question", "place")
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class AskedEntry:
    """A question and the name of a place that answers it; `where` says who says so."""

    question: str
    place: str
    where: str


def load_asked_as(
    content: Path, found: Scan, served: Served, lead: Lead = as_it_is
) -> tuple[tuple[AskedEntry, ...], tuple[str, ...]]:
    """The questions of what is served, and a sentence for each that leads nowhere and for files of
    whose lists of questions not all wordings are taken. What people wrote for this goes first;
    `lead` says how places that they name are served.
    Raises ContentError naming file, line and value of what cannot be read."""
    entries = [
        AskedEntry(question, entry.resource.path, entry.resource.path)
        for entry in found.entries
        for question in entry.asked_as
    ]
    notes: list[str] = []
    path = content / ASKED_AS_FILE
    for where, data in objects(path) if path.exists() else ():
        if unknown := sorted(data.keys() - {*_FIELDS, *PASSED_OVER}):
            notes.append(f"{where}: {unknown[0]!r} is passed over; fields are {', '.join(_FIELDS)}")
        for line in _of_line(where, data):
            one = replace(line, place=lead(line.place)[0])
            if reason := _why_missing(one.place, served, content):
                notes.append(f"{where}: {reason}")
            else:
                entries.append(one)
    if len(entries) > _MOST:
        raise ContentError(
            f"{path}: with what files say themselves there are {len(entries)} questions with their "
            f"places; at most {_MOST} are read"
        )
    # Those for everyone first, and beside their like alone: what is for some takes no room.
    open_ones = sum(not _only_for(one.place, served) for one in entries)
    for entry in sorted(found.entries, key=lambda one: one.resource.only_for):
        beside = len(entries) if entry.resource.only_for else open_ones
        kept, note = _of_lists(entry, _MOST - beside)
        open_ones += 0 if entry.resource.only_for else len(kept)
        entries += kept
        notes += filter(None, [note])
    return tuple(entries), tuple(notes)


def _only_for(place: str, served: Served) -> tuple[str, ...]:
    """The audiences that alone may see the place; empty if everyone may."""
    found = next((served[path][0] for path in paths_of(place) if path in served), None)
    return found.only_for if found else ()


def _of_lists(entry: Entry, room: int) -> tuple[list[AskedEntry], str]:
    """The other wordings in a file's lists of questions, at most `room`, and a sentence if some are
    left out."""
    path = entry.resource.path
    kept: list[AskedEntry] = []
    left = 0
    for section in entry.document.sections:
        for question in section.asked_as if isinstance(section.locator, Heading) else ():
            try:
                wording = check_wording(question)
            except ValueError:
                wording = ""
            if wording and len(kept) < room:
                kept.append(AskedEntry(wording, f"{path}#{section.locator.anchor}", path))
            else:
                left += 1
    note = (
        f"{path}: {left} of {len(kept) + left} other wordings of its questions are passed over: "
        f"one has a word and at most {LONGEST_WORDING} characters, and a folder {_MOST} of them"
    )
    return kept, note if left else ""


def _of_line(where: str, data: dict[str, Any]) -> Iterator[AskedEntry]:
    try:
        question = check_wording(text_field(where, data, "question"))
    except ValueError as error:
        raise ContentError(f"{where}: {error}") from error
    value = data.get("place")
    places = value if isinstance(value, list) and value else [value]
    for place in places:
        try:
            check_place(place)
        except ValueError as error:
            reason = f" ({error})" if str(error) else ""
            raise ContentError(
                f'{where}: place must be a file of the content folder ("travel/expenses.md"), a '
                f'place in one ("...#anchor", "...#page=4", "...#slide=3", "...#t=66,229" in '
                f"seconds) or a list of them, not {place!r}{reason}"
            ) from error
        yield AskedEntry(question, str(place), where)


def _why_missing(place: str, served: Served, folder: Path) -> str:
    """Why nobody can find that place; empty if those can for whom it is."""
    known = next((served[path] for path in paths_of(place) if path in served), None)
    return why_missing(place, known[0].audience if known else (), served, folder)


def with_rows(
    entries: Sequence[AskedEntry], resources: Sequence[Resource], passages: Sequence[Passage]
) -> tuple[tuple[AskedAs, ...], tuple[str, ...]]:
    """The questions with the rows of their passages, each question once for the same people, those
    for everyone first; and a sentence for each place that holds no text."""
    by_path = passages_by_path(resources, passages)
    paths = {one.id: one.path for one in resources}
    readers = {one.id: one.only_for for one in resources}
    row_of = {(one.resource_id, one.ordinal): row for row, one in enumerate(passages)}
    # Of a list of thousands of questions, each names a place.
    rows_at: defaultdict[str, set[int]] = defaultdict(set)
    for row, one in enumerate(passages):
        if isinstance(one.locator, Heading):
            rows_at[passage_place(paths[one.resource_id], one.locator)].add(row)
    rows: defaultdict[tuple[tuple[str, ...], str], set[int]] = defaultdict(set)
    notes = []
    for entry in entries:
        found = rows_at.get(entry.place) or {
            row_of[one.resource_id, one.ordinal] for one, _ in passages_at(entry.place, by_path)
        }
        for row in found:
            rows[readers[passages[row].resource_id], entry.question].add(row)
        if not found:
            notes.append(f"{entry.where}: {entry.place!r} holds no text: name another place")
    every = sorted(rows.items(), key=lambda item: item[0][0])
    asked = (AskedAs(question, tuple(sorted(numbers))) for (_, question), numbers in every)
    return tuple(asked), tuple(notes)
