"""The card that says what Signpost is: at install and on request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from microsoft_teams.cards import TextBlock

from bots import wording
from bots.drawing.card_parts import bullets, card, contact_actions, heading, small, subheading
from bots.drawing.views import Contact

MAX_EXAMPLES = 3


def introduction_card(
    words: str, examples: Sequence[str], contact: Contact, spoken: str
) -> dict[str, Any]:
    """The card's JSON; `words` is its heading.

    The examples are lines to read, not buttons. A button could say the question in the person's
    name (imBack), but that does nothing in hosts that know no such button, and one that submits
    to the bot would leave an answer in the chat without its question.
    """
    shown = [wording.quoted(example) for example in examples] or [wording.NO_EXAMPLES]
    body = [
        heading(words),
        TextBlock(text=wording.WHAT, wrap=True, spacing="Small"),
        TextBlock(text=wording.ONLY_VALIDATED, wrap=True, spacing="Small"),
        subheading(wording.EXAMPLES_HEADING),
        *bullets(shown),
        small(f"{wording.IN_SHARED_CHATS} {wording.PRIVACY}", spacing="Medium"),
    ]
    return card(body, contact_actions(contact), spoken)
