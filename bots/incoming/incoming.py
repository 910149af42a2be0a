"""What a person did, out of the activity that Teams made of it."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

from bots.incoming.mentions import typed_text
from bots.messages import CardPress, Message, Person, Thumbs
from retrieval.answer import ChannelKind

Activity: TypeAlias = Any
"""botbuilder's, which has no types, with the fields that `bots/door/payload.py` has checked."""

_CHANNEL_KINDS = {
    "personal": ChannelKind.PERSONAL,
    "groupChat": ChannelKind.GROUP,
    "channel": ChannelKind.CHANNEL,
}


def message(activity: Activity) -> Message:
    """What was typed, or attached."""
    return Message(
        id=activity.id or "",
        text=typed_text(activity.text or "", activity.entities or (), activity.recipient.id),
        sender=person(activity),
        conversation_id=activity.conversation.id,
        channel_kind=channel_kind(activity),
        locale=_locale(activity),
        attachments=_attached(activity),
    )


def is_edit(activity: Activity) -> bool:
    """Whether a message was changed by its sender, rather than taken back and restored."""
    return (activity.channel_data or {}).get("eventType") == "editMessage"


def press(activity: Activity, data: dict[str, Any]) -> CardPress:
    """The press of a button that put `data` into the activity."""
    return CardPress(
        data=data,
        sender=person(activity),
        conversation_id=activity.conversation.id,
        channel_kind=channel_kind(activity),
        locale=_locale(activity),
        reply_to_id=activity.reply_to_id,
    )


def thumbs(activity: Activity) -> Thumbs | None:
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
        sender=person(activity),
        conversation_id=activity.conversation.id,
        channel_kind=channel_kind(activity),
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


def person(activity: Activity) -> Person:
    """Who did it."""
    sender = activity.from_property
    return Person(
        id=sender.id,
        name=sender.name or "",
        directory_id=sender.aad_object_id or "",
        tenant_id=activity.conversation.tenant_id or "",
    )


def channel_kind(activity: Activity) -> ChannelKind:
    """Where it was done."""
    conversation = activity.conversation
    unnamed = ChannelKind.GROUP if conversation.is_group else ChannelKind.PERSONAL
    return _CHANNEL_KINDS.get(conversation.conversation_type, unnamed)


def _locale(activity: Activity) -> str:
    """The person's language: named by the activity, else by what it says of their client."""
    for entity in activity.entities or ():
        if entity.get("type") == "clientInfo" and isinstance(entity.get("locale"), str):
            return activity.locale or entity["locale"] or "en"
    return activity.locale or "en"


def _attached(activity: Activity) -> tuple[str, ...]:
    """Types of what was attached. Of a text Teams makes an HTML twin; a sticker or a GIF is only in
    there, as an image."""
    types = [attachment.content_type or "" for attachment in activity.attachments or ()]
    attached = [kind for kind in types if kind not in {"", "text/html"}]
    twins = (a.content for a in activity.attachments or () if a.content_type == "text/html")
    if not attached and any("<img" in twin for twin in twins if isinstance(twin, str)):
        attached.append("image/*")
    return tuple(attached)
