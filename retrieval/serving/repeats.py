"""The same question is answered once: for all who ask it at the same time, and for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import replace

from cachetools import LRUCache

from retrieval.answer import Answer, Question
from retrieval.retriever import repeat_key
from retrieval.serving.flight import Flight
from retrieval.stopwatch import Stopwatch

CAPACITY = 256  # answers, of 40 KB each where all ten results have three hits

Ask = Callable[[tuple[Question, Stopwatch]], "asyncio.Future[Answer]"]


class Repeats:
    """Asks by `ask`, unless the answer is known or under way. Lives on one event loop."""

    def __init__(self, ask: Ask, capacity: int = CAPACITY) -> None:
        self._ask = ask
        self._flights: LRUCache[Hashable, Flight[Answer]] = LRUCache(capacity)

    async def answer(self, question: Question) -> Answer:
        """Raises what `ask` and its answer raise. Who gives up stops the work only if nobody else
        waits for it."""
        watch = Stopwatch()
        key = repeat_key(question)
        flight = self._flights.get(key)
        known = flight is not None and flight.done
        if flight is None or flight.failed:
            flight = self._flights[key] = Flight(self._ask((question, watch)))
        elif known:
            await asyncio.sleep(0)  # who asks again and again does not hold the loop
        try:
            answer = await flight.result()
        finally:
            if flight.failed and self._flights.get(key) is flight:
                del self._flights[key]
        if answer.question is question and not known:
            return answer
        watch.lap("repeat")
        return replace(answer, question=question, took_ms=watch.total_ms, stages_ms=watch.laps_ms)

    def clear(self) -> None:
        """Forgets all answers: from now on there may be others. Those under way still come, for
        who waits for them."""
        self._flights.clear()
