"""What a card offers to do next: ask something else that is answered, ask the same for some
resources alone, ask a person.

To be told when the content answers a question would be one more of these: a row of
`bots/actions.py` that carries the card's `query_id`, and its button in `nothing_found`.
"""

from __future__ import annotations

from collections.abc import Iterable

from microsoft_teams.cards import Action, ActionSet, CardElement, Container, TextBlock

from bots import wording
from bots.actions import OFFER, Offer, Offered
from bots.drawing.card_parts import (
    Run,
    action_button,
    button_row,
    contact_actions,
    markdown,
    question_line,
    small,
    subheading,
)
from bots.drawing.shown import ShownAnswer, name_line
from retrieval.answer import Outcome
from showing.plain_text import shorten

_MAX_TAG_CHARS = 24  # more is cut on a phone
MAX_BUTTONS = 6  # of a card: what Teams asks of bots (its store validation guidelines)


def going_on(view: ShownAnswer, others: int) -> list[CardElement]:
    """Below an answer that has so many `others` buttons already: what else can be asked, and the
    same for some resources alone, as far as there is room. What is merely close also leads to a
    person."""
    asks, offers = _shared_out(view, MAX_BUTTONS - others)
    is_close = view.outcome is Outcome.CLOSEST
    tag = shorten(view.tag, _MAX_TAG_CHARS)
    buttons: list[Action] = [
        action_button(
            OFFER, Offered(view.query_id, one), wording.offer_button(view.say, one, tag=tag)
        )
        for one in offers
    ]
    return [
        *_asks(view, asks),
        *([_person(view)] if is_close and view.contact.url else []),
        *([button_row(buttons)] if buttons else []),
    ]


def button_count(parts: Iterable[CardElement]) -> int:
    """How many buttons stand in them."""
    count = 0
    for one in parts:
        if isinstance(one, ActionSet):
            count += len(one.actions or ())
        elif isinstance(one, Container):
            count += button_count(one.items or ())
    return count


def nothing_found(view: ShownAnswer) -> tuple[list[CardElement], list[Action]]:
    """Where nothing answers: what near to it is answered, and at the card's foot a person."""
    return _asks(view, view.asks), contact_actions(view.say, view.contact)


def _shared_out(view: ShownAnswer, room: int) -> tuple[tuple[str, ...], tuple[Offer, ...]]:
    """As many of both as there is room for. An answer keeps at least one question, and what is
    merely close two, beside a button that shares it. The last offer is the last to go."""
    least = 1 if view.outcome is Outcome.ANSWERED else 2
    kept = min(len(view.asks), least, room - (Offer.SHARE in view.offers))
    offers = view.offers
    while len(offers) > room - kept:
        offers = (*offers[:-2], *offers[-1:]) if len(offers) > 1 else ()
    return view.asks[: room - len(offers)], offers


def _asks(view: ShownAnswer, asks: tuple[str, ...]) -> list[CardElement]:
    """Each in a line of its own, whose words wrap."""
    if not asks:
        return []
    say = view.say
    is_answered = view.outcome is Outcome.ANSWERED
    return [
        small(say(wording.ALSO_ASK), spacing="Medium")
        if is_answered
        else subheading(say(wording.NEAR_HEADING)),
        *map(question_line, asks),
    ]


def _person(view: ShownAnswer) -> TextBlock:
    """A link in the text, as it takes no button away."""
    words = wording.ask_contact(view.say, name_line(view.contact.name))
    text = markdown((Run(words, url=view.contact.url),), bold=False)
    return TextBlock(text=text, wrap=True, spacing="Medium")
