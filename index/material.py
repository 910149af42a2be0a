"""What a snapshot is made of, as a content folder says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from errors import ContentError
from index.content.hints import read_examples, read_synonyms
from index.content.scan import Extracts, Scan, scan
from index.golden.places import served_after
from index.golden.questions import GoldenSet, load_golden
from index.progress import Progress, silent
from index.readers.documents import Document
from index.readers.extraction import DocumentCache
from snapshot.manifest import Refused, Synonyms


@dataclass(frozen=True, slots=True)
class Material:
    """What can be served, the hints beside it, and the golden questions."""

    found: Scan
    examples: tuple[str, ...] = ()
    synonyms: Synonyms = ()
    golden: GoldenSet = field(default_factory=GoldenSet)

    @property
    def documents(self) -> dict[str, Document]:
        """By their paths."""
        return {entry.resource.path: entry.document for entry in self.found.entries}

    @property
    def refused(self) -> tuple[Refused, ...]:
        """What a snapshot keeps of a scan's refusals."""
        return tuple(Refused(r.path, str(r.kind), r.reason) for r in self.found.refusals)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What deserves a look before a build: in files, and in golden questions."""
        return (*self.found.warnings, *self.golden.notes_on(served_after(self.found)))


class StrictBuildError(ContentError):
    """A strict build met files that it would have to refuse; nothing was published."""

    def __init__(self, refused: Sequence[Refused]) -> None:
        super().__init__(
            f"{len(refused)} file(s) are refused, and a strict build publishes nothing then"
        )
        self.refused = tuple(refused)


def gather(
    content: Path,
    extraction: Extracts,
    today: date,
    cache: DocumentCache | None = None,
    progress: Progress = silent,
    *,
    strict: bool = False,
) -> Material:
    """Reads the folder as it stands on that day. Raises ContentError if golden questions or hints
    are malformed, and StrictBuildError if `strict` and a file is refused."""
    golden = load_golden(content)
    found = scan(content, today=today, extraction=extraction, cache=cache, progress=progress)
    material = Material(found, golden=golden)
    if strict and material.refused:
        raise StrictBuildError(material.refused)
    return Material(found, read_examples(content), read_synonyms(content), golden)
