"""What a retriever makes of labelled questions, one by one: what every measure is taken from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, assert_never

from evaluation.labelled import GoldKind, LabelledQuestion, distance_to_start_s
from index.golden.places import place_name
from index.progress import Progress, silent
from index.readers.markup.template_tags import strip_markdown
from retrieval.answer import Answer, Hit, Outcome, Question
from snapshot.models import EVERYONE, Locator, Resource

_DEPTH = 100
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*(?:\s[^)]*)?\)")
_WORD = re.compile(r"[^\W_]+")


class Holdings(Protocol):
    """What can be found."""

    @property
    def resources(self) -> tuple[Resource, ...]: ...


class Answering(Protocol):
    """What is measured: `retrieval.retriever.Retriever`, or another way to answer."""

    @property
    def snapshot(self) -> Holdings: ...

    def answer(self, question: Question) -> Answer: ...

    def rank(self, question: Question, top_k: int = ...) -> tuple[Hit, ...]: ...


@dataclass(frozen=True, slots=True)
class Observation:
    """What came of one question.

    `ranked` are the places or documents found, best first, each once; empty if the question is
    not answerable. `first_right` says whether the first passage opens at a right place,
    `shown_right` whether the first result shown does; nothing is right for a question that is not
    answerable. `distance_s` is how many seconds the first passage opens from the start of the
    nearest right stretch, None if it is not in the right recording. `sentence_right` says whether
    the first passage's sentence holds a gold string, `sentence_right_given` whether that of the
    best passage at a right place does; None if there is no such string to be found.
    `ranked_without_context` is there if the question has a context. Times are in milliseconds.
    """

    question: LabelledQuestion
    outcome: Outcome
    confidence: float
    shown_right: bool
    took_ms: float
    stages_ms: Mapping[str, float]
    ranked: tuple[str, ...] = ()
    first_right: bool = False
    distance_s: float | None = None
    sentence_right: bool | None = None
    sentence_right_given: bool | None = None
    ranked_without_context: tuple[str, ...] | None = None


def observe(
    retriever: Answering,
    questions: Sequence[LabelledQuestion],
    *,
    kind: GoldKind,
    audience: Iterable[str] = (),
    progress: Progress = silent,
) -> tuple[Observation, ...]:
    """Asks every question as one of that audience. The first is asked once more beforehand, so
    that no time includes the warming up."""
    observer = _Observer(retriever, kind, frozenset([EVERYONE, *audience]))
    observations = []
    progress("ask", 0, len(questions))
    if questions:
        observer.answer(questions[0])
    for done, question in enumerate(questions, start=1):
        observations.append(observer.observe(question))
        progress("ask", done, len(questions))
    return tuple(observations)


class _Observer:
    def __init__(self, retriever: Answering, kind: GoldKind, audience: frozenset[str]) -> None:
        self._retriever = retriever
        self._kind = kind
        self._audience = audience
        self._paths = {one.id: one.path for one in retriever.snapshot.resources}

    def answer(self, labelled: LabelledQuestion) -> Answer:
        return self._retriever.answer(self._question(labelled, labelled.context))

    def observe(self, labelled: LabelledQuestion) -> Observation:
        answer = self.answer(labelled)
        seen = Observation(
            labelled,
            outcome=answer.outcome,
            confidence=answer.confidence,
            shown_right=False,
            took_ms=answer.took_ms,
            stages_ms=answer.stages_ms,
        )
        if not labelled.is_answerable:
            return seen
        hits = self._rank(labelled, labelled.context)
        names = self._names(hits, labelled)
        first = hits[0] if hits else None
        alone = self._names(self._rank(labelled, None), labelled) if labelled.context else None
        return replace(
            seen,
            shown_right=bool(answer.results) and self._is_right(answer.results[0].best, labelled),
            ranked=_each_once(names),
            first_right=first is not None and self._is_right(first, labelled),
            distance_s=self._distance_s(first, labelled) if first else None,
            sentence_right=_says(first, labelled) if labelled.answers else None,
            sentence_right_given=_says_given(hits, names, labelled) if labelled.answers else None,
            ranked_without_context=_each_once(alone) if alone is not None else None,
        )

    def _rank(self, labelled: LabelledQuestion, context: str | None) -> tuple[Hit, ...]:
        return self._retriever.rank(self._question(labelled, context), _DEPTH)

    def _question(self, labelled: LabelledQuestion, context: str | None) -> Question:
        return Question(labelled.text, audience=self._audience, context=context)

    def _names(self, hits: Sequence[Hit], labelled: LabelledQuestion) -> list[str]:
        """Where each passage begins."""
        return [self._name(hit, hit.passage.locator, labelled) for hit in hits]

    def _name(self, hit: Hit, locator: Locator, labelled: LabelledQuestion) -> str:
        path = self._paths[hit.passage.resource_id]
        match self._kind:
            case GoldKind.DOCUMENTS:
                return path
            case GoldKind.PLACES:
                return place_name(path, locator, labelled.gold)
            case _:
                assert_never(self._kind)

    def _is_right(self, hit: Hit, labelled: LabelledQuestion) -> bool:
        """Where the hit opens, which in a recording is where its sentence is said."""
        return self._name(hit, hit.locator, labelled) in labelled.gold

    def _distance_s(self, hit: Hit, labelled: LabelledQuestion) -> float | None:
        path = self._paths[hit.passage.resource_id]
        return distance_to_start_s(path, hit.locator, labelled.gold)


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _says(hit: Hit | None, labelled: LabelledQuestion) -> bool:
    return hit is not None and holds(hit.sentence_text, labelled.answers)


def _says_given(
    hits: Sequence[Hit], names: Sequence[str], labelled: LabelledQuestion
) -> bool | None:
    """None if nothing right was found, or its text holds no gold string to be chosen."""
    right = (hit for hit, name in zip(hits, names, strict=True) if name in labelled.gold)
    best = next(right, None)
    if best is None or not holds(best.passage.text, labelled.answers):
        return None
    return _says(best, labelled)


def holds(text: str, answers: Iterable[str]) -> bool:
    """Whether the words of one of the answers stand in the text, in a row and whole ("10" does
    not stand in "2010"). Case, white space, punctuation and Markdown make no difference; an
    answer without a word stands nowhere."""
    spoken = f" {_words(text)} "
    return any(words and f" {words} " in spoken for words in map(_words, answers))


def _words(text: str) -> str:
    """In lower case, with single spaces; links and template tags as a reader sees them."""
    return " ".join(_WORD.findall(_LINK.sub(r"\1", strip_markdown(text)).casefold()))
