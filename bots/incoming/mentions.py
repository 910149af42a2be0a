"""What a person typed, out of what Teams sends."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

_MENTION_TAG = re.compile(r"</?at\b[^<>]*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


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
    """Entities stand in the order of their mentions: where the bot and a person have one name, the
    order tells whose mention is whose."""
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
