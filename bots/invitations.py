"""How people are invited to ask: what Signpost is, and questions that it can answer."""

from __future__ import annotations

from collections.abc import Sequence

from bots import wording
from bots.cards import MAX_EXAMPLES, introduction_card
from bots.messages import Reply
from showing.plain_text import one_line, shorten
from showing.ports import Contact

MAX_EXAMPLE_CHARS = 120


def invitation(opening: str, examples: Sequence[str]) -> Reply:
    """The opening, and how to ask."""
    return Reply(wording.inviting(opening, _shown(examples)))


def introduction(heading: str, examples: Sequence[str], contact: Contact) -> Reply:
    """What Signpost is, under that heading."""
    shown = _shown(examples)
    words = wording.inviting(f"{heading}.", shown)
    return Reply(words, introduction_card(heading, shown, contact, words))


def _shown(examples: Sequence[str]) -> list[str]:
    lines = [shorten(one_line(example), MAX_EXAMPLE_CHARS) for example in examples]
    return [line for line in lines if line][:MAX_EXAMPLES]
