"""Files that say the same: one is served, the others are named beside it.

Two files say the same if their words are the same in the same order, titles and headings included,
whatever the format. Letters' case, what separates words, and words that change no answer do not
count; digits with what stands between or before them, signs and units do. Anything else that
differs may be the answer: the policy of 2023 and that of 2024 are two, and so are a page and its
translation.
"""

from __future__ import annotations

import hashlib
import math
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from index.content.entry import Entry
from index.content.made_resource import title_from_name
from snapshot import formats
from snapshot.formats.format_row import Kind
from snapshot.models import Locator, OtherPlace, TimeRange

# Words, and of all else what does not only separate words or mark items. Some of that is part of a
# number if a digit follows: 1.5, -5, 9:30.
_TOKEN = re.compile(r"\w+|[-.,:'](?=\d)|[^\w\s\"'`()\[\]{}*_|;!…•◦▪■●·‣—“”„‘«»‹›.,:-]")
_WRITTEN_ALIKE = str.maketrans("−–‐‑’", "----'")
# Put in, left out or exchanged, these change no answer. "A" may name a grade.
_FILLERS = frozenset(
    "a an An the The this This that That these These those Those which here there please Please "
    "kindly Kindly just simply also Also very".split()
)
_PAGES = frozenset({Kind.PAGE, Kind.DOCUMENT})
# A text of fewer words says nothing by itself: an empty form, "see attachment".
_FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Copy:
    """A file that is not served because `kept` says the same to the same people."""

    entry: Entry
    kept: Entry

    def places(self) -> Iterator[tuple[Locator, Locator]]:
        """Each place of the copy with the places of what is kept where the same words stand: a
        page may hold several sections."""
        if self.entry.document.cues:
            spoken = (TimeRange(cue.start_s, cue.end_s) for cue in self.entry.document.cues)
            yield from ((place, place) for place in spoken)
            return
        kept, own = list(_starts(self.kept)), list(_starts(self.entry))
        words = [start for start, _ in kept]
        ends = [start for start, _ in own[1:]] + [math.inf]
        for (start, place), end in zip(own, ends, strict=True):
            first = max(bisect_right(words, start) - 1, 0)
            for _, there in kept[first : max(bisect_left(words, end), first + 1)]:
                yield place, there


def apart(entries: Sequence[Entry]) -> tuple[list[Entry], list[Copy]]:
    """The entries to be served, each with the other places where its words lie, and the copies
    that are not; both in the order that they came in.

    Of files that say the same, are of one language and for the same people, the one that was
    validated last is served; of these, one whose link opens places; then the one with the shorter
    path. What is for others is none of them: nobody loses or gains a file that they may see.
    """
    groups: dict[object, list[Entry]] = defaultdict(list)
    for entry in entries:
        groups[_identity(entry)].append(entry)
    kept_by: dict[str, Entry] = {}
    for key, group in groups.items():
        if key is not None and len(group) > 1:
            group.sort(key=_order)
            kept = _with_places(group[0], group[1:])
            kept_by |= {entry.resource.path: kept for entry in group}
    served, copies = [], []
    for entry in entries:
        kept = kept_by.get(entry.resource.path, entry)
        if kept.resource.path == entry.resource.path:
            served.append(kept)
        else:
            copies.append(Copy(entry, kept))
    return served, copies


def same_text(entries: Sequence[Entry]) -> tuple[tuple[str, ...], ...]:
    """Groups of paths whose files have the same text below their titles, word for word, whoever
    may see them."""
    groups: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        document = entry.document
        said = [block for section in document.sections for block in section.blocks]
        words = " ".join([*said, *(cue.text for cue in document.cues)]).casefold().split()
        groups[_digest(words)].append(entry.resource.path)
    return tuple(tuple(paths) for paths in groups.values() if len(paths) > 1)


def words_of(text: str, language: str) -> list[str]:
    """The words by which two texts of that language are compared."""
    fillers = _FILLERS if language[:2].lower() == "en" else frozenset()
    found = _TOKEN.findall(text.translate(_WRITTEN_ALIKE))
    return "\n".join(word for word in found if word not in fillers).casefold().split()


def _identity(entry: Entry) -> object:
    """Equal for two entries if one may stand for the other; None if nothing may stand for it."""
    resource, document = entry.resource, entry.document
    words = [word for _, part in _said(entry) for word in part]
    if formats.of(resource.path) is None or len(words) < _FEWEST_WORDS:
        return None
    return (
        _digest(words),
        tuple((cue.start_s, cue.end_s) for cue in document.cues),
        tuple(section.asked_as for section in document.sections if section.asked_as),
        Kind.PAGE if resource.kind in _PAGES else resource.kind,
        frozenset(resource.audience),
        frozenset(resource.tags),
        resource.language.lower(),
    )


def _order(entry: Entry) -> tuple[object, ...]:
    """Which of those that say the same is served: the least."""
    resource = entry.resource
    opens = any(resource.opens_at(section.locator) for section in entry.document.sections) or any(
        resource.opens_at(TimeRange(cue.start_s, cue.end_s)) for cue in entry.document.cues
    )
    validated = -resource.validation.validated_on.toordinal()
    return validated, not opens, len(resource.path), resource.path


def _with_places(kept: Entry, copies: Sequence[Entry]) -> Entry:
    """The entry with where its copies lie, and what people ask of those."""
    places = tuple(OtherPlace(one.resource.path, one.resource.url) for one in copies)
    asked = dict.fromkeys(question for one in (kept, *copies) for question in one.asked_as)
    return Entry(replace(kept.resource, also_at=places), kept.document, tuple(asked))


def _said(entry: Entry) -> Iterator[tuple[Locator | None, list[str]]]:
    """What each place says, in order, each heading once where it begins, and before all the title;
    not if it is only the name of the file."""
    resource, document = entry.resource, entry.document

    def words(text: str) -> list[str]:
        return words_of(text, resource.language)

    before = words(document.title or "")
    if resource.title != title_from_name(resource.path):
        before = _headed(words(resource.title), before)
    above: tuple[str, ...] = ()
    for section in document.sections:
        path = section.heading_path
        same = takewhile(lambda pair: pair[0] == pair[1], zip(above, path, strict=False))
        known = sum(1 for _ in same)
        said = words("\n".join(map(_names_once, section.blocks)))
        for heading in reversed(path[known:]):
            said = _headed(words(heading), said)
        yield section.locator, _headed(before, said)
        above, before = path, []
    yield None, _headed(before, words("\n".join(cue.text for cue in document.cues)))


def _names_once(block: str) -> str:
    """A table whose rows all name all columns, with the names above the rows: formats differ in
    whether they know which row names the columns."""
    rows = [[cell.partition(": ") for cell in line.split("; ")] for line in block.split("\n")]
    names = [name for name, _, _ in rows[0]]
    is_table = len(names) > 1 and all(between for row in rows for _, between, _ in row)
    if not is_table or any([name for name, _, _ in row] != names for row in rows):
        return block
    return "\n".join([*names, *(value for row in rows for _, _, value in row)])


def _headed(heading: list[str], words: list[str]) -> list[str]:
    """The words with their heading before them, once: some formats repeat it in the text."""
    return words if words[: len(heading)] == heading else heading + words


def _starts(entry: Entry) -> Iterator[tuple[int, Locator]]:
    """With which word each place of a document begins, counted from 0; places without words are
    left out."""
    count = 0
    for place, words in _said(entry):
        if place is not None and words:
            yield count, place
        count += len(words)


def _digest(words: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()
