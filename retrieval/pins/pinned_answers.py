"""What people have pinned goes above what ranking found, and is no question of scores."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from retrieval.answer import Answer, Hit, Outcome, Question, Result, Span
from retrieval.highlight import best_sentence
from retrieval.pins.sensitive import LANGUAGES, Sensitive, sensitive
from retrieval.pins.wordings import Wordings
from retrieval.questions.narrowing import ALL
from retrieval.search import Visibility
from snapshot.manifest import Pinned, Topic
from snapshot.models import EVERYONE
from snapshot.reading import Snapshot


class PinnedAnswers:
    """A snapshot's pinned answers. Thread-safe."""

    def __init__(self, snapshot: Snapshot, visibility: Visibility) -> None:
        self._snapshot = snapshot
        self._visibility = visibility
        self._numbers = {one.id: number for number, one in enumerate(snapshot.resources)}
        self._wordings = Wordings(snapshot.lexical.analyze)
        self._by_words: defaultdict[tuple[str, ...], list[Pinned]] = defaultdict(list)
        self._by_topic: defaultdict[Topic, list[Pinned]] = defaultdict(list)
        # What is for few stands before what is for everyone.
        for pinned in sorted(snapshot.manifest.pinned, key=lambda one: EVERYONE in one.audience):
            if pinned.topic:
                self._by_topic[pinned.topic].append(pinned)
            for wording in pinned.wordings:
                for key in self._wordings.keys_of(wording):
                    self._by_words[key].append(pinned)

    def above(self, found: Answer) -> Answer:
        """The answer to the same question with what is pinned for it, if anything is. A sensitive
        topic is told in any case; then nothing of what ranking found stays, unless the question
        only names the topic and ranking is sure."""
        question = found.question
        pinned, topic = self._met(question)
        if topic and pinned is None:
            pinned = self._first(question, self._by_topic[topic.topic])
        if pinned is None and topic is None:
            return found
        results: tuple[Result, ...] = ()
        if pinned and pinned.resource_id:
            place = self._result(pinned, found)
            others = () if topic else found.results
            results = (place, *_after(place, others)[: question.top_k - 1])
        elif topic and topic.names and found.outcome is Outcome.ANSWERED:
            results = found.results
        is_answered = pinned is not None or bool(results)
        return replace(
            found,
            outcome=Outcome.ANSWERED if is_answered else Outcome.NOTHING_VALIDATED,
            results=results,
            confidence=1.0 if pinned else found.confidence,
            pinned=pinned,
            sensitive=topic,
            near=(),
        )

    def speak_of(self, question: Question) -> bool:
        """Whether `above` has anything to say to the question."""
        return any(self._met(question))

    def _met(self, question: Question) -> tuple[Pinned | None, Sensitive | None]:
        """What is pinned for the question's words, and the sensitive topic that it is about."""
        pinned = None if question.only else self._first(question, self._worded(question.text))
        return pinned, self._topic_of(question, pinned)

    def _worded(self, text: str) -> list[Pinned]:
        met = self._wordings.keys_that_meet(text)
        return [pinned for key in met for pinned in self._by_words.get(key, ())]

    def _topic_of(self, question: Question, pinned: Pinned | None) -> Sensitive | None:
        """The topic by its wordings, and by those that an admin has added to it."""
        found = sensitive(question.text, question.locale)
        if found or pinned is None or pinned.topic is None:
            return found
        language = question.locale.lower().partition("-")[0]
        return Sensitive(pinned.topic, language if language in LANGUAGES else LANGUAGES[0])

    def _first(self, question: Question, candidates: Sequence[Pinned]) -> Pinned | None:
        return next((one for one in candidates if self._is_for(one, question)), None)

    def _is_for(self, pinned: Pinned, question: Question) -> bool:
        """Whether the asker may see both the pinned answer and the place that it opens, today."""
        if (question.audience | {EVERYONE}).isdisjoint(pinned.audience):
            return False
        if not pinned.validation.holds_on(question.asked_at.date()):
            return False
        if not pinned.resource_id:
            return True
        number = self._numbers.get(pinned.resource_id)
        hidden = self._visibility.hidden_from(replace(question, only=ALL))
        return number is not None and number not in hidden

    def _result(self, pinned: Pinned, found: Answer) -> Result:
        number = self._numbers[pinned.resource_id]
        known = (
            hit
            for result in found.results
            for hit in result.hits
            if (hit.passage.resource_id, hit.passage.ordinal)
            == (pinned.resource_id, pinned.ordinal)
            and hit.sentence.start >= pinned.character
        )
        hit = next(known, None) or self._hit(number, pinned, found.question.text)
        return Result(self._snapshot.resources[number], 1, (replace(hit, rank=1),))

    def _hit(self, number: int, pinned: Pinned, text: str) -> Hit:
        passage = self._snapshot.passages_of(number)[pinned.ordinal]
        lexical = self._snapshot.lexical
        start = pinned.character
        found = best_sentence(passage.text[start:], lexical.idf(text), lexical.analyze)
        sentence = Span(found.start + start, found.end + start)
        return Hit(passage, 1, 1.0, 0.0, 0.0, 0.0, sentence)


def _after(first: Result, others: Sequence[Result]) -> tuple[Result, ...]:
    rest = [one for one in others if one.resource.id != first.resource.id]
    return tuple(replace(one, rank=rank) for rank, one in enumerate(rest, start=2))
