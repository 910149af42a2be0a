"""Replies that are no answer: what Signpost is, what it can be asked, and whom else to ask."""

from __future__ import annotations

from collections.abc import Sequence

from bots import wording
from bots.actions import MAX_SUGGESTED_CHARS
from bots.drawing.plain_cards import MAX_EXAMPLES, introduction_card, list_card, person_card
from bots.messages import Reply
from showing.plain_text import one_line, shorten, without_links
from showing.ports import Contact
from words.catalogue import Words

MAX_EXAMPLE_CHARS = MAX_SUGGESTED_CHARS


def invitation(say: Words, opening: str, examples: Sequence[str]) -> Reply:
    """The opening, and how to ask."""
    return Reply(wording.inviting(say, opening, _shown(examples)))


def introduction(say: Words, heading: str, examples: Sequence[str], contact: Contact) -> Reply:
    """What Signpost is, under that heading."""
    shown = _shown(examples)
    words = wording.inviting(say, f"{heading}.", shown)
    return Reply(words, introduction_card(say, heading, shown, contact, words))


def person_to_ask(say: Words, contact: Contact, words: str) -> Reply:
    """These words, and the way to the contact."""
    return Reply(words, person_card(say, words, contact))


def somebody_to_ask(say: Words, contact: Contact) -> Reply:
    """The contact, or that none is named."""
    name = one_line(contact.name)
    if not name and not contact.url:
        return Reply(say(wording.NOBODY_NAMED))
    return person_to_ask(
        say,
        contact,
        f"{say(wording.HUMAN)} {wording.try_contact(say, name)}" if name else say(wording.HUMAN),
    )


def list_reply(
    say: Words, words: str, listed: Sequence[tuple[str, str, str]], note: str = ""
) -> Reply:
    """Titles, what each is and its link, under these words."""
    titles = "; ".join(title for title, _, _ in listed)
    return Reply(without_links(f"{words}: {titles}"), list_card(say, words, listed, note))


def _shown(examples: Sequence[str]) -> list[str]:
    lines = [shorten(one_line(example), MAX_EXAMPLE_CHARS) for example in examples]
    return [line for line in lines if line][:MAX_EXAMPLES]
