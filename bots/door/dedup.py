"""The same delivery twice is one turn.

Teams delivers an activity again, with the same id, if the bot has not answered within 10 to 15
seconds, and repeats an unanswered invoke about 30 seconds later under a new id. So a delivery is
known by its activity id within its conversation, and a press of a button also by who pressed what.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Generic, TypeVar

from bots.door.payload import ActivityType, IncomingActivity
from retrieval.serving.flight import Flight
from state.kinds import Kind
from state.state import Name, State

T = TypeVar("T")

WINDOW_S = 120.0  # redelivery was seen after up to 45 seconds
CAPACITY = 4096  # deliveries that this process knows by itself: 40 seconds of them at 100 a second
PATIENCE_S = 12.0  # the platform gives up after 10 to 15
LOOK_EACH_S = 0.2


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
    """Runs the work of each delivery once, and gives its result to every repetition, also to those
    that reach another process or this one after a restart.

    Of one person's presses in one conversation only the latest is remembered: helpful, not
    helpful, helpful again are three presses, though the third looks like the first.
    """

    def __init__(
        self, kind: Kind[T], state: State | None = None, *, patience_s: float = PATIENCE_S
    ) -> None:
        """`kind` says how results are kept, and for how long deliveries are known."""
        self._kind = kind
        self._state = state or State()
        self._patience_s = patience_s
        self._flights: dict[tuple[str, ...], tuple[bytes, Flight[T]]] = {}

    def __contains__(self, delivery: Delivery) -> bool:
        """Whether this process ran this delivery, or is running it."""
        return self._under_way(delivery) is not None or any(
            self._state.here(self._kind, *name.key, mark=name.mark) is not None
            for name in _names(delivery)
        )

    async def run(self, delivery: Delivery, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of `work`, or that of the same delivery before, waited for if need be. Work
        that raises is forgotten, so that a repetition gets its chance. TimeoutError if another
        process is at it and does not come to an end."""
        flight = self._under_way(delivery)
        if flight is None:
            task = asyncio.create_task(self._claimed(delivery, work), name="delivery")
            flight = Flight(task)
            for name in _names(delivery):
                self._flights[name.key] = name.mark, flight
            task.add_done_callback(lambda _: self._landed(delivery, flight))
        return await flight.result()

    async def close(self) -> None:
        """Gives up what is under way, and waits until it has ended."""
        for flight in {flight for _, flight in self._flights.values()}:
            await flight.stop()

    async def _claimed(self, delivery: Delivery, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of `work`, if nobody was there before. If another process was, its result is
        waited for; if that process has died, the claim runs out, and the work is done here."""
        names = _names(delivery)
        async with asyncio.timeout(self._patience_s) as patience:
            while not (claim := await self._state.claim(self._kind, *names)).is_mine:
                if claim.result is not None:
                    return claim.result
                await asyncio.sleep(LOOK_EACH_S)
            patience.reschedule(None)
            try:
                result = await work()
            except BaseException:
                self._state.release(claim)
                raise
            self._state.finish(claim, result)
            return result

    def _under_way(self, delivery: Delivery) -> Flight[T] | None:
        for name in _names(delivery):
            mark, flight = self._flights.get(name.key, (b"", None))
            if flight and mark == name.mark and not flight.failed:
                return flight
        return None

    def _landed(self, delivery: Delivery, flight: Flight[T]) -> None:
        for name in _names(delivery):
            if self._flights.get(name.key, (b"", None))[1] is flight:
                del self._flights[name.key]


def _names(delivery: Delivery) -> list[Name]:
    """What the delivery is known by; nothing, if the platform gave it no id."""
    names = []
    if delivery.activity_id:
        edit = delivery.edit.hex() if delivery.edit else ""  # a message can be edited many times
        place = (delivery.kind, delivery.conversation_id)
        names.append(Name(("id", *place, delivery.activity_id, edit)))
    if delivery.press is not None:
        sender = ("sender", delivery.conversation_id, delivery.sender_id)
        names.append(Name(sender, delivery.press))
    return names
