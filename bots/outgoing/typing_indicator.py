"""A sign that an answer is being made, if that takes its time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

SETTLE_S = 1.0  # an indicator on its way gets this long, so that it does not overtake the reply

T = TypeVar("T")

log = structlog.get_logger(__name__)


async def with_indicator(
    answer: Awaitable[T], indicate: Callable[[], Awaitable[None]], after_s: float
) -> T:
    """The result of `answer`. If that takes more than `after_s` seconds, `indicate` is called
    once. It is over before the result is handed on. If it fails, that is only logged."""
    begun: list[asyncio.Task[None]] = []

    def begin() -> None:
        begun.append(asyncio.create_task(_quietly(indicate), name="typing-indicator"))

    timer = asyncio.get_running_loop().call_later(after_s, begin)
    try:
        return await answer
    finally:
        timer.cancel()
        if begun:
            _, late = await asyncio.wait(begun, timeout=SETTLE_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*begun, return_exceptions=True)


async def _quietly(indicate: Callable[[], Awaitable[None]]) -> None:
    try:
        await indicate()
    except Exception as error:  # a courtesy: whatever is wrong with it, the answer matters
        log.warning("typing.failed", error=repr(error))
