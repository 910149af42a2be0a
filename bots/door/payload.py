"""A request's body as an activity whose fields have the types that the rest relies on."""

from __future__ import annotations

import asyncio
import json
from enum import StrEnum
from typing import Annotated, Any

from aiohttp import ClientError, web
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from errors import RequestRefused

LIMIT_BYTES = 256 * 1024
READ_WITHIN_S = 10.0

Id = Annotated[str, Field(min_length=1, max_length=1024)]


class ActivityType(StrEnum):
    """The types of activities that the bot acts on. Teams sends others, too."""

    MESSAGE = "message"
    MESSAGE_UPDATE = "messageUpdate"
    INVOKE = "invoke"
    CONVERSATION_UPDATE = "conversationUpdate"
    INSTALLATION_UPDATE = "installationUpdate"


EXPECT_REPLIES = "expectReplies"  # the delivery mode that wants all replies in the HTTP answer


class _Wire(BaseModel):
    """Fields not named here are let go. Those named may be null, unless an activity makes no sense
    without them."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True, alias_generator=to_camel)


class Account(_Wire):
    id: Id
    name: str | None = None
    aad_object_id: str | None = None
    is_targeted: bool | None = None


class ConversationAccount(_Wire):
    id: Id
    conversation_type: str | None = None
    is_group: bool | None = None
    tenant_id: str | None = None
    name: str | None = None


class IncomingAttachment(_Wire):
    content_type: str | None = None
    content: Any = None


class IncomingActivity(_Wire):
    """What Teams delivers. A request is read into one of these once, and from the door to the
    bot's handlers it stays what it is."""

    type: Id
    service_url: Id
    from_: Account = Field(alias="from")
    recipient: Account
    conversation: ConversationAccount
    id: Id | None = None
    channel_id: str | None = None
    name: str | None = None
    action: str | None = None
    text: str | None = None
    locale: str | None = None
    reply_to_id: Id | None = None
    delivery_mode: str | None = None
    value: Any = None
    channel_data: dict[str, Any] | None = None
    entities: list[dict[str, Any]] | None = None
    attachments: list[IncomingAttachment] | None = None
    members_added: list[Account] | None = None

    @property
    def tenant_id(self) -> str:
        """The tenant that the activity comes from, in lower case; empty if it names none. Teams
        names it in channelData always, in the conversation only at times."""
        tenant = (self.channel_data or {}).get("tenant")
        named = tenant.get("id") if isinstance(tenant, dict) else None
        return (named if isinstance(named, str) else self.conversation.tenant_id or "").lower()


async def read_activity(request: web.Request) -> IncomingActivity:
    """The activity in a request. Raises RequestRefused: 415 for anything but JSON, 413 over 256 KB,
    408 for a body that does not come, 400 for one that is no activity."""
    if request.content_type != "application/json":
        raise RequestRefused(415, "the body must be application/json")
    return parse_activity(await _body(request))


def parse_activity(body: bytes) -> IncomingActivity:
    """The activity in `body`. Raises RequestRefused (400), which names fields and never values."""
    try:
        if b"\\ud" in body.lower():  # half of an emoji, which the strict parser refuses
            whole = json.dumps(json.loads(body), ensure_ascii=False)
            body = whole.encode("utf-8", "replace")
        return IncomingActivity.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        reason = "not JSON" if first["type"] == "json_invalid" else first["msg"]
        raise RequestRefused(400, f"not an activity: {where}: {reason}") from None
    except (ValueError, RecursionError):
        raise RequestRefused(400, "not an activity: body: not JSON") from None


def let_go(request: web.Request, response: web.Response) -> None:
    """Makes the body of a refused request harmless. aiohttp reads what is left of every body. If
    one cannot be unpacked, it would log that once more, as an unhandled exception. No next request
    can be found behind such a body, so the connection ends."""
    if request.content.exception() is not None:
        request.content.feed_eof()
        response.force_close()


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > LIMIT_BYTES:
        raise RequestRefused(413, f"the body is larger than {LIMIT_BYTES} bytes")
    body = bytearray()
    try:
        async with asyncio.timeout(READ_WITHIN_S):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > LIMIT_BYTES:  # its length was not told, or unpacking made it longer
                    raise RequestRefused(413, f"the body is larger than {LIMIT_BYTES} bytes")
    except TimeoutError:
        raise RequestRefused(408, "the body did not arrive in time") from None
    except (ClientError, web.RequestPayloadError):  # cut short, or packed wrongly
        raise RequestRefused(400, "the body cannot be read") from None
    return bytes(body)
