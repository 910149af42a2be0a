"""One set asked of the product, and of everything that it is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.quality import sentences
from benchmarks.quality.ablations import ABLATIONS, FULL
from benchmarks.quality.looking import Looked, Looker, RememberingEncoder
from benchmarks.quality.methods import OURS, PLAIN
from benchmarks.quality.sentences import Marked
from benchmarks.quality.sets import LabelledSet
from encoder.protocol import Encoder
from evaluation import metrics
from evaluation.evaluate import evaluate
from evaluation.labelled import GoldKind, LabelledQuestion
from evaluation.observations import Observation
from index.progress import Progress
from retrieval import confidence
from retrieval.answer import Question
from retrieval.retriever import Retriever
from snapshot.reading import Snapshot

_RANKED = 10


@dataclass(frozen=True, slots=True)
class Compared:
    """An answerable question under every method: nDCG@10, hit@1 and what each puts first (empty
    where it finds nothing); nDCG@10 by ablation; the marked sentence by what chooses it;
    `removed` the confidence where its right documents are hidden, None where that isn't asked."""

    question: LabelledQuestion
    ndcg: Mapping[str, float]
    hit: Mapping[str, float]
    first: Mapping[str, str]
    ablated: Mapping[str, float]
    marked: Mapping[str, Marked]
    removed: float | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """All that came of one set."""

    labelled: LabelledSet
    snapshot: Snapshot
    seen: tuple[Observation, ...]
    compared: tuple[Compared, ...]


def ask_all(
    labelled: LabelledSet, snapshot: Snapshot, encoder: Encoder, progress: Progress
) -> Asked:
    """Asks the product every question, then compares on those that are answerable."""
    remembering = RememberingEncoder(encoder)
    retriever = Retriever(snapshot, remembering)
    measured = evaluate(
        retriever,
        labelled.questions,
        kind=labelled.kind,
        progress=lambda stage, done, total: progress(stage, done, total),
    )
    looker = Looker(snapshot, remembering, labelled.kind)
    answerable = [one for one in measured.observations if one.question.is_answerable]
    compared = []
    for done, seen in enumerate(answerable, start=1):
        compared.append(_compare(seen, retriever, looker, labelled.kind))
        progress("compare", done, len(answerable))
    return Asked(labelled, snapshot, measured.observations, tuple(compared))


def _compare(seen: Observation, retriever: Retriever, looker: Looker, kind: GoldKind) -> Compared:
    question = seen.question
    looked = looker.look(question)
    orders = {name: rank(looked.candidates) for name, rank in PLAIN.items()}
    ranked = {OURS: seen.ranked} | {name: _names(looked, one) for name, one in orders.items()}
    ablated = {name: _names(looked, rank(looked)) for name, rank in ABLATIONS.items()}
    gold = question.gold
    return Compared(
        question=question,
        ndcg={name: metrics.ndcg(names, gold) for name, names in ranked.items()},
        hit={name: metrics.hit(names, gold) for name, names in ranked.items()},
        first={name: names[0] if names else "" for name, names in ranked.items()},
        ablated={name: metrics.ndcg(names, gold) for name, names in ablated.items()},
        marked=sentences.choices(looker.snapshot, looked, ABLATIONS[FULL](looked)),
        removed=_removed(question, retriever) if kind is GoldKind.DOCUMENTS else None,
    )


def _names(looked: Looked, order: Iterable[int]) -> Sequence[str]:
    """The first ten names in that order, each once."""
    names: dict[str, None] = {}
    for number in order:
        names[looked.names[number]] = None
        if len(names) == _RANKED:
            break
    return tuple(names)


def _removed(question: LabelledQuestion, retriever: Retriever) -> float:
    """How sure the product would be without the documents that answer."""
    resources = retriever.snapshot.resources
    hidden = [number for number, one in enumerate(resources) if one.path in question.gold]
    asked = Question(question.text, context=question.context)
    evidence = retriever.judge(asked, hidden=hidden)
    return confidence.confidence(evidence) if evidence else 0.0
