"""What stands below an answer to rate it: the one control for that in Teams
(docs/adr/0031-one-rating-control-in-the-card.md)."""

from __future__ import annotations

from enum import StrEnum

from microsoft_teams.cards import Action, CardElement, TextBlock, TextInput

from bots import wording
from bots.actions import COMMENT, RATE, Commented, Rating
from bots.drawing.card_parts import action_button, button_row, contact_actions
from bots.drawing.shown import ShownAnswer

MAX_COMMENT_CHARS = 1000


class Feedback(StrEnum):
    """What a card says below an answer: asks whether it helped, or confirms what was said.

    SHARED confirms on a card that others see too: it does not tell who thought what, and still
    asks. NONE asks nothing, where no press would reach the bot.
    """

    WANTED = "wanted"
    HELPFUL = "helpful"
    NOT_HELPFUL = "not_helpful"
    COMMENTED = "commented"
    SHARED = "shared"
    NONE = "none"


RATED = {
    Feedback.WANTED: wording.HELPFUL_QUESTION,
    Feedback.HELPFUL: wording.RATED_HELPFUL,
    Feedback.NOT_HELPFUL: wording.RATED_NOT_HELPFUL,
    Feedback.COMMENTED: wording.RATED_COMMENTED,
    Feedback.SHARED: wording.RATED_SHARED,
}
_BOTH = ((True, wording.HELPFUL), (False, wording.NOT_HELPFUL))
_OFFERED = {
    Feedback.HELPFUL: ((False, wording.CHANGE_TO_NOT_HELPFUL),),
    Feedback.NOT_HELPFUL: ((True, wording.CHANGE_TO_HELPFUL),),
    Feedback.COMMENTED: ((True, wording.CHANGE_TO_HELPFUL),),
}


def rating_part(view: ShownAnswer, feedback: Feedback) -> tuple[list[CardElement], list[Action]]:
    """What stands below an answer, and the buttons that rate it."""
    if feedback is Feedback.NONE:
        return [], []
    say = view.say
    words = TextBlock(
        text=say(RATED[feedback]),
        size="Small",
        is_subtle=True,
        wrap=True,
        separator=True,
        spacing="Medium",
    )
    is_wrong = feedback is Feedback.NOT_HELPFUL
    return [words, *(_telling_more(view) if is_wrong else [])], [
        action_button(RATE, Rating(view.query_id, helpful), say(title))
        for helpful, title in _OFFERED.get(feedback, _BOTH)
    ]


def _telling_more(view: ShownAnswer) -> list[CardElement]:
    """What was missing, in somebody's own words, and the way to a person."""
    say = view.say
    field = TextInput(
        id=Commented.FIELD,
        label=say(wording.COMMENT_LABEL),
        is_multiline=True,
        max_length=MAX_COMMENT_CHARS,
        spacing="Small",
    )
    send = action_button(COMMENT, Commented(view.query_id), say(wording.COMMENT_SEND))
    return [field, button_row([send, *contact_actions(say, view.contact)], spacing="Small")]
