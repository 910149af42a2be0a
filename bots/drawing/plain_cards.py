"""Cards that are no answers: what Signpost is, a list, a sentence with the way to a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from microsoft_teams.cards import ActionSet, Container, OpenUrlAction, TextBlock

from bots import wording
from bots.drawing.card_parts import (
    MAX_CARD_BYTES,
    bullets,
    card,
    contact_actions,
    heading,
    literal,
    question_line,
    size_bytes,
    small,
    subheading,
)
from bots.drawing.shown import name_line
from showing.ports import Contact
from snapshot.models import Resource, Whole
from words.catalogue import Words

MAX_EXAMPLES = 3
MAX_LINK_CHARS = 5000  # our own links have at most 4,096 and the server's address


def introduction_card(
    say: Words, words: str, examples: Sequence[str], contact: Contact, said: str
) -> dict[str, Any]:
    """The card that says what Signpost is, at install and on request; `words` is its heading.

    A press of an example asks it. It goes to the bot, and the answer says what was asked: a button
    that says the question in the person's name (imBack, messageBack) does nothing in hosts that
    know no such button.
    """
    body = [
        heading(words),
        TextBlock(text=say(wording.WHAT), wrap=True, spacing="Small"),
        TextBlock(text=say(wording.ONLY_VALIDATED), wrap=True, spacing="Small"),
        subheading(say(wording.EXAMPLES_HEADING)),
        *map(question_line, examples),
        *([] if examples else bullets([say(wording.NO_EXAMPLES)])),
        small(f"{say(wording.IN_SHARED_CHATS)} {say(wording.PRIVACY)}", spacing="Medium"),
    ]
    return card(body, contact_actions(say, contact), said, say.language)


def person_card(say: Words, words: str, contact: Contact) -> dict[str, Any]:
    """A card of one sentence with the way to a person."""
    return card([literal(words)], contact_actions(say, contact), words, say.language)


def resource_card(
    say: Words, resource: Resource, title: str, about: str, link: str
) -> dict[str, Any]:
    """A resource as a whole: what it is, who validated it, and the button that opens it."""
    validation = resource.validation
    by = wording.validated(say, name_line(validation.validated_by), validation.validated_on)
    opening = OpenUrlAction(title=wording.open_button(say, resource, Whole()), url=link)
    body = [
        heading(title),
        small(about, spacing="None"),
        small(by),
        *([ActionSet(actions=[opening], spacing="Medium")] if link else []),
    ]
    return card(body, [], f"{title}. {about}. {by}.", resource.language)


def list_card(
    say: Words, words: str, listed: Sequence[tuple[str, str, str]], note: str = ""
) -> dict[str, Any]:
    """A card of things to open, each as title, facts and link; `words` is its heading."""
    shown = [item for item in listed if len(item[2]) <= MAX_LINK_CHARS]
    said = f"{words}: {'; '.join(title for title, _, _ in shown)}"
    while True:
        items = [item_line(*item) for item in shown]
        body = [heading(words, size="Default"), *items, *([small(note)] if note else [])]
        made = card(body, [], said, say.language)
        if size_bytes(made) <= MAX_CARD_BYTES or len(shown) < 2:
            return made
        shown = shown[:-1]


def item_line(title: str, about: str, link: str, language: str = "") -> Container:
    """A further resource: underlined if it can be opened, so that colour alone does not say it. Its
    title may be in another language than the card."""
    linked: dict[str, Any] = {"color": "Accent", "underline": True} if link else {}
    if language:
        linked["lang"] = language
    return Container(
        items=[literal(title, **linked), small(about, spacing="None")],
        select_action=OpenUrlAction(url=link, title=title) if link else None,
        spacing="Small",
    )
