"""Activities as Teams sends them, as plain JSON: the fields that Teams fills, with made-up ids.

Every function takes keyword arguments that replace top-level fields, `serviceUrl` for one, where
the bot's replies go; None takes a field away. Ids are new with each call, unless given.
"""

from __future__ import annotations

import itertools
from typing import Any

JSON = dict[str, Any]

APP_ID = "11111111-2222-4333-8444-555555555555"
TENANT_ID = "99999999-8888-4777-8666-555555555555"
BOT = {"id": f"28:{APP_ID}", "name": "Signpost"}
ANNA = {
    "id": "29:1AnnaWeber-KqzP0bXwD3d2cA",
    "name": "Anna Weber",
    "aadObjectId": "aaaaaaaa-1111-4222-8333-444444444444",
}
BEN = {
    "id": "29:1BenOkafor-Lr8Yw2TtV0m5eQ",
    "name": "Ben Okafor",
    "aadObjectId": "bbbbbbbb-1111-4222-8333-444444444444",
}
PERSONAL_ID = "a:1personal-vZ7fX0Qm3sKcRj2bNnT"
GROUP_ID = "19:3f6c1d2e4b5a4c7d8e9f0a1b2c3d4e5f@thread.v2"
CHANNEL_ID = "19:general-7a8b9c0d@thread.tacv2"
THREAD_ID = f"{CHANNEL_ID};messageid=1767225600000"

_numbers = itertools.count(1767225600001)


def message(text: str = "how do I claim travel expenses?", **fields: Any) -> JSON:
    """Typed in the personal chat."""
    return _activity("message", fields, text=text, textFormat="plain", attachments=[_twin(text)])


def group_message(text: str = "how do I claim travel expenses?", **fields: Any) -> JSON:
    """Typed in a group chat, with the bot mentioned first, without which it is not delivered."""
    return _mentioning(text, fields, conversation=_group())


def targeted_message(text: str = "how do I claim travel expenses?", **fields: Any) -> JSON:
    """Sent to the bot alone in a group chat."""
    return group_message(text, recipient=BOT | {"isTargeted": True}, **fields)


def channel_message(text: str = "how do I claim travel expenses?", **fields: Any) -> JSON:
    """Posted in a channel, with the bot mentioned first."""
    channel_data = {
        "teamsChannelId": CHANNEL_ID,
        "teamsTeamId": CHANNEL_ID,
        "channel": {"id": CHANNEL_ID},
        "team": {"id": CHANNEL_ID},
        "tenant": {"id": TENANT_ID},
    }
    return _mentioning(text, fields, conversation=_channel(), channelData=channel_data)


def mention(account: JSON = BOT, text: str | None = None) -> JSON:
    """The entity that marks somebody's mention in a text."""
    return {
        "mentioned": {"id": account["id"], "name": account["name"]},
        "text": text if text is not None else f"<at>{account['name']}</at>",
        "type": "mention",
    }


def sticker(**fields: Any) -> JSON:
    """A sticker or a GIF: no text, and only an HTML attachment with an image."""
    image = '<p><img alt="thumbs up (GIF Image)" src="https://media.example.test/up.gif"></p>'
    attachments = [{"contentType": "text/html", "content": image}]
    return _activity("message", fields, text="", textFormat="plain", attachments=attachments)


def file_message(text: str = "", **fields: Any) -> JSON:
    """A file, dropped into the personal chat."""
    attachment = {
        "contentType": "application/vnd.microsoft.teams.file.download.info",
        "content": {
            "downloadUrl": "https://contoso.sharepoint.com/_layouts/download.aspx?x=1",
            "uniqueId": "cccccccc-1111-4222-8333-444444444444",
            "fileType": "pdf",
        },
        "contentUrl": "https://contoso.sharepoint.com/personal/anna/expenses.pdf",
        "name": "expenses.pdf",
    }
    return _activity("message", fields, text=text, attachments=[attachment, _twin(text)])


def submit(data: JSON, reply_to_id: str | None = "1767225600000", **fields: Any) -> JSON:
    """A press of a card's Action.Submit: a message with a value and no text."""
    return _activity("message", fields, value=data, replyToId=reply_to_id)


def execute(
    data: JSON, verb: str = "press", reply_to_id: str | None = "1767225600000", **fields: Any
) -> JSON:
    """A press of a card's Action.Execute."""
    value = {
        "action": {"type": "Action.Execute", "id": "", "verb": verb, "data": data},
        "trigger": "manual",
    }
    return _invoke("adaptiveCard/action", value, fields, replyToId=reply_to_id)


def invoke(name: str, value: Any, **fields: Any) -> JSON:
    """Any other invoke."""
    return _invoke(name, value, fields)


def thumbs(
    reaction: str = "like",
    feedback: str = '{"feedbackText": ""}',
    reply_to_id: str | None = "1767225600000",
    **fields: Any,
) -> JSON:
    """A thumb below one of the bot's messages; the comment is JSON in a string."""
    value = {
        "actionName": "feedback",
        "actionValue": {"reaction": reaction, "feedback": feedback},
    }
    return _invoke("message/submitAction", value, fields, replyToId=reply_to_id)


def search(query: str = "expenses", **fields: Any) -> JSON:
    """A search in the message extension."""
    value = {
        "commandId": "search",
        "parameters": [{"name": "q", "value": query}],
        "queryOptions": {"skip": 0, "count": 25},
    }
    return _invoke("composeExtension/query", value, fields)


def installed(**fields: Any) -> JSON:
    """The app was installed in the personal scope: the first of two activities. Neither names the
    person, whom only an id tells."""
    return _activity("installationUpdate", fields, action="add", **{"from": _nameless(ANNA)})


def members_added(*members: JSON, **fields: Any) -> JSON:
    """Somebody came into the conversation; at install in the personal scope that is the bot."""
    added = [_nameless(member) for member in members or (BOT,)]
    who = {"from": _nameless(ANNA)}
    return _activity("conversationUpdate", fields, membersAdded=added, **who)


def reaction(**fields: Any) -> JSON:
    """A heart on one of the bot's messages."""
    added = [{"type": "heart"}]
    return _activity("messageReaction", fields, reactionsAdded=added, replyToId="1767225600000")


def edited(text: str = "how do I claim taxi expenses?", **fields: Any) -> JSON:
    """An earlier message was changed; its id is that of the message."""
    channel_data = {"eventType": "editMessage", "tenant": {"id": TENANT_ID}}
    return _activity("messageUpdate", fields, text=text, channelData=channel_data)


def deleted(**fields: Any) -> JSON:
    """An earlier message was taken back."""
    channel_data = {"eventType": "softDeleteMessage", "tenant": {"id": TENANT_ID}}
    return _activity("messageDelete", fields, channelData=channel_data)


def _activity(kind: str, fields: JSON, **own: Any) -> JSON:
    activity: JSON = {
        "type": kind,
        "id": str(next(_numbers)),
        "timestamp": "2026-01-01T08:00:00.000Z",
        "localTimestamp": "2026-01-01T09:00:00.000+01:00",
        "localTimezone": "Europe/Berlin",
        "serviceUrl": "http://127.0.0.1:1/",
        "channelId": "msteams",
        "from": ANNA,
        "conversation": _personal(),
        "recipient": BOT,
        "entities": [_client_info()],
        "channelData": {"tenant": {"id": TENANT_ID}},
        "locale": "en-GB",
    }
    activity |= own | fields
    return {key: value for key, value in activity.items() if value is not None}


def _invoke(name: str, value: JSON, fields: JSON, **own: Any) -> JSON:
    source = {"source": {"name": "message"}, "tenant": {"id": TENANT_ID}}
    return _activity("invoke", fields, name=name, value=value, channelData=source, **own)


def _mentioning(text: str, fields: JSON, **own: Any) -> JSON:
    whole = f"<at>{BOT['name']}</at> {text}\n"
    entities = [mention(), _client_info()]
    return _activity(
        "message", fields, text=whole, attachments=[_twin(whole)], entities=entities, **own
    )


def _nameless(account: JSON) -> JSON:
    return {key: value for key, value in account.items() if key != "name"}


def _twin(text: str) -> JSON:
    return {"contentType": "text/html", "content": f"<p>{text}</p>"}


def _client_info() -> JSON:
    return {
        "locale": "en-GB",
        "country": "GB",
        "platform": "Web",
        "timezone": "Europe/Berlin",
        "type": "clientInfo",
    }


def _personal() -> JSON:
    return {"conversationType": "personal", "tenantId": TENANT_ID, "id": PERSONAL_ID}


def _group() -> JSON:
    return {
        "conversationType": "groupChat",
        "tenantId": TENANT_ID,
        "id": GROUP_ID,
        "isGroup": True,
    }


def _channel() -> JSON:
    return {
        "conversationType": "channel",
        "tenantId": TENANT_ID,
        "id": THREAD_ID,
        "isGroup": True,
        "name": "General",
    }
