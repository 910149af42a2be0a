"""What the buttons of our cards do: a table of actions by name.

An action is one row, `CardAction`, and a function that handles it. Cards draw its buttons by that
row (`action_button` in `bots/drawing/card_parts.py`), so that none is drawn which nobody handles.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

from bots import wording
from bots.messages import CardPress, PressReply
from words.catalogue import words_for

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")

MAX_SUGGESTED_CHARS = 120
_QUERY_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Rating:
    """An answer was judged by the buttons below it."""

    query_id: str
    helpful: bool


@dataclass(frozen=True, slots=True)
class Commented:
    """Something was written below an answer that did not help. A client puts what is in the card's
    text field `FIELD` among the press's data."""

    query_id: str
    FIELD: ClassVar = "comment"


class Step(StrEnum):
    """How far somebody is who wants to be forgotten."""

    ASKED = "asked"
    SURE = "sure"
    NOT_SURE = "not_sure"


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Somebody wants to be forgotten, or not after all."""

    step: Step


@dataclass(frozen=True, slots=True)
class Suggested:
    """A question that a card offers is asked."""

    question: str


class Offer(StrEnum):
    """What else an answer's question can be asked for, or that there is more. TAG is the tag that
    the card names. ALONE asks a follow-up without the question before it; SHARE shows everybody
    what its asker alone saw."""

    VIDEOS = "videos"
    DOCUMENTS = "documents"
    SHORT = "short"
    TAG = "tag"
    MORE = "more"
    ALL = "all"
    ALONE = "alone"
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer below an answer is taken."""

    query_id: str
    offer: Offer


class Forgetful(Protocol):
    """`bots.own_data.OwnData`."""

    async def forget(self, press: CardPress, forgetting: Forgetting) -> PressReply:
        """Asks whether they are sure, and forgets them if they are."""


class Judging(Protocol):
    """`bots.incoming.ratings.Ratings`."""

    async def rate(self, press: CardPress, rating: Rating) -> PressReply:
        """Takes a rating."""

    async def comment(self, press: CardPress, commented: Commented) -> PressReply:
        """Takes a comment."""


class Handlers(Protocol):
    """What the rows of the table call; `Conversation` has it."""

    @property
    def own_data(self) -> Forgetful: ...
    @property
    def ratings(self) -> Judging: ...

    async def ask(self, press: CardPress, suggested: Suggested) -> PressReply:
        """Answers a question that a card offers."""

    async def offer(self, press: CardPress, offered: Offered) -> PressReply:
        """Asks an answer's question again, for some resources alone, or shows more."""


@dataclass(frozen=True, slots=True)
class CardAction(Generic[T]):
    """What a button can ask for, as a dataclass `T` of plain values.

    `parse` reads a button's data, which can be any mapping at all: it gives None for those that no
    card of ours holds. `handle` is called with the press and what it asks for.
    """

    name: str
    parse: Callable[[Mapping[str, Any]], T | None]
    handle: Callable[[Handlers, CardPress, T], Awaitable[PressReply]]

    def data(self, asked_for: T) -> dict[str, Any]:
        """What a button carries that asks for this; `parse` reads it back."""
        return {"action": self.name, **asdict(asked_for)}


def _rating(data: Mapping[str, Any]) -> Rating | None:
    match data:
        case {"query_id": str(query_id), "helpful": bool(helpful)} if _QUERY_ID.fullmatch(query_id):
            return Rating(query_id, helpful)
    return None


def _commented(data: Mapping[str, Any]) -> Commented | None:
    match data:
        case {"query_id": str(query_id)} if _QUERY_ID.fullmatch(query_id):
            return Commented(query_id)
    return None


def _forgetting(data: Mapping[str, Any]) -> Forgetting | None:
    match data:
        case {"step": str(step)} if step in set(Step):
            return Forgetting(Step(step))
    return None


def _offered(data: Mapping[str, Any]) -> Offered | None:
    match data:
        case {"query_id": str(query_id), "offer": str(offer)} if offer in set(Offer):
            return Offered(query_id, Offer(offer)) if _QUERY_ID.fullmatch(query_id) else None
    return None


def _suggested(data: Mapping[str, Any]) -> Suggested | None:
    match data:
        case {"question": str(question)} if question.isprintable() and question.strip():
            return Suggested(question) if len(question) <= MAX_SUGGESTED_CHARS else None
    return None


ASK = CardAction("ask", _suggested, lambda handlers, press, it: handlers.ask(press, it))
OFFER = CardAction("offer", _offered, lambda handlers, press, it: handlers.offer(press, it))
RATE = CardAction("rate", _rating, lambda handlers, press, it: handlers.ratings.rate(press, it))
COMMENT = CardAction(
    "comment", _commented, lambda handlers, press, it: handlers.ratings.comment(press, it)
)
FORGET = CardAction(
    "forget", _forgetting, lambda handlers, press, it: handlers.own_data.forget(press, it)
)

Actions = Mapping[str, CardAction[Any]]
ROWS: tuple[CardAction[Any], ...] = (ASK, OFFER, RATE, COMMENT, FORGET)
ACTIONS: Actions = {action.name: action for action in ROWS}


async def take(press: CardPress, handlers: Handlers, actions: Actions) -> PressReply:
    """What follows a press, whatever its data turn out to be."""
    name = press.data.get("action") if isinstance(press.data, dict) else None
    action = actions.get(name) if isinstance(name, str) else None
    asked_for = action.parse(press.data) if action else None
    if action is None or asked_for is None:
        return PressReply(words_for(press.locale)(wording.PRESS_UNKNOWN))
    return await action.handle(handlers, press, asked_for)
