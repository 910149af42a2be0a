"""What a person did, out of the activity that Teams made of it."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from bots.door.payload import EXPECT_REPLIES, IncomingActivity
from bots.extension.extension_invokes import Invoked
from bots.messages import CardPress, Message, Thumbs
from identity.person import Person
from retrieval.answer import ChannelKind

_CHANNEL_KINDS = {
    "personal": ChannelKind.PERSONAL,
    "groupChat": ChannelKind.GROUP,
    "channel": ChannelKind.CHANNEL,
}
_MENTION_TAG = re.compile(r"</?at\b[^<>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def message(activity: IncomingActivity, *, private: bool = False) -> Message:
    """What was typed, or attached."""
    return Message(
        id=activity.id or "",
        text=typed_text(activity.text or "", activity.entities or (), activity.recipient.id),
        sender=_person(activity),
        conversation_id=activity.conversation.id,
        channel_kind=channel_kind(activity),
        locale=locale(activity),
        attachments=_attached(activity),
        private=private,
    )


def is_private(activity: IncomingActivity, *, wanted: bool) -> bool:
    """Whether a reply is for the sender's eyes alone though others are in the conversation: if that
    is `wanted`, and to a message that was so itself. What goes back in the HTTP answer cannot be.

    https://learn.microsoft.com/microsoftteams/platform/agents-in-teams/targeted-messages
    """
    if activity.delivery_mode == EXPECT_REPLIES:
        return False
    is_shared = channel_kind(activity) is not ChannelKind.PERSONAL
    return is_shared and (wanted or bool(activity.recipient.is_targeted))


def is_edit(activity: IncomingActivity) -> bool:
    """Whether a message was changed by its sender, rather than taken back and restored."""
    return (activity.channel_data or {}).get("eventType") == "editMessage"


def press(activity: IncomingActivity, data: dict[str, Any], *, private: bool = False) -> CardPress:
    """The press of a button that put `data` into the activity."""
    return CardPress(
        data,
        _person(activity),
        activity.conversation.id,
        channel_kind(activity),
        locale(activity),
        private,
    )


def invoked(activity: IncomingActivity) -> Invoked:
    """A call of the message extension."""
    return Invoked(activity.value, _person(activity), locale(activity))


def thumbs(activity: IncomingActivity) -> Thumbs | None:
    """The feedback in a message/submitAction; None if it is something else."""
    value = activity.value if isinstance(activity.value, dict) else {}
    rating = value.get("actionValue")
    if value.get("actionName") != "feedback" or not isinstance(rating, dict):
        return None
    if rating.get("reaction") not in ("like", "dislike"):
        return None
    return Thumbs(
        like=rating["reaction"] == "like",
        comment=_comment(rating.get("feedback")),
        sender=_person(activity),
        conversation_id=activity.conversation.id,
        reply_to_id=activity.reply_to_id,
    )


def _comment(feedback: Any) -> str:
    """What was written beside the thumb: Teams gives JSON in a string, the playground the text."""
    if not isinstance(feedback, str):
        return ""
    try:
        value = json.loads(feedback)
    except (ValueError, RecursionError):
        return feedback
    text = value.get("feedbackText") if isinstance(value, dict) else feedback
    return text if isinstance(text, str) else ""


def _person(activity: IncomingActivity) -> Person:
    sender = activity.from_
    return Person(
        channel_id=sender.id,
        name=sender.name or "",
        object_id=sender.aad_object_id or "",
        tenant_id=activity.tenant_id,
    )


def channel_kind(activity: IncomingActivity) -> ChannelKind:
    """Where it was done."""
    conversation = activity.conversation
    unnamed = ChannelKind.GROUP if conversation.is_group else ChannelKind.PERSONAL
    return _CHANNEL_KINDS.get(conversation.conversation_type or "", unnamed)


def locale(activity: IncomingActivity) -> str:
    """The person's language: named by the activity, else by what it says of their client."""
    for entity in activity.entities or ():
        if entity.get("type") == "clientInfo" and isinstance(entity.get("locale"), str):
            return activity.locale or entity["locale"] or "en"
    return activity.locale or "en"


def _attached(activity: IncomingActivity) -> tuple[str, ...]:
    """Types of what was attached. Of a text Teams makes an HTML twin; a sticker or a GIF is only in
    there, as an image."""
    types = [attachment.content_type or "" for attachment in activity.attachments or ()]
    attached = [kind for kind in types if kind not in {"", "text/html"}]
    twins = (a.content for a in activity.attachments or () if a.content_type == "text/html")
    if not attached and any("<img" in twin for twin in twins if isinstance(twin, str)):
        attached.append("image/*")
    return tuple(attached)


def typed_text(text: str, entities: Sequence[Mapping[str, Any]], bot_id: str) -> str:
    """`text` without the bot's own mention, as plain characters in normal form C.

    Only the place that a mention entity names is taken out: a bot called "IT" leaves "mIT" alone,
    and other people's mentions leave their names. `entities` are the activity's, in any state.
    """
    text = _without_own_mentions(text, entities, bot_id)
    text = _MENTION_TAG.sub("", text)
    # only what ends in ";": html.unescape alone would make "©=2" of the link part "&copy=2"
    text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text).replace("\u00a0", " ")
    return unicodedata.normalize("NFC", _CONTROL.sub("", text)).strip()


def _without_own_mentions(text: str, entities: Sequence[Mapping[str, Any]], bot_id: str) -> str:
    """Entities stand in the order of their mentions. If the bot and a person have the same name,
    that order tells whose mention is whose."""
    position = 0
    for entity in entities:
        tag, mentioned_id = _mention(entity)
        start = text.find(tag, position) if tag else -1
        if start < 0:
            continue
        end = start + len(tag)
        if mentioned_id == bot_id:
            text = _cut(text, start, end)
            position = start
        else:
            position = end
    return text


def _cut(text: str, start: int, end: int) -> str:
    """`text` without start..end and the space behind it; no two words are joined."""
    before, after = text[:start], text[end:]
    if before[-1:].strip() and after[:1].strip():
        return f"{before} {after}"
    return before + after.lstrip()


def _mention(entity: Mapping[str, Any]) -> tuple[str, str]:
    """The text that an entity marks as a mention, and whose id it is; empty for other entities."""
    mentioned = entity.get("mentioned")
    tag = entity.get("text")
    if str(entity.get("type")).lower() != "mention" or not isinstance(mentioned, Mapping):
        return "", ""
    return (tag if isinstance(tag, str) else ""), str(mentioned.get("id", ""))
