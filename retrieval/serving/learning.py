"""Asking wordings of the content, aside, whether they are answered: a few at a time, and no more
than half of the time, so that people who ask meanwhile hardly wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

import structlog

from retrieval.leads import learn
from retrieval.retriever import Retriever
from retrieval.stopwatch import Stopwatch

_AT_ONCE = 4
_LOOK_AGAIN_S = 0.5
_AFTER_FAILURE_S = 60.0

_log = structlog.get_logger(__name__)


def learn_some(retriever: Retriever, most: int = _AT_ONCE) -> int:
    """Asks up to `most` of the wordings that wait for it; how many they were. Takes as long as so
    many questions, and raises what asking raises."""
    waiting = retriever.leads.waiting(most)
    asked = retriever.encode([(question, Stopwatch()) for _, question in waiting])
    for (lead, _), encoded in zip(waiting, asked, strict=True):
        learn(lead, retriever.answer_encoded(encoded))
    return len(waiting)


async def keep_learning(learned: Callable[[], Awaitable[int]]) -> None:
    """Has some learned (`learn_some`) again and again, until it is cancelled."""
    pause = _LOOK_AGAIN_S
    while True:
        await asyncio.sleep(pause)
        begun = monotonic()
        try:
            found = await learned()
            pause = monotonic() - begun if found else _LOOK_AGAIN_S
        except Exception:  # people are offered less, and answered as before
            _log.exception("leads.failed")
            pause = _AFTER_FAILURE_S
