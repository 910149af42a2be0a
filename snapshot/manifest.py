"""What a snapshot's folder holds, and what it says of itself: `snapshot.json`.

snapshot.json          format, encoder, engine, settings, calibration, counts, every file's SHA-256
resources.jsonl        one resource a line; a resource's number is its line, from 0
passages.jsonl         one passage a line; a passage's row is its line, from 0
passages.offsets.npy   (n + 1,) uint64: where each passage's line begins, and the file's end
passages.resource.npy  (n,) int32: the number of each passage's resource
vectors.*              the engine's file; row i belongs to passage i of those for everyone
lexical/               the lexical index of what is for everyone
restricted/            vectors and words of what is for some (see `snapshot/restricted/`);
                       missing if all is for everyone
vocabulary.json        words of what everyone may see, each with how many passages hold it
other_words.json       words of common languages that could be taken for slips of those
tokens.*               the passages' tokens (see `snapshot/tokens/token_vectors.py`)
headings.*             what they stand under, and links to them (see `snapshot/headings.py`)
asked_as.vectors.npy   (m, dim) float16: the questions that owners say a place answers
refused.jsonl          what the content folder held and was not served, with the reason
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from encoder.files import file_sha256
from encoder.protocol import Fingerprint
from errors import SnapshotDamaged
from snapshot.models import EVERYONE, Validation

FORMAT = 14
MANIFEST = "snapshot.json"

# Groups of wordings that mean the same.
Synonyms = tuple[tuple[str, ...], ...]


class Topic(StrEnum):
    """What a person in distress may speak of; each wants a pinned answer."""

    SELF_HARM = "self_harm"
    HARASSMENT = "harassment"
    VIOLENCE = "violence"
    MEDICAL_EMERGENCY = "medical_emergency"
    DISCRIMINATION = "discrimination"


@dataclass(frozen=True, slots=True)
class Pinned:
    """An answer that a person has fixed for certain words.

    It is for questions that are worded so, and for those of its `topic`. It opens passage `ordinal`
    of the resource `resource_id`, from a character of it on, or else says one of `texts`, which are
    by language, "" for any. The contact's fields may be empty. `wordings` may be so only if there
    is a topic.
    """

    wordings: tuple[str, ...]
    validation: Validation
    topic: Topic | None = None
    resource_id: str = ""
    ordinal: int = 0
    character: int = 0
    texts: dict[str, str] = field(default_factory=dict)
    contact_name: str = ""
    contact_url: str = ""
    audience: tuple[str, ...] = (EVERYONE,)

    def text_in(self, language: str) -> str:
        """What it says: in that language, else in any, else in English or the first; empty if it
        opens a place."""
        own = language.lower()
        for name in (own, own.partition("-")[0], "", "en"):
            for known, text in self.texts.items():
                if known.lower() == name:
                    return text
        return next(iter(self.texts.values()), "")


@dataclass(frozen=True, slots=True)
class AskedAs:
    """A question that an owner says the passages of these rows answer. It is matched, and may
    be offered as a question to ask."""

    question: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CollectionStep:
    """One place of a collection. `url` opens it; `place` says where in the resource, empty for the
    whole; `note` what it is there for."""

    resource_id: str
    url: str
    place: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    """A few places in an order, as a small course. `slug` is its name in addresses. A step is for
    those who may see its resource."""

    slug: str
    title: str
    description: str
    validation: Validation
    language: str = "en"
    audience: tuple[str, ...] = (EVERYONE,)
    steps: tuple[CollectionStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Rewording:
    """What people write and no passage for everyone holds, and what the folder says for it."""

    written: str
    own: str


def unfilled_topics(pinned: Iterable[Pinned], day: date) -> tuple[Topic, ...]:
    """The topics that have no answer for everyone on that day."""
    filled = {
        one.topic for one in pinned if EVERYONE in one.audience and one.validation.holds_on(day)
    }
    return tuple(topic for topic in Topic if topic not in filled)


class File(StrEnum):
    """What stands beside the manifest, but for what engines and tokens name themselves."""

    RESOURCES = "resources.jsonl"
    PASSAGES = "passages.jsonl"
    OFFSETS = "passages.offsets.npy"
    OWNERS = "passages.resource.npy"
    LEXICAL = "lexical"
    VOCABULARY = "vocabulary.json"
    OTHER_WORDS = "other_words.json"
    ASKED_AS = "asked_as.vectors.npy"
    REFUSED = "refused.jsonl"


@dataclass(frozen=True, slots=True)
class Calibration:
    """Confidence from which an answer is ANSWERED, and from which it is CLOSEST; 0 to 1.

    `false_answers` bounds how likely a question that nothing answers is ANSWERED all the same, if
    it is like the folder's own sentences; 1 if those were not asked.
    """

    answered: float
    closest: float
    false_answers: float = 1.0


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not served. `reason` is a word for scripts (`index.content.validation` has
    them all), `detail` the sentence for its owner."""

    path: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Counts:
    resources: int
    passages: int
    refused: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot says of itself.

    `content_digest` is equal for two snapshots exactly if they hold the same. `engine` is the one
    that wrote the vectors, and `engine_measured` what it was chosen by, if that had to be measured.
    `examples` are questions to begin with, which the content answers; `pinned` stand above ranking,
    the first of several that fit. `files` are the SHA-256 of
    every other file, in hex.
    """

    id: str
    created_at: datetime
    content_digest: str
    encoder: Fingerprint
    engine: str
    settings: dict[str, Any]
    calibration: Calibration
    counts: Counts
    examples: tuple[str, ...] = ()
    synonyms: Synonyms = ()
    rewordings: tuple[Rewording, ...] = ()
    pinned: tuple[Pinned, ...] = ()
    asked_as: tuple[AskedAs, ...] = ()
    collections: tuple[Collection, ...] = ()
    engine_measured: dict[str, int | float] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    def to_json(self) -> str:
        data = asdict(self) | {"created_at": self.created_at.isoformat()}
        return json.dumps(data, indent=2, sort_keys=True, default=date.isoformat)

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """What `to_json` wrote. Fields that are not known here are passed over. Raises ValueError,
        KeyError or TypeError if one is missing or has a value of another type."""
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise ValueError(
                f"its format is {data['format']!r}, and this version reads {FORMAT}: build again "
                "with `python -m index build CONTENT`"
            )
        if not data["files"]:
            raise ValueError("it names no files")
        return msgspec.convert(data, cls)


@contextmanager
def damage_named(path: Path, *errors: type[Exception]) -> Iterator[None]:
    """What reading the path raises, OSError, ValueError or one of `errors`, becomes a
    SnapshotDamaged that names it."""
    expected: tuple[type[Exception], ...] = (OSError, ValueError, *errors)
    try:
        yield
    except expected as error:
        raise SnapshotDamaged(f"{path} cannot be read: {error}") from error


def read_manifest(folder: Path) -> Manifest:
    """Raises SnapshotDamaged if there is none that this version can read."""
    with damage_named(folder / MANIFEST, KeyError, TypeError):
        return Manifest.from_json((folder / MANIFEST).read_text(encoding="utf-8"))


def verify(folder: Path, copy: Path | None = None) -> Manifest:
    """Reads every file, of the `copy` if there is one, and compares its SHA-256. Raises
    SnapshotDamaged on the first that is missing or changed. A flipped bit in the vectors is found
    here and nowhere else."""
    manifest = read_manifest(folder)
    for name, expected in manifest.files.items():
        with damage_named(folder / name):
            actual = file_sha256((copy or folder) / name)
        if actual != expected:
            raise SnapshotDamaged(
                f"{folder / name} has SHA-256 {actual}, and {expected} when it was written: "
                "roll back, or build again"
            )
    return manifest
