"""What Teams asks a message extension, as plain values, and the answers in Teams' form.

https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/search-commands/respond-to-search
https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/link-unfurling
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from identity.person import Person

QUERY, LINK = "composeExtension/query", "composeExtension/queryLink"
FETCH = "composeExtension/fetchTask"
ANONYMOUS_LINK = "composeExtension/anonymousQueryLink"
INVOKES = frozenset({QUERY, LINK, FETCH, ANONYMOUS_LINK})
SEARCH, ABOUT = "search", "about"  # the commands of our manifest
PARAMETER = "question"
_NOT_SAID = frozenset({"blockquote", "attachment", "at"})
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


def query(value: Any) -> ExtensionQuery:
    """The search in an invoke's value, whatever a client makes of it: some name neither command nor
    parameter."""
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
    """The words of the message from whose menu the command was called: HTML, or plain text."""
    payload = value.get("messagePayload") if isinstance(value, dict) else None
    body = payload.get("body") if isinstance(payload, dict) else None
    content = body.get("content") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(content, str):
        return ""
    if body.get("contentType") != "html":
        return content
    words = _Words()
    words.feed(content)
    words.close()
    return " ".join(words.said)


class _Words(HTMLParser):
    """The words of a message, without those that it quotes and the names that it mentions."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _NOT_SAID:
            self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._within:
            self._within.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self._within:
            self.said.append(data)


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
    return said(text) if name == QUERY else {}


def dialog(title: str, card: dict[str, Any]) -> dict[str, Any]:
    """A card in a dialog that only the person sees."""
    value = {
        "title": title,
        "height": "medium",
        "width": "medium",
        "card": {"contentType": _CARD, "content": card},
    }
    return {"task": {"type": "continue", "value": value}}
