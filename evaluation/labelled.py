"""Labelled sets: what was asked, and the places or documents that answer it. A set in BEIR's format
holds the documents as well.

`queries.jsonl` holds a question a line: `_id`, `text`, `answerable`, and perhaps `context` (the
question before), `kind`, `article`, `answers` (strings of which one must be said), `answer_span`.
`qrels.tsv` holds a right answer a line: query id, place or document id, grade, under a header.
A question that does not say whether it is `answerable` is if it has a right answer there. If it has
none, nobody has judged it, and it is left out: BEIR's folders hold training questions, too.

A place is a file's path in the content folder and what stands behind its "#": `page=4`, `slide=3`,
`t=66,229` (seconds; a passage that begins in that range counts), a heading's anchor, or nothing for
the text before the first heading.

In a folder in BEIR's format the qrels are `qrels/test.tsv`, and `corpus.jsonl` holds a document a
line: `_id`, `title`, `text`. They become a snapshot by the way that content takes. Thakur et al.,
"BEIR: A Heterogeneous Benchmark for Zero-shot Evaluation of Information Retrieval Models", 2021.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import quote

from encoder.protocol import Encoder
from errors import ContentError
from index.build import Build, BuildSettings
from index.content.entry import Entry
from index.content.scan import Scan
from index.encoder_source import GivenEncoder
from index.golden.json_lines import numbered_lines, objects, text_field
from index.golden.places import time_range
from index.material import Material
from index.progress import Progress, silent
from index.readers import normalise
from index.readers.documents import Document, Section
from snapshot.engines import AUTO
from snapshot.formats.format_row import Kind
from snapshot.models import Locator, Resource, TimeRange, Validation, Whole, resource_id
from snapshot.reading import Snapshot
from snapshot.store import SnapshotStore

_VALIDATION = Validation("BEIR", date(2021, 4, 17))
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


class GoldKind(StrEnum):
    """What right answers are named by: places in a content folder, or ids of documents."""

    PLACES = "places"
    DOCUMENTS = "documents"


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question with the grades (> 0) of what answers it, by place or document id; none if it
    is not answerable."""

    id: str
    text: str
    gold: dict[str, int] = field(default_factory=dict)
    context: str | None = None
    kind: str = ""
    answers: tuple[str, ...] = ()
    document: str = ""

    @property
    def is_answerable(self) -> bool:
        return bool(self.gold)


def load_questions(
    queries: Path, qrels: Path | None = None, *, kind: GoldKind = GoldKind.PLACES
) -> list[LabelledQuestion]:
    """Reads both files. Without `qrels` no question is answerable, whatever `queries` says: they
    were meant for other content.

    Raises ContentError naming file and line for what cannot be read, for an id that comes twice
    and for an answerable question whose right answers are nowhere to be found.
    """
    gold = _load_qrels(qrels, kind) if qrels else {}
    questions: dict[str, LabelledQuestion] = {}
    for where, data in objects(queries):
        question = _question(where, data, gold)
        if question.id in questions:
            raise ContentError(f"{where}: {question.id!r} is the _id of an earlier question")
        if qrels and not question.gold:
            if data.get("answerable"):
                raise ContentError(f"{where}: {question.id!r} has no right answer in {qrels}")
            if "answerable" not in data:
                continue
        questions[question.id] = question
    return list(questions.values())


def load_and_combine(
    files: Iterable[tuple[Path, Path | None]], *, kind: GoldKind = GoldKind.PLACES
) -> list[LabelledQuestion]:
    """One set of the questions in several files, each with its qrels. A file called `queries` goes
    by the name of its folder. Raises ContentError as `load_questions` and `combine` do, and if
    there are none."""
    asked = combine(
        (
            queries.stem if queries.stem != "queries" else queries.resolve().parent.name,
            load_questions(queries, qrels, kind=kind),
        )
        for queries, qrels in files
    )
    if not asked:
        raise ContentError("none of the files holds a question")
    return asked


def combine(sets: Iterable[tuple[str, Iterable[LabelledQuestion]]]) -> list[LabelledQuestion]:
    """One set of several named ones, in which a question without a kind has its set's name for
    one. A single set stays as it is. Raises ContentError if two share an id."""
    named = [(name, list(questions)) for name, questions in sets]
    combined: dict[str, LabelledQuestion] = {}
    for name, questions in named:
        for question in questions:
            if question.id in combined:
                raise ContentError(f"two sets of questions have the id {question.id!r}")
            kind = question.kind if len(named) == 1 else question.kind or name
            combined[question.id] = replace(question, kind=kind)
    return list(combined.values())


def distance_to_start_s(path: str, locator: Locator, gold: Iterable[str]) -> float | None:
    """Seconds between where a recording is opened and where the nearest right stretch of it
    begins; None for another file or another kind of place."""
    if not isinstance(locator, TimeRange):
        return None
    starts = [time_range(place)[0] for place in gold if place.startswith(f"{path}#t=")]
    return min((abs(locator.start_s - start) for start in starts), default=None)


def _question(
    where: str, data: dict[str, Any], gold: dict[str, dict[str, int]]
) -> LabelledQuestion:
    answerable = data.get("answerable", True)
    if not isinstance(answerable, bool):
        raise ContentError(f"{where}: answerable must be true or false, not {answerable!r}")
    answers = data.get("answers") or [text_field(where, data, "answer_span", "")]
    if not isinstance(answers, list) or not all(isinstance(one, str) for one in answers):
        raise ContentError(f"{where}: answers must be a list of texts, not {answers!r}")
    name = text_field(where, data, "_id")
    return LabelledQuestion(
        id=name,
        text=text_field(where, data, "text"),
        gold=gold.get(name, {}) if answerable else {},
        context=text_field(where, data, "context", "") or None,
        kind=text_field(where, data, "kind", ""),
        answers=tuple(filter(None, answers)),
        document=text_field(where, data, "article", ""),
    )


def _load_qrels(path: Path, kind: GoldKind) -> dict[str, dict[str, int]]:
    gold: dict[str, dict[str, int]] = defaultdict(dict)
    for position, (number, line) in enumerate(numbered_lines(path)):
        row = line.rstrip("\r").split("\t")
        if position == 0 and not row[-1].lstrip("-").isdigit():
            continue  # the header
        try:
            query_id, name, grade = row
            if kind is GoldKind.PLACES and "#t=" in name:
                time_range(name)
            if int(grade) > 0:
                gold[query_id][name] = int(grade)
        except ValueError as error:
            raise ContentError(
                f"{path}, line {number}: not query id, right answer, grade between tabs: "
                f"{line!r} ({error})"
            ) from error
    return gold


def beir_questions(folder: Path) -> tuple[Path, Path]:
    """The files of a folder's test questions, and of the documents that answer them."""
    return folder / "queries.jsonl", folder / "qrels" / "test.tsv"


def build_beir(
    folder: Path,
    snapshots: Path,
    encoder: Encoder,
    *,
    engine: str = AUTO,
    progress: Progress = silent,
) -> Snapshot:
    """The documents as a snapshot in the folder `snapshots`. What was encoded is kept there, too:
    building there again encodes only what is new. A resource's path is the document's id.

    Raises ContentError naming file and line of a malformed document.
    """
    material = Material(load_corpus(folder / "corpus.jsonl"))
    store = SnapshotStore(snapshots)
    settings = BuildSettings(engine=engine)
    report = Build(store, GivenEncoder(encoder), settings, progress).publish(material)
    return store.open(report.snapshot_id)


def load_corpus(path: Path) -> Scan:
    """The documents in the order of the file, as if a scan had found them. Raises ContentError."""
    entries = tuple(_entries(path))
    return Scan(entries, refused=(), ignored=(), duplicates=(), warnings=())


def _entries(path: Path) -> Iterator[Entry]:
    known: set[str] = set()
    for where, data in objects(path):
        name = text_field(where, data, "_id")
        if name in known:
            raise ContentError(f"{where}: {name!r} is the _id of an earlier document")
        known.add(name)
        title = normalise.prose(text_field(where, data, "title", ""))
        text = text_field(where, data, "text", "")
        yield _entry(name, title, text)


def _entry(name: str, title: str, text: str) -> Entry:
    url = f"https://beir.example/{quote(name, safe='')}"
    resource = Resource(
        id=resource_id(url),
        title=title,
        url=url,
        kind=Kind.PAGE,
        path=name,
        validation=_VALIDATION,
    )
    blocks = filter(None, map(normalise.lines, _BLANK_LINES.split(text)))
    document = Document(title=title, sections=(Section((), Whole(), tuple(blocks)),))
    return Entry(resource, document)
