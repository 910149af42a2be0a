"""A question becomes an answer out of one snapshot."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from encoder.protocol import Encoder
from errors import EncoderError
from retrieval import confidence, late, ranking
from retrieval.answer import Answer, Evidence, Hit, OpenLink, Outcome, Question, Result
from retrieval.highlight import best_sentence
from retrieval.leads import Leads
from retrieval.pins.asked_places import AskedPlaces
from retrieval.pins.pinned_answers import PinnedAnswers
from retrieval.questions.language import Languages
from retrieval.questions.narrowing import ALL
from retrieval.questions.understanding import (
    EncodedQuestion,
    EncodedReading,
    QuestionReader,
    Reading,
    readings,
)
from retrieval.ranking import Ranked, weights_for
from retrieval.reranking import Reranker
from retrieval.search import Visibility, search
from retrieval.stopwatch import Stopwatch
from snapshot.lexical import LexicalIndex
from snapshot.models import Passage, Resource, embedding_text
from snapshot.reading import Snapshot

_COMPARED = 100
# A bare phrase is read after the question before if that makes the answer surer by so much:
# docs/adr/0015-bare-follow-ups-are-read-in-both-ways.md.
_SURER = 0.1


class Retriever:
    """Answers from one snapshot. Blocking and thread-safe; `serving.live` keeps it off the
    event loop."""

    def __init__(
        self, snapshot: Snapshot, encoder: Encoder, reranker: Reranker | None = None
    ) -> None:
        """Raises EncoderError if the snapshot's vectors are another encoder's."""
        built_with = snapshot.manifest.encoder
        if not built_with.is_comparable(encoder.fingerprint):
            raise EncoderError(
                f"snapshot {snapshot.id} was built with {built_with.called}, and SIGNPOST_MODEL "
                f"names {encoder.fingerprint.called}: build again, or set SIGNPOST_MODEL and its "
                "prompts back"
            )
        self.snapshot = snapshot
        self._encoder = encoder
        self._reranker = reranker
        self._reader = QuestionReader(snapshot, encoder.count_tokens)
        self._resources = snapshot.resources
        self._numbers = {one.id: number for number, one in enumerate(snapshot.resources)}
        self._visibility = Visibility(snapshot.resources)
        self._languages = Languages(snapshot, encoder.languages)
        self._pins = PinnedAnswers(snapshot, self._visibility)
        self._asked = AskedPlaces(snapshot)
        self.leads = Leads(snapshot)

    def answer(self, question: Question) -> Answer:
        """The best resources for the asker, and how sure that is. Takes an encoding and two
        searches; raises EncoderError or SnapshotDamaged if the machine's parts fail."""
        return self.answer_encoded(self._encoded(question))

    def encode(self, asked: Sequence[tuple[Question, Stopwatch]]) -> list[EncodedQuestion]:
        """The first half of `answer` for several questions at once: they are encoded together,
        in one call of the encoder. Raises EncoderError for all of them."""
        ways = [(number, way) for number, (one, _) in enumerate(asked) for way in self._ways(one)]
        read = [
            self._reader.read(way.text, self._lexical_for(asked[number][0])) for number, way in ways
        ]
        worded = [one.text for one in read if one.text.strip()]
        vectors = iter(self._encoder.encode_questions(worded) if worded else ())
        for _, watch in asked:
            watch.lap("encode")
        found: list[list[EncodedReading]] = [[] for _ in asked]
        for (number, way), one in zip(ways, read, strict=True):
            vector = next(vectors) if one.text.strip() else None
            language = self._languages.of(way.text)
            found[number].append(EncodedReading(way.text, way.earlier, one, vector, language))
        return [
            EncodedQuestion(question, watch, tuple(each))
            for (question, watch), each in zip(asked, found, strict=True)
        ]

    def answer_encoded(self, encoded: EncodedQuestion) -> Answer:
        """The second half of `answer`, for one of them."""
        way, ranked = self._ranked(encoded)
        sure, outcome = 0.0, Outcome.NOTHING_VALIDATED
        results: tuple[Result, ...] = ()
        resources: tuple[Resource, ...] = ()
        if ranked:
            sure = confidence.confidence(ranked.evidence)
            outcome = confidence.outcome(sure, self.snapshot.manifest.calibration)
            if outcome is Outcome.ANSWERED and not self._may_claim(ranked, way.language):
                outcome = Outcome.CLOSEST
            if outcome is not Outcome.NOTHING_VALIDATED:
                results = self._results(ranked, encoded.question)
                owners = self.snapshot.owners[ranked.candidates.rows]
                resources = tuple(self._resources[one] for one in dict.fromkeys(owners.tolist()))
        watch = encoded.watch
        watch.lap("highlight")
        found = Answer(
            question=encoded.question,
            outcome=outcome,
            results=results,
            confidence=sure,
            took_ms=watch.total_ms,
            snapshot_id=self.snapshot.id,
            evidence=ranked.evidence if ranked else None,
            earlier=way.earlier,
            understood=way.understood.mended,
            not_understood=self._languages.not_understood(way.language),
            found=resources,
            stages_ms=watch.laps_ms,
        )
        if ranked and encoded.question.leads:
            found = replace(found, near=self.leads.near(found, way, ranked))
        return self._pins.above(found)

    def resources(self, question: Question) -> tuple[Resource, ...]:
        """All that the asker may see and that fits `Question.only`, by title."""
        seen = np.setdiff1d(np.arange(len(self._resources)), self._visibility.hidden_from(question))
        found = (self._resources[number] for number in seen.tolist())
        return tuple(sorted(found, key=lambda one: (one.title.casefold(), one.path)))

    def resource(self, resource_id: str) -> Resource | None:
        """The resource of that id, whomever it is for; None if none is served."""
        number = self._numbers.get(resource_id)
        return None if number is None else self._resources[number]

    def rank(self, question: Question, top_k: int = _COMPARED) -> tuple[Hit, ...]:
        """The passages that `answer` groups, best first, ungrouped and whatever the outcome: what
        a measure of ranking looks at."""
        _, ranked = self._ranked(self._encoded(question))
        if ranked is None:
            return ()
        return tuple(self._hit(ranked, index) for index in range(len(ranked.scores[:top_k])))

    def judge(self, question: Question, hidden: Collection[int] = ()) -> Evidence | None:
        """The evidence that an answer is judged by, as if the resources of these numbers were
        hidden; None if nothing is found at all."""
        _, ranked = self._ranked(self._encoded(question), hidden)
        return ranked.evidence if ranked else None

    def _encoded(self, question: Question) -> EncodedQuestion:
        [encoded] = self.encode([(question, Stopwatch())])
        return encoded

    def _lexical_for(self, question: Question) -> LexicalIndex:
        return self.snapshot.lexical_for(self._visibility.granted_to(question))

    def _ways(self, question: Question) -> tuple[Reading, ...]:
        """What is pinned for a phrase is pinned for the phrase alone."""
        ways = readings(question)
        return ways[:1] if len(ways) > 1 and self._pins.speak_of(question) else ways

    def _ranked(
        self, asked: EncodedQuestion, also_hidden: Collection[int] = ()
    ) -> tuple[EncodedReading, Ranked | None]:
        """The way to read the question, with its candidates: None if it has no words, or nothing
        is found that the asker may see."""
        way, ranked = self._chosen(asked, also_hidden)
        if ranked and self._reranker:
            ranked = self._reranker.rerank(ranked, self.snapshot, way.language)
            asked.watch.lap("rerank")
        return way, ranked

    def _chosen(
        self, asked: EncodedQuestion, also_hidden: Collection[int]
    ) -> tuple[EncodedReading, Ranked | None]:
        """As `_ranked`, before any reranker, which has the time for one way.

        A bare phrase narrows the question before it if one passage says both, all words of the
        phrase among them, and is surer to answer both than another is to answer the phrase alone.
        """
        alone, *others = asked.ways
        ranked = self._rank(asked, alone, also_hidden)
        if not others:
            return alone, ranked
        [joined] = others
        together = self._rank(asked, joined, also_hidden)
        if together is None or not self._first_says(together, alone.understood.text):
            return alone, ranked
        sure = confidence.confidence(ranked.evidence) if ranked else 0.0
        if confidence.confidence(together.evidence) < sure + _SURER:
            return alone, ranked
        return joined, together

    def _first_says(self, ranked: Ranked, phrase: str) -> bool:
        """Whether the first passage, with what it stands under, holds all words of the phrase."""
        row = int(ranked.candidates.rows[0])
        passage, title = (
            self.snapshot.passage(row),
            self._resources[self.snapshot.owners[row]].title,
        )
        analyze = self.snapshot.lexical.analyze
        said = set(analyze(embedding_text(title, passage.heading_path, passage.text)))
        return said.issuperset(analyze(phrase) or [phrase])

    def _rank(
        self, asked: EncodedQuestion, way: EncodedReading, also_hidden: Collection[int]
    ) -> Ranked | None:
        question, watch = asked.question, asked.watch
        understood, encoded = way.understood, way.encoded
        if encoded is None:
            return None
        text = understood.text
        lexical = self._lexical_for(question)
        idf = lexical.idf(text)
        hidden = closed = self._visibility.hidden_from(question)
        if question.only:  # what is not asked for may still be opened
            closed = self._visibility.hidden_from(replace(question, only=ALL))
        if also_hidden:
            hidden = np.union1d(hidden, list(also_hidden))
        weights = weights_for(text, exact=bool(lexical.known_form_numbers(text)))
        asked_as = self._asked.fitting(way.typed, text, encoded.vector, idf, hidden)
        candidates = ranking.preselect(
            search(
                self.snapshot, understood, encoded.vector, lexical, idf, hidden, weights, asked_as
            ),
            _COMPARED,
            weights,
        )
        watch.lap("search")
        if not len(candidates.rows):
            return None
        telling = late.token_weights(text, encoded.tokens, idf, lexical.analyze)
        match = late.match(self.snapshot.tokens, candidates.rows, encoded.tokens, telling)
        # A model without tokens leaves the cosine to speak for them.
        late_scores = late.scores(match) if len(match.weights) else candidates.dense
        numbers = self.snapshot.owners[candidates.rows]
        preference = self._languages.preference(way.language, numbers)
        scores = ranking.fuse(candidates, late_scores, weights) + preference
        order = ranking.best_first(scores, candidates.rows)
        ranked = Ranked(
            text=text,
            candidates=candidates.take(order),
            sections=self.snapshot.headings.sections(candidates.rows[order]),
            weights=weights,
            scores=scores[order],
            fused=scores[order],
            late_scores=late_scores[order],
            match=match,
            order=order,
            closed=closed,
            preference=preference[order],
            read=np.full(len(order), np.nan, dtype=np.float32),
            idf=idf,
        )
        watch.lap("rank")
        return ranked

    def _may_claim(self, ranked: Ranked, language: str) -> bool:
        """Whether the first place may be said to answer a question in that language. What only
        points elsewhere answers nothing."""
        if float(ranked.candidates.asked[0]) == 1:  # in the owner's own words
            return True
        if ranked.candidates.link_share[0] == 1:
            return False
        if self._languages.not_understood(language) is None:
            return True
        row = int(ranked.candidates.rows[0])
        number, passage = int(self.snapshot.owners[row]), self.snapshot.passage(row)
        return self._languages.answers_in_words(language, number, passage, ranked.idf)

    def _results(self, ranked: Ranked, question: Question) -> tuple[Result, ...]:
        groups: dict[int, list[int]] = {}
        for index, row in enumerate(ranked.candidates.rows.tolist()):
            number = int(self.snapshot.owners[row])
            if number not in groups and len(groups) == question.top_k:
                continue
            group = groups.setdefault(number, [])
            if len(group) < question.hits_each:
                group.append(index)
        return tuple(
            Result(
                resource=self._resources[number],
                rank=rank,
                hits=tuple(self._hit(ranked, index) for index in group),
            )
            for rank, (number, group) in enumerate(groups.items(), start=1)
        )

    def _hit(self, ranked: Ranked, index: int) -> Hit:
        candidates = ranked.candidates
        row = int(candidates.rows[index])
        passage = self.snapshot.passage(row)
        is_reranked = not np.isnan(ranked.read).all()
        moved = float(ranked.scores[index] - ranked.fused[index])
        return Hit(
            passage=passage,
            rank=index + 1,
            score=float(ranked.scores[index]),
            dense_score=float(candidates.dense[index]),
            lexical_score=float(candidates.bm25[index]),
            late_score=float(ranked.late_scores[index]),
            sentence=best_sentence(
                passage.text,
                ranked.idf,
                self.snapshot.lexical.analyze,
                self.snapshot.tokens.starts(row),
                ranked.match.of(int(ranked.order[index])),
                ranked.match.weights,
                ranked.text,
            ),
            reranker_score=None if np.isnan(ranked.read[index]) else float(ranked.read[index]),
            parts={
                "late": ranked.weights.late * float(ranked.late_scores[index]),
                "dense": ranked.weights.dense * float(candidates.dense[index]),
                "lexical": ranked.weights.lexical * float(candidates.lexical[index]),
                "named": ranked.weights.named * float(candidates.named[index]),
                "linked": ranked.weights.named * float(candidates.linked[index]),
                "asked": ranked.weights.asked * float(candidates.asked[index]),
                "links": float(candidates.of_links[index]),
                **(
                    {"language": float(ranked.preference[index])} if ranked.preference.any() else {}
                ),
                **({"rerank": moved} if is_reranked else {}),
            },
            links=tuple(self._open_links(passage, ranked.closed)),
        )

    def _open_links(self, passage: Passage, closed: NDArray[np.int64]) -> Iterator[OpenLink]:
        """Those that lead to what the asker may see, or out of what is served. If what a page on
        the web says is served to others, it is that page."""
        for link in passage.links:
            number = self._numbers.get(link.resource_id)
            if number is not None and number not in closed:
                to = self._resources[number]
                yield OpenLink(link.start, link.end, link.url, to.title, to.id, bool(to.only_for))
            elif link.url and not link.resource_id:
                yield OpenLink(link.start, link.end, link.url, "")
            elif link.elsewhere:
                yield OpenLink(link.start, link.end, link.elsewhere, "")
