"""The stages of a turn, each done by the product's own part of it and timed by itself.

"answer" is all from reading the question to the answer: the stages before it, and what is between.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TypeVar

from analytics.database import Database
from analytics.events import Event, write_events
from benchmarks.product import teams_message
from bots.cards import answer_card
from bots.door.payload import parse_activity
from bots.drawing.shown import MAX_RESULTS, ShownAnswer
from bots.outgoing.connector import wire_json
from encoder.protocol import Encoded, Encoder
from retrieval import late, ranking
from retrieval.answer import Answer, Question
from retrieval.questions.understanding import QuestionReader, Understood
from retrieval.retriever import Retriever
from retrieval.search import Visibility, search
from retrieval.stopwatch import Stopwatch
from showing.records import asked
from snapshot.reading import Snapshot

T = TypeVar("T")

# In the order in which a turn comes to them.
STAGES = (
    *("parse", "understand", "tokenise", "encode", "search: dense", "search: lexical"),
    *("late interaction", "highlight", "answer", "card"),
)


class Stages:
    """Takes questions through the stages of a turn, but for what waits for the network: checking
    a token's signature, and sending. Those `benchmarks.turn` measures."""

    def __init__(self, snapshot: Snapshot, encoder: Encoder) -> None:
        self._snapshot = snapshot
        self._encoder = encoder
        self._reader = QuestionReader(snapshot, encoder.count_tokens)
        self._visibility = Visibility(snapshot.resources)
        self._retriever = Retriever(snapshot, encoder)
        self.ms: defaultdict[str, list[float]] = defaultdict(list)
        self.events: list[Event] = []

    def medians(self) -> dict[str, float]:
        """Milliseconds of the processor by stage."""
        return {stage: median(self.ms[stage]) for stage in STAGES}

    def _timed(self, stage: str, work: Callable[[], T]) -> T:
        """Does the work and keeps what it took."""
        started = time.process_time()
        done = work()
        self.ms[stage].append((time.process_time() - started) * 1000)
        return done

    def take(self, text: str) -> int:
        """One question; returns how many tokens the model sees, marks included."""
        message = teams_message(text, "a:1def", len(self.events), "https://smba.example/emea/")
        body = json.dumps(message).encode()
        self._timed("parse", lambda: parse_activity(body))
        question = Question(text, top_k=MAX_RESULTS, hits_each=1)
        understood = self._timed("understand", lambda: self._reader.read(text))
        [count] = self._timed("tokenise", lambda: self._encoder.count_tokens([understood.text]))
        [encoded] = self._timed("encode", lambda: self._encoder.encode_questions([understood.text]))
        self._search(question, understood, encoded)
        answer = self._answer(question)
        view = _view(answer, f"profile-{len(self.events)}")
        self._timed("card", lambda: json.dumps(wire_json(answer_card(view))))
        self.events.append(asked(view.query_id, view.answer, view.results, "profile"))
        return count + 2

    def _answer(self, question: Question) -> Answer:
        """Highlighting is what the results add to an answer without any."""
        retriever = self._retriever
        self._timed("answer", lambda: retriever.answer(question))
        [bare, whole] = (
            retriever.encode([(one, Stopwatch())])[0]
            for one in (replace(question, top_k=0), question)
        )
        retriever.answer_encoded(bare)  # so that neither of the next two finds the caches cold
        self._timed("without results", lambda: retriever.answer_encoded(bare))
        answer = self._timed("with results", lambda: retriever.answer_encoded(whole))
        self.ms["highlight"].append(self.ms["with results"][-1] - self.ms["without results"][-1])
        return answer

    def _search(self, question: Question, understood: Understood, encoded: Encoded) -> None:
        snapshot, text = self._snapshot, understood.text
        vector = encoded.vector[None]
        self._timed("search: dense", lambda: snapshot.vectors.search(vector, 100))
        self._timed(
            "search: lexical",
            lambda: snapshot.lexical.search(text, 1_000, (), understood.alternatives),
        )
        lexical = snapshot.lexical
        idf = lexical.idf(text)
        hidden = self._visibility.hidden_from(question)
        weights = ranking.weights_for(text)
        found = search(snapshot, understood, encoded.vector, lexical, idf, hidden, weights)
        candidates = ranking.preselect(found, 100, weights)
        self._timed("late interaction", lambda: self._late(text, encoded, idf, candidates))

    def _late(
        self, text: str, encoded: Encoded, idf: dict[str, float], candidates: ranking.Candidates
    ) -> None:
        lexical, tokens = self._snapshot.lexical, self._snapshot.tokens
        telling = late.token_weights(text, encoded.tokens, idf, lexical.analyze)
        late.scores(late.match(tokens, candidates.rows, encoded.tokens, telling))


async def log_ms(events: Sequence[Event]) -> float:
    """What writing one of the events to the query log takes, in milliseconds of the processor, as
    the log writes them: many in a transaction, after the replies are out."""
    with TemporaryDirectory() as folder:
        store = await Database.open(f"sqlite:///{Path(folder) / 'log.sqlite'}")
        try:
            started = time.process_time()
            async with store.writing() as connection:
                await write_events(connection, events)
            return (time.process_time() - started) * 1000 / len(events)
        finally:
            await store.close()


def _view(answer: Answer, query_id: str) -> ShownAnswer:
    links = tuple(f"https://bot.example/o/{'x' * 80}{one.rank}" for one in answer.results)
    return ShownAnswer(query_id, answer, links)
