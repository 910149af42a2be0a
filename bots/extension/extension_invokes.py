"""What Teams asks a message extension, as plain values, and the answers in Teams' form.

https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/search-commands/respond-to-search
https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/link-unfurling
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree, html  # type: ignore[import-untyped]  # the library ships no types

from identity.person import Person

QUERY, LINK = "composeExtension/query", "composeExtension/queryLink"
FETCH, SELECT = "composeExtension/fetchTask", "composeExtension/selectItem"
ANONYMOUS_LINK = "composeExtension/anonymousQueryLink"
INVOKES = frozenset({QUERY, LINK, FETCH, SELECT, ANONYMOUS_LINK})
SEARCH, ABOUT = "search", "about"  # the commands of our manifest
_COMMANDS = {QUERY: SEARCH, FETCH: ABOUT}
PARAMETER = "question"
_NOT_SAID = ("blockquote", "attachment", "at", "script", "style")
_INITIAL = "initialRun"
_CARD = "application/vnd.microsoft.card.adaptive"
_PREVIEW = "application/vnd.microsoft.card.thumbnail"
_MOST = 25


@dataclass(frozen=True, slots=True)
class Invoked:
    """An invoke of Teams: what it carries, who calls, and their language."""

    value: Any
    sender: Person
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class ExtensionQuery:
    """A search: `text` is empty for the list that is shown before anything is typed. `skip` and
    `count` say which part of the results is wanted."""

    text: str
    skip: int = 0
    count: int = _MOST


@dataclass(frozen=True, slots=True)
class Insert:
    """A result: its preview in the list, and the card that goes into the message."""

    title: str
    about: str
    card: dict[str, Any]


def is_known(name: str, value: Any) -> bool:
    """Whether the invoke of that name asks for what we offer. A command that is not named is our
    only one; one of another name is an older or newer package's. Our results are inserted as they
    are, so nobody selects one to be asked for."""
    named = value.get("commandId") if isinstance(value, dict) else None
    return name != SELECT and (not named or name not in _COMMANDS or named == _COMMANDS[name])


def query(value: Any) -> ExtensionQuery:
    """The search in an invoke's value, whatever a client makes of it: some name no parameter."""
    data = value if isinstance(value, dict) else {}
    listed = data.get("parameters")
    given = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    text = next(
        (one["value"] for one in given
         if one.get("name") != _INITIAL and isinstance(one.get("value"), str)),
        "",
    )  # fmt: skip
    options = data.get("queryOptions")
    options = options if isinstance(options, dict) else {}
    count = _whole(options.get("count"), _MOST)
    return ExtensionQuery(text, _whole(options.get("skip"), 0), min(count or _MOST, _MOST))


def _whole(value: Any, otherwise: int) -> int:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 <= value <= 10_000 else otherwise


def link(value: Any) -> str:
    """The address that somebody put into a message; empty if there is none."""
    url = value.get("url") if isinstance(value, dict) else None
    return url if isinstance(url, str) else ""


def message_text(value: Any) -> str:
    """The words of the message from whose menu the command was called, HTML or plain text, without
    those that it quotes and the names that it mentions. Blocks for some milliseconds."""
    payload = value.get("messagePayload") if isinstance(value, dict) else None
    body = payload.get("body") if isinstance(payload, dict) else None
    content = body.get("content") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(content, str):
        return ""
    if body.get("contentType") != "html":
        return content
    try:
        tree = html.document_fromstring(f"<body>{content}")
    except etree.ParserError:  # nothing in it
        return ""
    etree.strip_elements(tree, *_NOT_SAID, with_tail=False)
    return " ".join(tree.itertext())


def results(found: Sequence[Insert]) -> dict[str, Any]:
    """The list of results."""
    return {
        "composeExtension": {
            "type": "result",
            "attachmentLayout": "list",
            "attachments": [
                {
                    "contentType": _CARD,
                    "content": one.card,
                    "preview": {
                        "contentType": _PREVIEW,
                        "content": {"title": one.title, "text": one.about},
                    },
                }
                for one in found
            ],
        }
    }


def said(text: str) -> dict[str, Any]:
    """Words in the place of a list."""
    return {"composeExtension": {"type": "message", "text": text}}


def told(name: str, text: str) -> dict[str, Any]:
    """Words in the place of what the invoke of that name asks for. A link shows nothing then.

    https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots
    """
    if name == FETCH:
        return {"task": {"type": "message", "value": text}}
    return said(text) if name in {QUERY, SELECT} else {}


def dialog(title: str, card: dict[str, Any]) -> dict[str, Any]:
    """A card in a dialog that only the person sees."""
    value = {
        "title": title,
        "height": "medium",
        "width": "medium",
        "card": {"contentType": _CARD, "content": card},
    }
    return {"task": {"type": "continue", "value": value}}
