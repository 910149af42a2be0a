"""What is encoded: passages as a build encodes them, and questions as people ask them."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path

from snapshot.models import embedding_text
from snapshot.reading import Snapshot
from snapshot.sentences import sentence_spans

_SETS = ("handbook", "benefits", "talks")
_WORDS = range(4, 25)


@dataclass(frozen=True, slots=True)
class Texts:
    """`source` says where the questions are from."""

    passages: list[str]
    questions: list[str]
    source: str


def texts(snapshot: Snapshot, shared: Path, passages: int, questions: int) -> Texts:
    """So many of each, the same every time. Questions are the labelled ones where they are, else
    sentences of the snapshot's own."""
    choice = random.Random(0)  # noqa: S311 (no secret)
    rows = list(range(len(snapshot.owners)))
    choice.shuffle(rows)
    own = [_embedding_text(snapshot, row) for row in rows[:passages]]
    asked = [
        json.loads(line)["text"]
        for name in _SETS
        if (path := shared / "eval" / name / "queries.jsonl").is_file()
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    source = f"labelled questions ({', '.join(_SETS)})"
    if not asked:
        asked, source = [s for row in rows for s in _sentences(snapshot, row)], "its sentences"
    choice.shuffle(asked)
    return Texts(own, asked[:questions], source)


def _embedding_text(snapshot: Snapshot, row: int) -> str:
    passage = snapshot.passage(row)
    title = snapshot.resources[int(snapshot.owners[row])].title
    return embedding_text(title, passage.heading_path, passage.text)


def _sentences(snapshot: Snapshot, row: int) -> list[str]:
    text = snapshot.passage(row).text
    found = [text[start:end] for start, end in sentence_spans(text)]
    return [sentence for sentence in found if len(sentence.split()) in _WORDS]
