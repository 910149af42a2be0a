"""The sentence that is marked, chosen by other evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from benchmarks.quality.looking import Looked
from benchmarks.quality.methods import Order
from evaluation.labelled import distance_to_start_s
from evaluation.observations import holds
from index.golden.places import place_name
from retrieval.answer import Span
from retrieval.highlight import best_sentence
from snapshot.reading import Snapshot


class Choice(StrEnum):
    """What chooses the sentence."""

    BOTH = "words and tokens (ours)"
    WORDS = "words only"
    TOKENS = "tokens only"


@dataclass(frozen=True, slots=True)
class Marked:
    """Whether the first passage's sentence holds a gold string, the same of the best right
    passage that holds one, whether the first opens at a right place, and its distance in seconds
    from the start of the nearest right stretch. None where there is nothing to be told."""

    end_to_end: bool | None
    given: bool | None
    place: bool | None
    distance_s: float | None


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


def choices(snapshot: Snapshot, looked: Looked, order: Order) -> Mapping[str, Marked]:
    """By what chooses."""
    return {str(choice): mark(snapshot, looked, order, choice) for choice in Choice}


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
    )
