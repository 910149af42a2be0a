"""Teams activities <-> plain messages.

What a person does in Teams becomes a value of `bots/messages.py`, and what the conversation gives
back becomes activities and invoke answers. What to say is decided elsewhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Protocol, TypeVar

import structlog
from botbuilder.core import TurnContext  # type: ignore[import-untyped]
from botbuilder.schema import (  # type: ignore[import-untyped]
    Activity,
    ActivityTypes,
    Attachment,
    InvokeResponse,
    TextFormatTypes,
)
from cachetools import TTLCache

from bots.adapter import TargetedActivity
from bots.door.dedup import fingerprint
from bots.door.payload import EXPECT_REPLIES, ActivityType, IncomingActivity
from bots.extension.extension_invokes import INVOKES, Invoked, told
from bots.incoming import incoming
from bots.messages import CardPress, Message, PressReply, Reply, Thumbs
from bots.outgoing.connector import Finished
from bots.outgoing.typing_indicator import with_indicator
from errors import DeliveryFailed
from retrieval.answer import ChannelKind
from state.kinds import Kind
from state.state import Name, State
from words.catalogue import ENGLISH

CARD_TYPE = "application/vnd.microsoft.card.adaptive"
MESSAGE_TYPE = "application/vnd.microsoft.activity.message"
ERROR_TYPE = "application/vnd.microsoft.error"

TYPING_AFTER_S = 1.0
SEARCH_WITHIN_S = 4.0  # Teams gives a message extension five
_CONVERSATIONS, _REFUSING_S = 10_000, 3600.0  # that took no private message, and for how long
_NO_PRIVATE = frozenset({400, 403, 404, 405, 501})
ANSWER_WITHIN_S = 8.0  # the platform gives up after 10 to 15, and sending takes time too
_WELCOMED = Kind.of("welcomed.1", str, lifetime_s=30.0)  # by which of an install's two events
_TYPED = Kind.of("typed.1", bytes, lifetime_s=3600.0)  # the words of messages that may be edited

T = TypeVar("T")

log = structlog.get_logger(__name__)


class Responder(Protocol):
    """What the bot needs of `bots/conversation.py`. The first three may raise anything."""

    async def message(self, message: Message) -> Reply:
        """The one reply to something typed."""

    async def press(self, press: CardPress) -> PressReply:
        """What follows a press of a card's button."""

    async def thumbs(self, thumbs: Thumbs) -> None:
        """Takes the platform's own feedback."""

    def welcome(self, locale: str = ENGLISH) -> Reply:
        """The first words to a person who installed the bot. No network, no I/O."""

    def sent(self, reply: Reply, activity_id: str | None, *, delivered: bool = True) -> None:
        """The reply is out, under this id if the platform told one, or could not be `delivered`.
        Must not block."""

    def failure(self, locale: str = ENGLISH) -> Reply:
        """What a person reads when something broke."""


class Extension(Protocol):
    """`bots.extension.search_extension.SearchExtension`."""

    async def answer(self, name: str, invoked: Invoked) -> dict[str, Any]:
        """The body that answers the invoke of that name. May raise anything."""


class TeamsBot:
    """Takes a conversation to Teams. It is no handler of botbuilder's: those read an activity that
    has no types, and the one for Teams asks the network for every new member's profile."""

    def __init__(
        self,
        conversation: Responder,
        *,
        typing_after_s: float = TYPING_AFTER_S,
        answer_within_s: float = ANSWER_WITHIN_S,
        state: State | None = None,
        extension: Extension | None = None,
        targeted: bool = False,
    ) -> None:
        """If `targeted`, whoever asks where others are is answered so that they alone see it."""
        self._conversation = conversation
        self._typing_after_s = typing_after_s
        self._answer_within_s = answer_within_s
        self._state = state or State()
        self._extension = extension
        self._targeted = targeted
        self._refusing: TTLCache[str, bool] = TTLCache(_CONVERSATIONS, _REFUSING_S)

    async def on_turn(self, activity: IncomingActivity, context: TurnContext) -> None:
        """One turn. What the bot does not act on, such as a reaction, is taken quietly."""
        match activity.type:
            case ActivityType.MESSAGE if isinstance(activity.value, dict):
                await self._submitted(activity, context)
            case ActivityType.MESSAGE:
                await self._answer(activity, context)
            case ActivityType.MESSAGE_UPDATE if incoming.is_edit(activity):
                await self._answer(activity, context)
            case ActivityType.INVOKE:
                response = await self._invoked(activity, context)
                await context.send_activity(
                    Activity(type=ActivityTypes.invoke_response, value=response)
                )
            case ActivityType.CONVERSATION_UPDATE if activity.members_added:
                await self._welcome(activity, context)
            case ActivityType.INSTALLATION_UPDATE if activity.action == "add":
                await self._welcome(activity, context)  # "add-upgrade": they know the bot

    async def _answer(self, activity: IncomingActivity, context: TurnContext) -> None:
        """Answers what was typed. An edited question is asked anew and answered with a new message:
        the first answer stays where it is rated. An edit that leaves the words as they were, such
        as bold type, asks nothing."""
        message = incoming.message(activity, private=self._is_private(activity))
        place, words = (message.conversation_id, message.id), fingerprint(message.text)
        is_edit = activity.type == ActivityType.MESSAGE_UPDATE
        if is_edit and await self._state.get(_TYPED, *place) == words:
            return
        if message.id:
            self._state.put(_TYPED, place, words)
        try:
            reply = await with_indicator(
                self._in_time(self._conversation.message(message)),
                lambda: _show_typing(activity, context, private=message.private),
                self._typing_after_s,
            )
        except Exception:  # whatever broke: the person gets words, the log the traceback
            log.exception("message.failed", channel_kind=message.channel_kind)
            sorry = self._conversation.failure(incoming.locale(activity))
            await _send(context, sorry, private=message.private)
            return

        async def before_all() -> Reply:
            return await self._in_time(self._conversation.message(replace(message, private=False)))

        otherwise = None if activity.recipient.is_targeted else before_all
        await self._deliver(reply, context, private=message.private, otherwise=otherwise)

    async def _deliver(
        self,
        reply: Reply,
        context: TurnContext,
        *,
        private: bool,
        otherwise: Callable[[], Awaitable[Reply]] | None = None,
    ) -> None:
        """Sends it and says what became of it. Raises what sending raises; but where no private
        message is taken, what `otherwise` says is sent to all."""
        try:
            activity_id = await _send(context, reply, private=private)
        except BaseException as error:
            is_refused = private and getattr(error, "status", None) in _NO_PRIVATE
            if is_refused:
                self._refusing[context.activity.conversation.id] = True
                log.warning("private.refused", error=repr(error))
            if otherwise and is_refused:
                await self._deliver(await otherwise(), context, private=False)
                return
            self._note_sent(reply, None, delivered=False)
            raise
        self._note_sent(reply, activity_id)

    def _note_sent(self, reply: Reply, activity_id: str | None, *, delivered: bool = True) -> None:
        try:
            self._conversation.sent(reply, activity_id, delivered=delivered)
        except Exception:  # the person has the answer: recording it must not take it back
            log.exception("sent.failed")

    async def _invoked(self, activity: IncomingActivity, context: TurnContext) -> InvokeResponse:
        match activity.name:
            case "adaptiveCard/action":
                return InvokeResponse(status=200, body=await self._executed(activity, context))
            case "message/submitAction":
                return await self._rated(activity)
            case name if self._extension and name in INVOKES:
                return InvokeResponse(status=200, body=await self._found(name, activity))
            case name:
                error = {"code": "NotImplemented", "message": f"the bot knows no invoke {name!r}"}
                return InvokeResponse(status=501, body={"error": error})

    async def _found(self, name: str, activity: IncomingActivity) -> dict[str, Any]:
        """What the message extension shows. Teams waits for five seconds."""
        if self._extension is None:
            return {}
        try:
            async with asyncio.timeout(min(SEARCH_WITHIN_S, self._answer_within_s)):
                return await self._extension.answer(name, incoming.invoked(activity))
        except Exception:  # as for messages
            log.exception("extension.failed", invoke=name)
            return told(name, self._conversation.failure(incoming.locale(activity)).text)

    async def _welcome(self, activity: IncomingActivity, context: TurnContext) -> None:
        """At install Teams sends two events, in any order: the second is not another install."""
        if incoming.channel_kind(activity) is not ChannelKind.PERSONAL:
            return
        place = activity.conversation.id
        claim = await self._state.claim(_WELCOMED, Name((place,)))
        if claim.is_mine:
            self._state.finish(claim, activity.type)
        elif claim.result != activity.type:
            self._state.forget(_WELCOMED, place)
            return
        await _send(context, self._conversation.welcome(incoming.locale(activity)))

    async def _executed(self, activity: IncomingActivity, context: TurnContext) -> dict[str, Any]:
        """The answer to a card's Action.Execute, in the words of the Universal Actions protocol."""
        action = activity.value.get("action") if isinstance(activity.value, dict) else None
        data = action.get("data") if isinstance(action, dict) else None
        if not isinstance(action, dict) or not isinstance(data, dict | None):
            return _action_error(400, "BadRequest", "the action has no data")
        reply = await self._pressed(activity, data or {})
        if reply is None:
            return _action_error(
                500, "BotError", self._conversation.failure(incoming.locale(activity)).text
            )
        if reply.message:
            try:
                await self._deliver(reply.message, context, private=self._is_private(activity))
            except DeliveryFailed:  # what was pressed says so; the next press goes another way
                sorry = self._conversation.failure(incoming.locale(activity))
                return {"statusCode": 200, "type": MESSAGE_TYPE, "value": sorry.text}
        if reply.card is None:
            return {"statusCode": 200, "type": MESSAGE_TYPE, "value": reply.text}
        return {"statusCode": 200, "type": CARD_TYPE, "value": reply.card}

    async def _submitted(self, activity: IncomingActivity, context: TurnContext) -> None:
        """A card's Action.Submit: the fallback for clients that do not know Action.Execute."""
        reply, private = (
            await self._pressed(activity, activity.value),
            self._is_private(activity),
        )
        if reply is None:
            sorry = self._conversation.failure(incoming.locale(activity))
            await _send(context, sorry, private=private)
            return
        if reply.message:
            await self._deliver(reply.message, context, private=private)
            return
        if reply.card is None or not activity.reply_to_id:
            await _send(context, Reply(reply.text, reply.card), private=private)
            return
        try:
            await _replace(context, activity.reply_to_id, reply, private=private)
        except DeliveryFailed as error:  # the card may be gone, or not be ours to change
            log.warning("card.not_replaced", error=repr(error))
            await _send(context, Reply(reply.text), private=private)

    async def _pressed(self, activity: IncomingActivity, data: dict[str, Any]) -> PressReply | None:
        """What follows the press of a button with these data; None if that fails."""
        try:
            press = incoming.press(activity, data, private=self._is_private(activity))
            return await self._in_time(self._conversation.press(press))
        except Exception:  # as for messages
            log.exception("press.failed")
            return None

    async def _rated(self, activity: IncomingActivity) -> InvokeResponse:
        """The thumbs below a message; the platform says thank you whatever the bot answers."""
        thumbs = incoming.thumbs(activity)
        if thumbs is None:
            error = {"code": "BadRequest", "message": "that is no feedback"}
            return InvokeResponse(status=400, body={"error": error})
        try:
            await self._in_time(self._conversation.thumbs(thumbs))
        except Exception:  # there is nowhere to say it
            log.exception("thumbs.failed")
        return InvokeResponse(status=200, body={})

    def _is_private(self, activity: IncomingActivity) -> bool:
        """Whether the sender alone is to see the reply, as far as that is taken there."""
        wanted = self._targeted and activity.conversation.id not in self._refusing
        return incoming.is_private(activity, wanted=wanted)

    async def _in_time(self, answer: Awaitable[T]) -> T:
        async with asyncio.timeout(self._answer_within_s):
            return await answer


async def _send(context: TurnContext, reply: Reply, *, private: bool = False) -> str | None:
    """Send one message: in a channel into the thread that it answers. Its id, if told."""
    activity = _reply_activity(reply, private=private and not reply.for_all)
    response = await context.send_activity(activity)
    return response.id if response and response.id else None


async def _replace(
    context: TurnContext, activity_id: str, reply: PressReply, *, private: bool
) -> None:
    activity = _reply_activity(Reply(reply.text, reply.card), private=private)
    activity.id = activity_id
    await context.update_activity(activity)


async def _show_typing(activity: IncomingActivity, context: TurnContext, *, private: bool) -> None:
    """Under expectReplies nothing is sent before the reply, so there is nothing to show; all others
    would see it before a private one."""
    if activity.delivery_mode != EXPECT_REPLIES and not private:
        await context.send_activity(Activity(type=ActivityTypes.typing))


def _reply_activity(reply: Reply, *, private: bool) -> Activity:
    """One message. Beside a card the text is the summary, which notifications show: of text and
    card in one activity Teams would make two messages, tell the id of neither, and take none such
    in the place of another (docs/adr/0003). It asks for no thumbs: the card has a rating of its
    own (docs/adr/0031). Without a card it is plain text: what people and
    documents say makes no links."""
    kind = TargetedActivity if private else Activity
    return kind(
        type=ActivityTypes.message,
        text=None if reply.card else reply.text,
        text_format=None if reply.card else TextFormatTypes.plain,
        summary=reply.text if reply.card else None,
        attachments=[Attachment(content_type=CARD_TYPE, content=Finished(reply.card))]
        if reply.card
        else None,
    )


def _action_error(status: int, code: str, message: str) -> dict[str, Any]:
    return {
        "statusCode": status,
        "type": ERROR_TYPE,
        "value": {"code": code, "message": message},
    }
