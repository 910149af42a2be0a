"""What moves for people who may not see a third of a folder: python -m benchmarks.outsiders.

Each seed makes a random third of the files meant for an audience. Whoever is not in it asks the
folder, and a folder without those files. Whatever differs, by a bit, is counted. Members ask, too:
each passage for them must be in their ranking, up to as many as are compared.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from benchmarks import runner
from benchmarks.content import SAMPLE, sample_snapshots
from benchmarks.product import load_encoder
from benchmarks.runner import tell
from bots.cards import fitted
from bots.drawing.shown import ShownAnswer
from encoder.protocol import Encoder
from evaluation.labelled import load_questions
from index.build import Build, BuildSettings
from index.content.entry import Entry
from index.encoder_source import GivenEncoder
from index.material import Material, gather
from index.readers.extraction import Extraction
from retrieval.answer import Answer, Hit, Question
from retrieval.retriever import Retriever
from showing.ports import NOBODY
from snapshot.models import EVERYONE
from snapshot.reading import Snapshot
from snapshot.store import SnapshotStore

app = runner.command_line()
_SHARE = 1 / 3
_AUDIENCE = "insiders"
_TOP = 10


@dataclass(slots=True)
class Moved:
    """How much was compared, and how much of each kind was not the same."""

    compared: Counter[str] = field(default_factory=Counter)
    moved: Counter[str] = field(default_factory=Counter)

    def take(self, kind: str, one: object, other: object) -> None:
        self.compared[kind] += 1
        self.moved[kind] += one != other


def parted(material: Material, seed: int) -> tuple[Material, Material]:
    """The material with a random third of its files, and with what is pinned there, for an
    audience; and without that."""
    paths = [entry.resource.path for entry in material.found.entries if not entry.resource.only_for]
    chosen = set(random.Random(seed).sample(paths, round(_SHARE * len(paths))))  # noqa: S311 (no secret)

    def marked(entry: Entry) -> Entry:
        return replace(entry, resource=replace(entry.resource, audience=(_AUDIENCE,)))

    found = material.found
    entries = [(one, one.resource.path in chosen) for one in found.entries]
    copies = [(one, one.kept.resource.path in chosen) for one in found.copies]
    of_some = tuple(
        replace(one, entry=marked(one.entry), kept=marked(one.kept)) if apart else one
        for one, apart in copies
    )
    pinned = tuple(one for one in material.pinned if one.place.partition("#")[0] not in chosen)
    whole = replace(
        found,
        entries=tuple(marked(one) if apart else one for one, apart in entries),
        copies=of_some,
    )
    part = replace(
        found,
        entries=tuple(one for one, apart in entries if not apart),
        copies=tuple(one for one, apart in copies if not apart),
    )
    return replace(material, found=whole, pinned=pinned), replace(
        material, found=part, pinned=pinned
    )


def compare(
    material: Material, questions: Sequence[Question], encoder: Encoder, seeds: int
) -> Moved:
    """Asks both folders of each seed all questions."""
    found = Moved()
    for seed in range(seeds):
        with TemporaryDirectory() as made:
            snapshots = [
                _built(one, encoder, Path(made, str(number)))
                for number, one in enumerate(parted(material, seed))
            ]
        whole, part = (Retriever(one, encoder) for one in snapshots)
        for kind in ("calibration", "examples"):
            found.take(kind, *(getattr(one.manifest, kind) for one in snapshots))
        found.take("counts", *(one.open_counts for one in snapshots))
        found.take("vocabulary", *(one.vocabulary.counts for one in snapshots))
        found.take("list", whole.resources(Question("")), part.resources(Question("")))
        for question in questions:
            _ask(found, whole, part, question)
            _ask_member(found, whole, question)
    return found


def _ask(found: Moved, whole: Retriever, part: Retriever, question: Question) -> None:
    one, other = whole.answer(question), part.answer(question)
    found.take("card", _card(one), _card(other))
    for kind in ("outcome", "confidence", "evidence", "understood"):
        found.take(kind, getattr(one, kind), getattr(other, kind))
    ranked, expected = whole.rank(question), part.rank(question)
    found.take("ranking", *([_place(hit) for hit in hits] for hits in (ranked, expected)))
    for hit, as_expected in zip(ranked, expected, strict=False):
        found.take("score of a passage", _scores(hit), _scores(as_expected))


def _ask_member(found: Moved, whole: Retriever, question: Question) -> None:
    """Counts as moved what a member does not find although it is there."""
    member = replace(question, audience=frozenset({EVERYONE, _AUDIENCE}))
    there = len(whole.resources(Question("", audience=member.audience)))
    results = whole.answer(member).results
    passages = {hit.passage.resource_id for hit in whole.rank(member)}
    if results:
        found.take("results of a member", len(results), min(_TOP, there, len(passages)))


def _built(material: Material, encoder: Encoder, folder: Path) -> Snapshot:
    store = SnapshotStore(folder)
    Build(store, GivenEncoder(encoder), BuildSettings(accept=True)).publish(material)
    return store.open()


def _card(answer: Answer) -> Any:
    links = tuple(result.url for result in answer.results)
    shown = replace(answer, took_ms=0.0, stages_ms={}, snapshot_id="")
    return fitted(ShownAnswer("q", shown, links, NOBODY))[1]


def _place(hit: Hit) -> tuple[str, int]:
    return hit.passage.resource_id, hit.passage.ordinal


def _scores(hit: Hit) -> tuple[object, ...]:
    whole = hit.score, hit.dense_score, hit.lexical_score, hit.late_score
    return *whole, hit.sentence, hit.links, *sorted(hit.parts.items())


def _lines(found: Moved) -> Iterator[str]:
    yield f"{'':<24}{'compared':>10}{'moved':>10}"
    for kind, count in found.compared.items():
        yield f"{kind:<24}{count:>10,}{found.moved[kind]:>10,}"


@app.command()
def main(
    content: Annotated[Path, typer.Argument(help="A content folder.")] = SAMPLE,
    queries: Annotated[
        list[Path] | None, typer.Option(help="Questions, queries.jsonl; may be repeated.")
    ] = None,
    seeds: Annotated[int, typer.Option(help="How many random thirds.")] = 3,
) -> None:
    """Count what moves for those who may not see a random third of the files."""
    encoder, now = load_encoder(sample_snapshots()), datetime.now(UTC)
    material = gather(content, Extraction(), now.date())
    asked = [
        Question(one.text, context=one.context, asked_at=now)
        for path in queries or []
        for one in load_questions(path)
    ] or [Question(entry.resource.title, asked_at=now) for entry in material.found.entries]
    tell(f"{len(material.found.entries)} files, {len(asked)} questions, {seeds} thirds")
    typer.echo("\n".join(_lines(compare(material, asked, encoder, seeds))))


if __name__ == "__main__":
    runner.run(app)
