"""The same delivery twice is one turn.

Teams delivers an activity again, with the same id, if the bot has not answered within 10 to 15
seconds, and repeats an unanswered invoke about 30 seconds later under a new id. So a delivery is
known by its activity id within its conversation, and a press of a button also by who pressed what.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Generic, TypeVar

from cachetools import TTLCache

from bots.door.payload import ActivityType, IncomingActivity
from retrieval.serving.flight import Flight

T = TypeVar("T")

WINDOW_S = 120.0  # redelivery was seen after up to 45 seconds
CAPACITY = 4096  # turns remembered: 40 seconds of them at 100 a second
PRESS_CAPACITY = 1024  # presses remembered; their results hold whole cards


@dataclass(frozen=True, slots=True)
class Delivery:
    """What tells one delivery from another.

    `activity_id` is None if the platform gave none. An edit has the id of its message, but another
    `kind`. `press` is what was pressed and `edit` what a message was changed to (`fingerprint`),
    each None for anything else.
    """

    kind: str
    conversation_id: str
    activity_id: str | None
    sender_id: str
    press: bytes | None = None
    edit: bytes | None = None


def delivery_of(activity: IncomingActivity) -> Delivery:
    """What tells the delivery of this activity from others. A thumb that does not name its message
    is known by its id alone: the same thumb again can be for another message."""
    press = None
    names_its_message = activity.reply_to_id or activity.name != "message/submitAction"
    if activity.type == ActivityType.INVOKE and names_its_message:
        press = fingerprint(activity.name, activity.reply_to_id, activity.value)
    edit = fingerprint(activity.text) if activity.type == ActivityType.MESSAGE_UPDATE else None
    return Delivery(
        activity.type, activity.conversation.id, activity.id, activity.from_.id, press, edit
    )


def fingerprint(*parts: object) -> bytes:
    """16 bytes that are the same for the same JSON values."""
    text = json.dumps(parts, sort_keys=True)
    return blake2b(text.encode(), digest_size=16).digest()


class Once(Generic[T]):
    """Runs the work of each delivery once, and gives its result to every repetition.

    Of one person's presses in one conversation only the latest is remembered: helpful, not
    helpful, helpful again are three presses, though the third looks like the first.
    """

    def __init__(
        self, *, window_s: float = WINDOW_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._by_id: TTLCache[bytes, Flight[T]] = TTLCache(CAPACITY, window_s, clock)
        self._presses: TTLCache[bytes, tuple[bytes, Flight[T]]] = TTLCache(
            PRESS_CAPACITY, window_s, clock
        )

    def __contains__(self, delivery: Delivery) -> bool:
        """Whether this delivery was run, or is running."""
        return self._find(delivery) is not None

    async def run(self, delivery: Delivery, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of `work`, or that of the same delivery before, waited for if need be. Work
        that raises is forgotten, so that a repetition gets its chance."""
        flight = self._find(delivery)
        if flight is None:
            flight = Flight(asyncio.create_task(work(), name="delivery"))
            self._remember(delivery, flight)
        return await flight.result()

    async def close(self) -> None:
        """Gives up what is under way, and waits until it has ended."""
        pressed = [flight for _, flight in self._presses.values()]
        for flight in {*self._by_id.values(), *pressed}:
            if not flight.done:
                await flight.stop()

    def _find(self, delivery: Delivery) -> Flight[T] | None:
        known = self._by_id.get(_id_key(delivery)) if delivery.activity_id else None
        if known is None and delivery.press is not None:
            latest = self._presses.get(_sender_key(delivery))
            if latest is not None and latest[0] == delivery.press:
                known = latest[1]
        return None if known is None or known.failed else known

    def _remember(self, delivery: Delivery, flight: Flight[T]) -> None:
        if delivery.activity_id:
            self._by_id[_id_key(delivery)] = flight
        if delivery.press is not None:
            self._presses[_sender_key(delivery)] = (delivery.press, flight)


def _id_key(delivery: Delivery) -> bytes:
    edit = delivery.edit.hex() if delivery.edit else ""  # a message can be edited many times
    return fingerprint(delivery.kind, delivery.conversation_id, delivery.activity_id, edit)


def _sender_key(delivery: Delivery) -> bytes:
    return fingerprint(delivery.conversation_id, delivery.sender_id)
