"""What the conversation takes in and gives back: plain values that know no SDK.

`bots/teams_bot.py` makes the incoming ones out of Teams activities and sends the outgoing ones;
`bots/conversation.py` turns the former into the latter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from identity.person import Person
from retrieval.answer import ChannelKind


@dataclass(frozen=True, slots=True)
class Message:
    """Something typed. `text` has the bot's own mention taken out and nothing else. `attachments`
    are content types of what a person attached; the HTML twin that Teams adds to a text is none.
    What comes `by_button` was not typed: it stands nowhere in the chat. If it is `private`, its
    sender alone sees the reply, whoever else is in the conversation."""

    id: str
    text: str
    sender: Person
    conversation_id: str
    channel_kind: ChannelKind = ChannelKind.PERSONAL
    locale: str = "en"
    attachments: tuple[str, ...] = ()
    by_button: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class CardPress:
    """A button of one of our cards was pressed: `data` is what the card put into it. `private` is
    as for messages."""

    data: dict[str, Any]
    sender: Person
    conversation_id: str
    channel_kind: ChannelKind = ChannelKind.PERSONAL
    locale: str = "en"
    private: bool = False

    def as_message(self, text: str, *, by_button: bool) -> Message:
        """The press, as if that had been typed where it was made."""
        place = self.conversation_id, self.channel_kind, self.locale
        return Message("", text, self.sender, *place, by_button=by_button, private=self.private)


@dataclass(frozen=True, slots=True)
class Thumbs:
    """The platform's own feedback: `like` or dislike of one of our messages, with a comment.
    `reply_to_id` is that message, None if the platform does not say."""

    like: bool
    comment: str
    sender: Person
    conversation_id: str
    reply_to_id: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to send. `text` is never empty: it is what notifications and screen readers
    give. `card` is the JSON of an Adaptive Card. `query_id` names the answer in it, if any. One
    `for_all` is never private."""

    text: str
    card: dict[str, Any] | None = None
    query_id: str | None = None
    for_all: bool = False


@dataclass(frozen=True, slots=True)
class PressReply:
    """What follows a press: `card` replaces the card pressed; without one, `text` is shown.
    `message` is sent besides."""

    text: str
    card: dict[str, Any] | None = None
    message: Reply | None = None


def chat_of(conversation_id: str) -> str:
    """A channel's id without the thread: some of the platform's events name it and some do not."""
    return conversation_id.partition(";")[0]
