"""What `check` knows of each file that would be served."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from index.content.entry import Entry
from index.readers.documents import Document, Tally
from retrieval.questions.language import detector, primary
from snapshot import formats
from snapshot.models import Locator, TimeRange, Whole

# Of 525 pages, papers and talks in English none was taken for another language by these. Prose is
# sure by .97, tables of numbers and codes by .05.
_SURE = 0.9
_PARTS, _PART_CHARACTERS = 3, 600
_FEWEST_CHARACTERS = 300
# Told apart by a few words only, so no text contradicts the other.
_ALIKE = (
    frozenset({"no", "nb", "nn", "da"}),
    frozenset({"hr", "sr", "bs"}),
    frozenset({"id", "ms"}),
    frozenset({"af", "nl"}),
    frozenset({"gl", "pt"}),
)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """One file. `language` is what it is taken for, `reads_as` the language of its text if that is
    another for sure, else empty. `places` are those that passages stand at; `opens_places` is
    false if the file's link leads to none of them."""

    path: str
    format: str
    words: int
    characters: int
    places: int
    opens_places: bool
    tally: Tally
    language: str
    reads_as: str
    audience: tuple[str, ...]


def facts(entries: tuple[Entry, ...]) -> tuple[FileFacts, ...]:
    """Of each entry, in their order."""
    detect = detector()
    return tuple(_of(entry, detect) for entry in entries)


def _of(entry: Entry, detect: Callable[[str], tuple[str, float]]) -> FileFacts:
    resource, document = entry.resource, entry.document
    found = formats.of(resource.path)
    texts = list(_texts(document))
    opening = [resource.opens_at(place) for place in _places(document)]
    return FileFacts(
        path=resource.path,
        format=found.name.partition(";")[0] if found else "links",
        words=sum(len(text.split()) for text in texts),
        characters=sum(map(len, texts)),
        places=len(opening),
        opens_places=any(opening) or not opening,
        tally=document.tally,
        language=resource.language,
        reads_as=_contradiction(" ".join(texts), resource.language, detect),
        audience=resource.audience,
    )


def _texts(document: Document) -> Iterator[str]:
    yield from (block for section in document.sections for block in section.blocks)
    yield from (cue.text for cue in document.cues)


def _places(document: Document) -> Iterator[Locator]:
    for section in document.sections:
        if not isinstance(section.locator, Whole):
            yield section.locator
    if document.cues:
        yield TimeRange(document.cues[-1].start_s, document.cues[-1].end_s)


def _contradiction(text: str, language: str, detect: Callable[[str], tuple[str, float]]) -> str:
    """The language of a text, if its beginning, middle and end are all in one that is another."""
    if len(text) < _FEWEST_CHARACTERS:
        return ""
    declared, reads_as = primary(language), ""
    for number in range(_PARTS):
        start = number * len(text) // _PARTS
        found, sure = detect(text[start : start + _PART_CHARACTERS])
        if sure < _SURE or found == declared or found != (reads_as or found):
            return ""
        reads_as = found
    return "" if any({declared, reads_as} <= alike for alike in _ALIKE) else reads_as
