"""What a snapshot is made of, as a content folder says it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from errors import ContentError
from index.content.containers.archives import Extracts
from index.content.inventory import EXAMPLES_FILE, PINNED_FILE, SYNONYMS_FILE
from index.content.scan import Scan, scan
from index.content.size_bounds import SizeBounds
from index.content.tree import Tree
from index.golden.places import led_by, served_after
from index.golden.questions import GoldenSet, load_golden
from index.hints.asked_as import AskedEntry, load_asked_as
from index.hints.collections import CollectionEntry, load_collections
from index.hints.pinned import PinnedEntry, load_pinned
from index.progress import Progress, silent
from index.readers.documents import Document
from index.readers.extraction import DocumentCache
from index.sources.mounting import Mounted
from snapshot.manifest import Refused, Synonyms, Topic, unfilled_topics

_LONGEST_EXAMPLE = 120


@dataclass(frozen=True, slots=True)
class Material:
    """What can be served, the hints beside it, the golden questions and the pinned answers.
    `unfilled` are the sensitive topics that have no pinned answer for everyone; `asked_as` are the
    questions that owners say a place answers, and `asked_notes` tell which lead nowhere."""

    found: Scan
    examples: tuple[str, ...] = ()
    synonyms: Synonyms = ()
    golden: GoldenSet = field(default_factory=GoldenSet)
    pinned: tuple[PinnedEntry, ...] = ()
    unfilled: tuple[Topic, ...] = ()
    asked_as: tuple[AskedEntry, ...] = ()
    asked_notes: tuple[str, ...] = ()
    collections: tuple[CollectionEntry, ...] = ()

    @property
    def documents(self) -> dict[str, Document]:
        """What everyone may see, by path; everything if that is nothing."""
        found = self.found.entries
        return {
            entry.resource.path: entry.document
            for entry in [one for one in found if not one.resource.only_for] or found
        }

    @property
    def warnings(self) -> tuple[str, ...]:
        """What deserves a look before a build: in files, and in golden questions."""
        return (*self.notes, *self.golden.notes_on(served_after(self.found)))

    @property
    def notes(self) -> tuple[str, ...]:
        """Those of files and hints, without golden questions."""
        return (*self.found.warnings, *self.unfilled_notes, *self.asked_notes)

    @property
    def unfilled_notes(self) -> tuple[str, ...]:
        """A sentence if sensitive topics have no answer, else none."""
        said = f"fill them in in {PINNED_FILE}, until then cards name only the contact"
        names = ", ".join(self.unfilled)
        return (f"sensitive topics without a pinned answer: {names}; {said}",) if names else ()


class StrictBuildError(ContentError):
    """A strict build met files that it would have to refuse; nothing was published."""

    def __init__(self, refused: Sequence[Refused]) -> None:
        super().__init__(
            f"{len(refused)} file(s) are refused, and a strict build publishes nothing then"
        )
        self.refused = tuple(refused)


def gather(
    content: Path | Mounted,
    extraction: Extracts,
    today: date,
    cache: DocumentCache | None = None,
    progress: Progress = silent,
    *,
    strict: bool = False,
    bounds: SizeBounds = SizeBounds(),
) -> Material:
    """Reads the folder, with its sources if it is mounted, as it stands on that day. Raises
    ContentError if golden questions, hints or `_asked_as.jsonl` are malformed, and StrictBuildError
    if `strict` and a file is refused."""
    sources = content if isinstance(content, Mounted) else Mounted(Tree(content))
    content = sources.tree.root
    golden = load_golden(content)
    found = scan(
        sources.tree,
        today=today,
        extraction=extraction,
        cache=cache,
        progress=progress,
        bounds=bounds,
    )
    served, lead = served_after(found), led_by(found.copies)
    golden = golden.led(lead)
    pinned, refused = load_pinned(content, served, today, lead)
    collections, unshown = load_collections(content, served, today, lead)
    every = sorted([*found.refused, *refused, *unshown, *sources.refused], key=lambda one: one.path)
    warnings = (*sources.notes, *found.warnings)
    found = replace(found, refused=tuple(every), warnings=warnings)
    if strict and found.refused:
        raise StrictBuildError(found.refused)
    unfilled = unfilled_topics((one.for_whom(served) for one in pinned), today)
    asked_as, notes = load_asked_as(content, found, served, lead)
    examples, synonyms = read_examples(content), read_synonyms(content)
    hints = examples, synonyms, golden, pinned, unfilled, asked_as, notes, collections
    return Material(found, *hints)


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
