"""A conversation that says what a test tells it to, and records what it was told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bots.messages import CardPress, Message, PressReply, Reply, Thumbs
from words.catalogue import ENGLISH


class FakeConversation:
    """Echoes messages. `on_message` and `on_press` take the place of the echo."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.presses: list[CardPress] = []
        self.ratings: list[Thumbs] = []
        self.recorded: list[tuple[Reply, str | None]] = []
        self.undelivered: list[tuple[Reply, str | None]] = []
        self.on_sent: Callable[..., None] | None = None
        self.on_message: Callable[[Message], Awaitable[Reply]] | None = None
        self.on_press: Callable[[CardPress], Awaitable[PressReply]] | None = None
        self.on_thumbs: Callable[[Thumbs], Awaitable[None]] | None = None

    async def message(self, message: Message) -> Reply:
        self.messages.append(message)
        if self.on_message:
            return await self.on_message(message)
        return Reply(f"You said: {message.text}")

    async def press(self, press: CardPress) -> PressReply:
        self.presses.append(press)
        if self.on_press:
            return await self.on_press(press)
        return PressReply("Thank you.")

    async def thumbs(self, thumbs: Thumbs) -> None:
        self.ratings.append(thumbs)
        if self.on_thumbs:
            await self.on_thumbs(thumbs)

    def welcome(self, locale: str = ENGLISH) -> Reply:
        return Reply("Welcome.")

    def sent(self, reply: Reply, activity_id: str | None, *, delivered: bool = True) -> None:
        (self.recorded if delivered else self.undelivered).append((reply, activity_id))
        if self.on_sent:
            self.on_sent(reply, activity_id, delivered=delivered)

    def failure(self, locale: str = ENGLISH) -> Reply:
        return Reply("Sorry, that did not work.")


class Gate:
    """Holds whoever passes until it is opened."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self._open = asyncio.Event()

    async def __call__(self) -> None:
        self.reached.set()
        await self._open.wait()

    def open(self) -> None:
        self._open.set()
