"""What every card is made of: literal text, buttons, and the card around them.

Text that is not the product's own goes into the runs of a RichTextBlock: those are shown as they
are, where a TextBlock reads Markdown. The exception is a heading (see `bots/drawing/markdown.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from microsoft_teams.cards import (
    Action,
    AdaptiveCard,
    CardElement,
    Container,
    OpenUrlAction,
    RichTextBlock,
    Spacing,
    TeamsCardProperties,
    TextBlock,
    TextRun,
    TextSize,
)

from bots import wording
from bots.drawing.markdown import escaped
from bots.drawing.views import Contact, name

MAX_CARD_BYTES = 28 * 1024
_SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_MARKUP = re.compile(r"[<>&]")  # hosts that speak read speech markup
# Clients replace {{DATE(...)}} in a run by a date; a macro cut in two is none.
_MACRO = re.compile(r"(?<=\{)(?=\{)")


def runs(text: str, **style: Any) -> list[CardElement]:
    """`text` as it is, in one style (the fields of TextRun)."""
    return [TextRun(text=part, **style) for part in _MACRO.split(text) if part]


def literal(text: str, *, spacing: Spacing | None = None, **style: Any) -> RichTextBlock:
    """A paragraph of `text` as it is, in one style."""
    return RichTextBlock(inlines=runs(text, **style), spacing=spacing)


def small(text: str, *, spacing: Spacing = "Small") -> RichTextBlock:
    """A small, quiet line of `text` as it is."""
    return literal(text, spacing=spacing, size="Small", is_subtle=True)


def heading(text: str, *, size: TextSize = "Large") -> TextBlock:
    """A heading that screen readers know as one. Teams draws "Medium" no larger than the text."""
    return TextBlock(text=escaped(text), style="heading", size=size, weight="Bolder", wrap=True)


def subheading(text: str, *, separator: bool | None = None) -> TextBlock:
    """A lesser heading of the product's own words."""
    return TextBlock(
        text=escaped(text),
        style="heading",
        size="Default",
        weight="Bolder",
        wrap=True,
        spacing="Medium",
        separator=separator,
    )


def bullets(lines: Sequence[str]) -> list[CardElement]:
    """A list, one paragraph an item."""
    return [literal(f"• {line}", spacing="Small") for line in lines]


def linked(url: str, title: str, items: list[CardElement]) -> Container:
    """A part of the card that opens `url` as a whole; `title` is its name to a screen reader."""
    return Container(
        items=items, select_action=OpenUrlAction(url=url, title=title), spacing="Small"
    )


def contact_actions(contact: Contact) -> list[Action]:
    """The button that leads to a person, if there is somebody to lead to."""
    if not contact.url:
        return []
    return [OpenUrlAction(title=wording.ask_contact(name(contact.name)), url=contact.url)]


def card(
    body: Sequence[CardElement], actions: Sequence[Action], speak: str, language: str = "en"
) -> dict[str, Any]:
    """The card's JSON. `speak` is what it says in words; `language` its text's, as a code."""
    known = _LANGUAGE.match(language.lower())
    made = AdaptiveCard(
        version="1.5",
        lang=known[0] if known else "en",
        speak=_MARKUP.sub(" ", speak),
        fallback_text=escaped(speak),
        msteams=TeamsCardProperties(width="full"),
        body=list(body),
        actions=list(actions) or None,
    )
    # the builder spells "$schema" without its "$", which the schema itself refuses
    return {"$schema": _SCHEMA, **made.model_dump(by_alias=True, exclude_none=True)}


def size_bytes(made: dict[str, Any]) -> int:
    """How large a card is on the wire at most: JSON may spell every letter beyond ASCII out."""
    return len(json.dumps(made))
