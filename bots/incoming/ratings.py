"""What people say of an answer: by the buttons of its card, in words of their own, or by the thumbs
that Teams shows below messages which an earlier release sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from analytics.events import Rated, RatingSource
from bots import wording
from bots.actions import Commented, Rating
from bots.cards import answer_card
from bots.drawing.rating_part import MAX_COMMENT_CHARS, RATED, Feedback
from bots.memory import Memory
from bots.messages import CardPress, PressReply, Thumbs, chat_of
from identity.person import Person
from retrieval.pins.sensitive import sensitive
from showing.plain_text import shorten, tidy
from showing.ports import Pseudonymiser, Recorder
from words.catalogue import words_for


@dataclass(frozen=True, slots=True)
class Ratings:
    """Takes judgements and records them: of each person one an answer, the last."""

    memory: Memory
    recorder: Recorder
    pseudonymiser: Pseudonymiser
    clock: Callable[[], datetime]

    async def rate(self, press: CardPress, rating: Rating) -> PressReply:
        """Takes a rating from a card's button."""
        rated = Feedback.HELPFUL if rating.helpful else Feedback.NOT_HELPFUL
        return await self._taken(press, rating, rated, "")

    async def comment(self, press: CardPress, commented: Commented) -> PressReply:
        """Takes what somebody wrote below an answer that did not help: the text field stands among
        the press's data under `Commented.FIELD`."""
        written = press.data.get(Commented.FIELD)
        if not isinstance(written, str) or not tidy(written).strip():
            return PressReply(words_for(press.locale)(wording.COMMENT_EMPTY))
        rating = Rating(commented.query_id, helpful=False)
        return await self._taken(press, rating, Feedback.COMMENTED, _fit(written))

    async def thumbs(self, thumbs: Thumbs) -> None:
        """Takes the platform's own rating: of the message that it names, else of the person's last
        answer in the chat. A message from before a restart is known to the log by its key."""
        chat, asker = chat_of(thumbs.conversation_id), self.asker(thumbs.sender)
        message_id, reply_key = thumbs.reply_to_id, None
        if message_id is None:
            query_id = await self.memory.last_query(chat, asker)
        elif (query_id := await self.memory.query_in_message(chat, message_id)) is None:
            reply_key = self.reply_key(chat, message_id)
        if query_id or reply_key:
            source, now, comment = RatingSource.THUMBS, self.clock(), _fit(thumbs.comment)
            self._record(Rated(asker, thumbs.like, source, now, query_id, reply_key, comment))

    def not_helpful(self, query_id: str, asker: str) -> None:
        """That answer is wrong, as if its button had been pressed."""
        self._record(Rated(asker, False, RatingSource.CARD, self.clock(), query_id))

    def asker(self, person: Person) -> str:
        """The pseudonym under which somebody is recorded."""
        return self.pseudonymiser.pseudonym(person.tenant_id, person.object_id or person.channel_id)

    def reply_key(self, chat: str, activity_id: str) -> str:
        """What names a message in the log."""
        return self.pseudonymiser.pseudonym(f"reply:{chat}", activity_id)

    async def _taken(
        self, press: CardPress, rating: Rating, feedback: Feedback, comment: str
    ) -> PressReply:
        """If the card is still known it comes back with a confirmation in it. A card in a shared
        chat may be replaced for all who see it, so there it tells nobody's judgement."""
        say, given = words_for(press.locale), await self.memory.given(rating.query_id)
        source, asker = RatingSource.CARD, self.asker(press.sender)
        if given and not given.is_for(chat_of(press.conversation_id), asker):
            return PressReply(say(wording.PRESS_UNKNOWN))
        rated = Rated(asker, rating.helpful, source, self.clock(), rating.query_id, None, comment)
        self._record(rated)
        if given and given.view.is_shared:
            feedback = Feedback.SHARED
        words = say(RATED[feedback])
        return PressReply(words, answer_card(given.view, feedback) if given else None)

    def _record(self, rated: Rated) -> None:
        """What a retried event says again is no other rating."""
        if self.memory.remember_rating(rated):
            self.recorder.record(rated)


def _fit(comment: str) -> str:
    """The comment as it is kept; nothing of one that speaks of a sensitive topic."""
    kept = shorten(tidy(comment).strip(), MAX_COMMENT_CHARS)
    return "" if sensitive(kept) else kept
