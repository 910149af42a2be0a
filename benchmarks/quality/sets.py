"""The labelled sets, and the halves into which they are split for tuning; what is asked where no
answer is judged."""

from __future__ import annotations

import json
import random
import re
import zlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from evaluation.labelled import GoldKind, LabelledQuestion, beir_questions, combine, load_questions
from snapshot.reading import Snapshot

WORKPLACE, SAMPLE, COMPANY2 = "workplace", "sample", "company2"
WORKPLACE_SETS = ("handbook", "benefits", "talks")
# Sets whose right answers are places in a content folder, by the folder. The sample is the
# repository's own; nothing was ever tuned on either half of company2.
PLACE_SETS = dict.fromkeys((*WORKPLACE_SETS, "handbook-short", "handbook-more"), WORKPLACE) | {
    "sample-short": SAMPLE,
    "company2": COMPANY2,
}
BEIR_SETS = ("product-docs", "squad2-dev")
_OFF_TOPIC = "off-topic"
_EVERY = 8
_SENTENCE = re.compile(r"[A-Z][^.?!\n|]{20,100}[.?!]")


class Half(StrEnum):
    """A is what weights and confidence were tuned on, B what nothing was tuned on."""

    A = "A"
    B = "B"


class Group(StrEnum):
    """What a question is to the content: answered by it, on its topic but missing, or off."""

    ANSWERABLE = "answerable"
    MISSING = "on-topic-missing"
    OFF_TOPIC = "off-topic"


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Questions about one corpus, a content folder or a BEIR folder of the set's own name; those
    with an id in `off_topic` are about nothing in it."""

    name: str
    corpus: str
    kind: GoldKind
    questions: tuple[LabelledQuestion, ...]
    off_topic: frozenset[str] = frozenset()

    def group(self, question: LabelledQuestion) -> Group:
        if question.id in self.off_topic:
            return Group.OFF_TOPIC
        return Group.ANSWERABLE if question.is_answerable else Group.MISSING


def half_of(question: LabelledQuestion) -> Half:
    """By document, so that what was learned from one is not reported on it: that of the first
    right place, or the article or document; by the question's id if nothing answers it."""
    key = question.id
    if question.is_answerable:
        key = question.document or next(iter(question.gold)).partition("#")[0]
    return Half.A if zlib.crc32(key.encode()) % 2 == 0 else Half.B


def load_sets(folder: Path, *, quick: bool = False) -> list[LabelledSet]:
    """All sets of that folder; of each only every eighth question if it must be `quick`.
    Raises ContentError for what cannot be read."""
    off_topic = load_questions(folder / _OFF_TOPIC / "queries.jsonl")
    sets = []
    for name, corpus in PLACE_SETS.items():
        own = load_questions(folder / name / "queries.jsonl", folder / name / "qrels.tsv")
        sets.append(_set(name, corpus, GoldKind.PLACES, own, off_topic, quick))
    for name in BEIR_SETS:
        own = load_questions(*beir_questions(folder / name), kind=GoldKind.DOCUMENTS)
        # SQuAD's questions are about everything in the world, and so may these be.
        others = off_topic if name == "product-docs" else []
        sets.append(_set(name, name, GoldKind.DOCUMENTS, own, others, quick))
    return sets


def questions_for(snapshot: Snapshot, shared: Path) -> tuple[list[str], str]:
    """Different questions in a fixed shuffle, and where they come from: people's own of the
    workplace if the labelled sets are there, else sentences of the snapshot's passages."""
    paths = [shared / "eval" / name / "queries.jsonl" for name in WORKPLACE_SETS]
    if all(path.is_file() for path in paths):
        lines = [line for path in paths for line in path.read_text("utf-8").splitlines()]
        texts, source = [str(json.loads(line)["text"]) for line in lines], "labelled questions"
    else:
        passages = (snapshot.passage(row).text for row in range(len(snapshot.owners)))
        texts = [sentence for text in passages for sentence in _SENTENCE.findall(text)]
        source = "sentences of the passages"
    different = sorted(set(texts))
    random.Random(4).shuffle(different)  # noqa: S311 (the same order each time)
    return different, source


def _set(
    name: str,
    corpus: str,
    kind: GoldKind,
    own: list[LabelledQuestion],
    others: list[LabelledQuestion],
    quick: bool,
) -> LabelledSet:
    step = _EVERY if quick else 1
    own, others = own[::step], others[::step]
    asked = tuple(combine([(name, own), (_OFF_TOPIC, others)]))
    return LabelledSet(name, corpus, kind, asked, frozenset(one.id for one in others))
