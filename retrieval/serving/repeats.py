"""The same question is answered once: for all who ask it at the same time, and for a while."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace

from retrieval.answer import Answer, Question
from retrieval.retriever import repeat_key
from retrieval.stopwatch import Stopwatch

CAPACITY = 256  # answers, of 40 KB each where all ten results have three hits

Ask = Callable[[tuple[Question, Stopwatch]], "asyncio.Future[Answer]"]


@dataclass(slots=True)
class _Flight:
    """An answer under way, and how many wait for it."""

    answered: asyncio.Future[Answer]
    waiting: int = 0


class Repeats:
    """Asks by `ask`, unless the answer is known or under way. Lives on one event loop."""

    def __init__(self, ask: Ask, capacity: int = CAPACITY) -> None:
        self._ask = ask
        self._capacity = capacity
        self._known: OrderedDict[Hashable, Answer] = OrderedDict()
        self._flights: dict[Hashable, _Flight] = {}

    async def answer(self, question: Question) -> Answer:
        """Raises what `ask` and its answer raise. Who gives up stops the work only if nobody else
        waits for it."""
        watch = Stopwatch()
        key = repeat_key(question)
        if known := self._known.get(key):
            self._known.move_to_end(key)
            await asyncio.sleep(0)  # who asks again and again does not hold the loop
            return _again(known, question, watch)
        flight = self._flights.get(key) or self._start(key, question, watch)
        flight.waiting += 1
        try:
            answer = await asyncio.shield(flight.answered)
        finally:
            flight.waiting -= 1
            if not flight.waiting and flight.answered.cancel():
                self._land(key, flight)  # at once: nobody must join it now
        return answer if answer.question is question else _again(answer, question, watch)

    def clear(self) -> None:
        """Forgets all answers: from now on there may be others. Those under way still come, for
        who waits for them."""
        self._known.clear()
        self._flights.clear()

    def _start(self, key: Hashable, question: Question, watch: Stopwatch) -> _Flight:
        flight = self._flights[key] = _Flight(self._ask((question, watch)))
        flight.answered.add_done_callback(lambda _: self._land(key, flight))
        return flight

    def _land(self, key: Hashable, flight: _Flight) -> None:
        if self._flights.get(key) is not flight:
            return
        del self._flights[key]
        if flight.answered.cancelled() or flight.answered.exception():
            return
        self._known[key] = flight.answered.result()
        if len(self._known) > self._capacity:
            self._known.popitem(last=False)


def _again(answer: Answer, question: Question, watch: Stopwatch) -> Answer:
    """The answer to the same question, asked anew."""
    watch.lap("repeat")
    return replace(answer, question=question, took_ms=watch.total_ms, stages_ms=watch.laps_ms)
