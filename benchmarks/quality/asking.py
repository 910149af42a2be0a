"""One set asked of the product, and of everything that it is compared with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from benchmarks.quality.looking import Looked, Looker, RememberingEncoder
from benchmarks.quality.rankings import ABLATIONS, FULL, OURS, PLAIN, Order
from benchmarks.quality.sets import LabelledSet
from encoder.protocol import Encoder
from evaluation import metrics
from evaluation.evaluate import evaluate
from evaluation.labelled import GoldKind, LabelledQuestion, distance_to_start_s
from evaluation.observations import Observation, holds
from index.golden.places import place_name
from index.progress import Progress
from retrieval import confidence
from retrieval.answer import Question, Span
from retrieval.highlight import best_sentence
from retrieval.retriever import Retriever
from snapshot.reading import Snapshot

_RANKED = 10
_SHOWN = 10


class Choice(StrEnum):
    """What chooses the sentence."""

    BOTH = "words and tokens (ours)"
    WORDS = "words only"
    TOKENS = "tokens only"


@dataclass(frozen=True, slots=True)
class Marked:
    """Whether the first passage's sentence holds a gold string, the same of the best right
    passage that holds one, whether the first opens at a right place, and its distance in seconds
    from the start of the nearest right stretch. None if there is nothing to tell."""

    end_to_end: bool | None
    given: bool | None
    place: bool | None
    distance_s: float | None


@dataclass(frozen=True, slots=True)
class Compared:
    """An answerable question under every method. `first` is what each puts first, empty if it
    finds nothing; `ablated` is nDCG@10 by ablation; `marked` the sentence by what chooses it;
    `removed` the confidence with the right documents hidden, None if that isn't asked."""

    question: LabelledQuestion
    ndcg: Mapping[str, float]
    hit: Mapping[str, float]
    first: Mapping[str, str]
    ablated: Mapping[str, float]
    marked: Mapping[str, Marked]
    removed: float | None = None


@dataclass(frozen=True, slots=True)
class AskedSet:
    """All that came of one set."""

    labelled: LabelledSet
    snapshot: Snapshot
    seen: tuple[Observation, ...]
    compared: tuple[Compared, ...]


def ask_all(
    labelled: LabelledSet, snapshot: Snapshot, encoder: Encoder, progress: Progress
) -> AskedSet:
    """Asks the product every question, then compares on those that are answerable."""
    remembering = RememberingEncoder(encoder)
    retriever = Retriever(snapshot, remembering)
    measured = evaluate(retriever, labelled.questions, kind=labelled.kind, progress=progress)
    looker = Looker(snapshot, remembering, labelled.kind)
    answerable = [one for one in measured.observations if one.question.is_answerable]
    compared = []
    for done, seen in enumerate(answerable, start=1):
        compared.append(_compare(seen, retriever, looker, labelled.kind))
        progress("compare", done, len(answerable))
    return AskedSet(labelled, snapshot, measured.observations, tuple(compared))


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
        marked=_marked(looker.snapshot, looked),
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


def _marked(snapshot: Snapshot, looked: Looked) -> dict[str, Marked]:
    """By what chooses the sentence, in the product's own order."""
    order = ABLATIONS[FULL](looked)
    return {str(choice): mark(snapshot, looked, order, choice) for choice in Choice}


def mark(snapshot: Snapshot, looked: Looked, order: Order, choice: Choice) -> Marked:
    """How that choice does on the passages in that order."""
    question = looked.question
    numbers = order.tolist()
    if not numbers:
        return Marked(False if question.answers else None, None, False, None)
    first = snapshot.passage(int(looked.candidates.rows[numbers[0]]))
    span = _sentence(snapshot, looked, numbers[0], choice)
    path = snapshot.resources[int(snapshot.owners[looked.candidates.rows[numbers[0]]])].path
    opened = first.locator_at(span.start)
    return Marked(
        end_to_end=holds(first.text[span.start : span.end], question.answers)
        if question.answers
        else None,
        given=_given(snapshot, looked, numbers, choice) if question.answers else None,
        place=place_name(path, opened, question.gold) in question.gold,
        distance_s=distance_to_start_s(path, opened, question.gold),
    )


def _given(snapshot: Snapshot, looked: Looked, numbers: list[int], choice: Choice) -> bool | None:
    gold = looked.question.gold
    right = next((number for number in numbers if looked.names[number] in gold), None)
    if right is None:
        return None
    text = snapshot.passage(int(looked.candidates.rows[right])).text
    if not holds(text, looked.question.answers):
        return None
    span = _sentence(snapshot, looked, right, choice)
    return holds(text[span.start : span.end], looked.question.answers)


def _sentence(snapshot: Snapshot, looked: Looked, number: int, choice: Choice) -> Span:
    text = snapshot.passage(int(looked.candidates.rows[number])).text
    analyze = snapshot.lexical.analyze
    if choice is Choice.WORDS:
        return best_sentence(text, looked.idf, analyze)
    return best_sentence(
        text,
        looked.idf if choice is Choice.BOTH else {},
        analyze,
        looked.starts[number],
        looked.match.of(number),
        looked.match.weights,
        looked.question.text,
    )


@dataclass(frozen=True, slots=True)
class Loss:
    """nDCG@10 of ours and of the plain method of that name, what ours put first, and what would
    have been right."""

    question_id: str
    text: str
    context: str | None
    ours: float
    plain: float
    plain_name: str
    found: str
    right: tuple[str, ...]


def worst(compared: Iterable[Compared], plain: str, count: int = _SHOWN) -> list[Loss]:
    """The questions with the greatest difference between that plain method and ours, the greatest
    first; fewer if ours is not worse so often."""
    lost = [one for one in compared if one.ndcg[plain] > one.ndcg[OURS]]
    lost.sort(key=lambda one: (one.ndcg[OURS] - one.ndcg[plain], one.question.id))
    return [
        Loss(
            question_id=one.question.id,
            text=one.question.text,
            context=one.question.context,
            ours=one.ndcg[OURS],
            plain=one.ndcg[plain],
            plain_name=plain,
            found=one.first[OURS],
            right=tuple(one.question.gold),
        )
        for one in lost[:count]
    ]
