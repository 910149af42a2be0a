"""A question becomes an answer out of one snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
from numpy.typing import NDArray

from errors import EncoderError
from index.encoder import Encoder
from index.models import EVERYONE
from index.snapshot import Snapshot
from retrieval import confidence, ranking
from retrieval.followup import with_context
from retrieval.highlight import best_sentence
from retrieval.models import Answer, Hit, Outcome, Question, Result
from retrieval.ranking import Candidates
from retrieval.stopwatch import Stopwatch

MAX_CHARACTERS = 2_000
_DENSE_CANDIDATES = 100
_LEXICAL_CANDIDATES = 1_000
_MAX_RESULTS = 10
_HITS_PER_RESULT = 3


class Retriever:
    """Answers from one snapshot. Blocking and thread-safe; `retrieval.live` keeps it off the
    event loop."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder) -> None:
        """Raises EncoderError where the snapshot's vectors are another encoder's."""
        built_with = snapshot.manifest.encoder
        if built_with.digest != encoder.fingerprint.digest:
            raise EncoderError(
                f"snapshot {snapshot.id} was built with {built_with.model}, and SIGNPOST_MODEL "
                f"names {encoder.fingerprint.model}: build again, or set the model back"
            )
        self.snapshot = snapshot
        self._encoder = encoder
        self._resources = snapshot.resources
        self._audiences = [frozenset(r.audience) for r in self._resources]

    def answer(self, question: Question) -> Answer:
        """The best resources for the asker, and how sure that is. Takes an encoding and two
        searches; raises EncoderError or SnapshotDamaged if the machine's parts fail."""
        watch = Stopwatch()
        text, candidates = self._find(question, watch)
        results = self._results(text, candidates)
        watch.lap("rank")
        sure = confidence.confidence(results[0].best.dense_score) if results else 0.0
        outcome = confidence.outcome(sure, self.snapshot.manifest.calibration)
        if not results:
            outcome = Outcome.NOTHING_VALIDATED
        return Answer(
            question=question,
            outcome=outcome,
            results=results if outcome is not Outcome.NOTHING_VALIDATED else (),
            confidence=sure,
            took_ms=watch.total_ms,
            snapshot_id=self.snapshot.id,
            stages_ms=watch.laps_ms,
        )

    def rank(self, question: Question, top_k: int = 100) -> tuple[Hit, ...]:
        """The passages that `answer` groups, best first, ungrouped and whatever the outcome: what
        a measure of ranking looks at."""
        text, candidates = self._find(question, Stopwatch())
        scores = ranking.fuse(candidates)
        order = ranking.best_first(scores, candidates.rows)[:top_k]
        ranked = enumerate(order.tolist(), start=1)
        return tuple(self._hits(ranked, candidates, scores, self.snapshot.lexical.idf(text)))

    def _find(self, question: Question, watch: Stopwatch) -> tuple[str, Candidates]:
        text = with_context(question)[:MAX_CHARACTERS]
        if not text.strip():
            return text, _NO_CANDIDATES
        vector = self._encoder.encode_questions([text])
        watch.lap("encode")
        candidates = self._search(text, vector, self._hidden(question))
        watch.lap("search")
        return text, candidates

    def _hidden(self, question: Question) -> list[int]:
        """Numbers of the resources that this question must not see: meant for others, or no
        longer validated on the day it is asked."""
        audience = question.audience | {EVERYONE}
        today: date = question.asked_at.date()
        return [
            number
            for number, resource in enumerate(self._resources)
            if not (self._audiences[number] & audience and resource.validation.holds_on(today))
        ]

    def _search(self, text: str, vector: NDArray[np.float32], hidden: list[int]) -> Candidates:
        allowed = ~np.isin(self.snapshot.owners, hidden) if hidden else None
        dense_scores, dense_rows = self.snapshot.vectors.search(vector, _DENSE_CANDIDATES, allowed)
        lexical_scores, lexical_rows = self.snapshot.lexical.search(
            text, _LEXICAL_CANDIDATES, hidden
        )
        return self._merge(vector[0], dense_rows[0], dense_scores[0], lexical_rows, lexical_scores)

    def _merge(
        self,
        vector: NDArray[np.float32],
        dense_rows: NDArray[np.int64],
        dense_scores: NDArray[np.float32],
        lexical_rows: NDArray[np.int64],
        lexical_scores: NDArray[np.float32],
    ) -> Candidates:
        """The passages that either search put among its first, with both scores of each."""
        by_words = dict(zip(lexical_rows.tolist(), lexical_scores.tolist(), strict=True))
        known = set(dense_rows.tolist())
        more = [row for row in lexical_rows[:_DENSE_CANDIDATES].tolist() if row not in known]
        extra = np.array(more, dtype=np.int64)
        rows = np.concatenate([dense_rows, extra])
        dense = np.concatenate([dense_scores, self.snapshot.vectors.vectors(extra) @ vector])
        lexical = np.array([by_words.get(row, 0.0) for row in rows.tolist()], dtype=np.float32)
        return Candidates(rows, dense.astype(np.float32), lexical)

    def _results(self, text: str, candidates: Candidates) -> tuple[Result, ...]:
        scores = ranking.fuse(candidates)
        order = ranking.best_first(scores, candidates.rows)
        groups: dict[int, list[tuple[int, int]]] = {}
        for rank, index in enumerate(order.tolist(), start=1):
            number = int(self.snapshot.owners[candidates.rows[index]])
            if number not in groups and len(groups) == _MAX_RESULTS:
                continue
            group = groups.setdefault(number, [])
            if len(group) < _HITS_PER_RESULT:
                group.append((rank, index))
        weights = self.snapshot.lexical.idf(text)
        return tuple(
            Result(
                resource=self._resources[number],
                rank=rank,
                hits=tuple(self._hits(group, candidates, scores, weights)),
            )
            for rank, (number, group) in enumerate(groups.items(), start=1)
        )

    def _hits(
        self,
        group: Iterable[tuple[int, int]],
        candidates: Candidates,
        scores: NDArray[np.float32],
        weights: dict[str, float],
    ) -> Iterable[Hit]:
        for rank, index in group:
            passage = self.snapshot.passage(int(candidates.rows[index]))
            yield Hit(
                passage=passage,
                rank=rank,
                score=float(scores[index]),
                dense_score=float(candidates.dense[index]),
                lexical_score=float(candidates.lexical[index]),
                sentence=best_sentence(passage.text, weights, self.snapshot.lexical.analyze),
            )


_NO_CANDIDATES = Candidates(
    rows=np.empty(0, dtype=np.int64),
    dense=np.empty(0, dtype=np.float32),
    lexical=np.empty(0, dtype=np.float32),
)
