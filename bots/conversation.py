"""What Signpost says: a plain message in, a plain reply out. Knows no SDK and no network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import UTC, datetime
from typing import assert_never
from uuid import uuid4

from analytics.events import DeliveryStatus
from bots import invitations, wording
from bots.actions import ACTIONS, Actions, Offer, Offered, Suggested, take
from bots.cards import fitted
from bots.drawing.kept_answer import Given
from bots.drawing.shown import MAX_ASKS, MAX_RESULTS, ShownAnswer, spoken
from bots.further import again, listed, more, narrowing_of, offers_for, shared, tag_of
from bots.incoming.intents import MAX_QUESTION_CHARS, Intent, Wish, wish
from bots.incoming.ratings import Ratings
from bots.incoming.wishes import Other, WishKind
from bots.memory import Memory
from bots.messages import CardPress, Message, PressReply, Reply, Thumbs, chat_of
from bots.own_data import OwnData
from errors import Overloaded
from identity.audiences import Audiences
from retrieval.answer import ChannelKind, Question
from showing.care import EMERGENCY_NUMBER
from showing.linked import signed
from showing.plain_text import one_line, shorten, without_links
from showing.ports import (
    NOBODY,
    Answerer,
    Contact,
    LinkMaker,
    Pseudonymiser,
    Recorder,
    card_picture_of,
    link_or_none,
)
from showing.records import asked, unanswered
from snapshot.models import EVERYONE, Resource
from words.catalogue import ENGLISH, Words, words_for

_MAX_LOCALE_CHARS = 20


@dataclass(frozen=True, slots=True)
class Conversation:
    """Answers messages, takes ratings and tells the log of both.

    `examples` gives questions that the content answers for everyone, best first, without waiting;
    `resources` all that somebody may see of what is asked for, without waiting, too;
    `actions` are what the buttons of cards can ask for.
    """

    answerer: Answerer
    recorder: Recorder
    links: LinkMaker
    pseudonymiser: Pseudonymiser
    audiences: Audiences
    own_data: OwnData
    _: KW_ONLY
    contact: Contact = NOBODY
    emergency_number: str = EMERGENCY_NUMBER
    examples: Callable[[], Sequence[str]] = tuple
    resources: Callable[[Question], Sequence[Resource]] = lambda _: ()
    actions: Actions = field(default_factory=lambda: ACTIONS)
    memory: Memory = field(default_factory=Memory)
    new_id: Callable[[], str] = lambda: uuid4().hex
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def ratings(self) -> Ratings:
        """Takes what people say of answers."""
        return Ratings(self.memory, self.recorder, self.pseudonymiser, self.clock)

    async def message(self, message: Message) -> Reply:
        """The one reply to a message. Raises what the answerer raises. A question that gets no
        answer is logged at once."""
        wanted = wish(message.text, message.attachments)
        try:
            return await self._reply(message, wanted)
        except Overloaded:
            self._unanswered(message, wanted, DeliveryStatus.BUSY)
            return Reply(words_for(message.locale)(wording.BUSY))
        except BaseException:  # that it took too long is one, too
            self._unanswered(message, wanted, DeliveryStatus.FAILED)
            raise

    async def _reply(self, message: Message, wanted: Wish | Other) -> Reply:
        if isinstance(wanted, Other):
            return await self._other(message, wanted)
        say = words_for(message.locale)
        match wanted.intent:
            case Intent.QUESTION:
                return await self._answer(message, wanted)
            case Intent.HELP:
                return self._introduction(say, wording.HELP_HEADING)
            case Intent.GREETING:
                return self._invitation(say, say(wording.HELLO))
            case Intent.FILE:
                return self._invitation(say, say(wording.FILES_IGNORED))
            case Intent.UNCLEAR:
                self._unanswered(message, wanted, DeliveryStatus.REFUSED)
                return self._invitation(say, say(wording.NO_QUESTION))
            case Intent.THANKS:
                return Reply(say(wording.THANKS))
            case Intent.GOODBYE:
                return Reply(say(wording.GOODBYE))
            case Intent.TOO_LONG:
                self._unanswered(message, wanted, DeliveryStatus.REFUSED)
                return Reply(wording.too_long(say, MAX_QUESTION_CHARS))
            case _ as never:
                assert_never(never)

    def welcome(self, locale: str = ENGLISH) -> Reply:
        """The first words to somebody. Without their name: directories hold names such as
        "SMITH Jo (EXT)", which do not read as a greeting."""
        return self._introduction(words_for(locale), wording.WELCOME_HEADING)

    def failure(self, locale: str = ENGLISH) -> Reply:
        """What a person reads when something broke."""
        return Reply(wording.failure(words_for(locale), one_line(self.contact.name)))

    def sent(self, reply: Reply, activity_id: str | None, *, delivered: bool = True) -> None:
        """The reply is out, as that activity if its id is known, or could not be `delivered`: an
        answer is logged now."""
        given = self.memory.just_given(reply.query_id) if reply.query_id else None
        if given is None:
            return
        view = given.view
        reply_key = None
        # A rating would tie a person to a sensitive topic.
        if delivered and not view.answer.sensitive:
            self.memory.remember_message(given, activity_id)
            reply_key = self.ratings.reply_key(given.chat, activity_id) if activity_id else None
        became = DeliveryStatus.DELIVERED if delivered else DeliveryStatus.UNDELIVERED
        event = asked(view.query_id, view.answer, view.results, given.asker, reply_key, became)
        self.recorder.record(event)

    async def press(self, press: CardPress) -> PressReply:
        """What follows a press of a card's button, whatever the button's data turn out to be."""
        return await take(press, self, self.actions)

    async def ask(self, press: CardPress, suggested: Suggested) -> PressReply:
        """Answers a question that a card offers, as if it had been typed."""
        say = words_for(press.locale)
        message = press.as_message(suggested.question, by_button=True)
        return PressReply(say(wording.ANSWERED_BELOW), message=await self.message(message))

    async def offer(self, press: CardPress, offered: Offered) -> PressReply:
        """The answer for some resources alone, for all again, or to a follow-up by itself takes the
        place of the card; more results are a message of their own. Who presses is shown what they
        may see, and what somebody else asked does not become what they spoke of."""
        say, before = words_for(press.locale), await self.memory.given(offered.query_id)
        asker = self.ratings.asker(press.sender)
        if before is None or not before.is_for(chat_of(press.conversation_id), asker):
            return PressReply(say(wording.PRESS_UNKNOWN))
        view, offer = before.view, offered.offer
        asked, is_alone = view.answer.question, offer is Offer.ALONE
        message = press.as_message(asked.text, by_button=view.by_button or is_alone)
        message = replace(message, private=message.private and view.private)
        if offer is Offer.SHARE:
            return await shared(self, message, before)
        if offer is Offer.MORE and view.private and not press.private:
            return PressReply(say(wording.PRESS_UNKNOWN))  # all would read what they alone asked
        if offer is Offer.MORE:
            below = await more(self, message, before)
            return PressReply(say(wording.ANSWERED_BELOW), message=below)
        changes = {
            "only": narrowing_of(offer, view.tag),
            "context": None if is_alone else asked.context,
            "top_k": MAX_RESULTS,
        }
        question = await again(self, message, before, **changes)
        is_theirs = before.asker == asker
        narrowed_to = view.tag if offer is Offer.TAG else wording.offered(offer)
        reply = await self._ask(message, question, narrowed_to=narrowed_to, is_theirs=is_theirs)
        self.sent(reply, None)
        return PressReply(reply.text, reply.card)

    async def thumbs(self, thumbs: Thumbs) -> None:
        """See `Ratings.thumbs`."""
        await self.ratings.thumbs(thumbs)

    async def _other(self, message: Message, wanted: Other) -> Reply:
        """What follows a wish that is no question."""
        say = words_for(message.locale)
        match wanted.asked:
            case WishKind.WHO:
                return Reply(say(wording.WHO))
            case WishKind.HUMAN:
                return invitations.somebody_to_ask(say, self.contact)
            case WishKind.KNOWN:
                return await self.own_data.tell(message)
            case WishKind.FORGET:
                return await self.own_data.ask(message)
            case WishKind.LIST:
                return await listed(self, message, wanted)
            case WishKind.WRONG | WishKind.MORE | WishKind.ONLY:
                return await self._about_the_last(message, wanted, say)
            case _ as never:
                assert_never(never)

    async def _about_the_last(self, message: Message, wanted: Other, say: Words) -> Reply:
        """What follows a wish about the last answer; without one, how to go on."""
        asker = self.ratings.asker(message.sender)
        before = await self.memory.previous(message.conversation_id, asker)
        match wanted.asked:
            case WishKind.WRONG if before:
                return self._wrong(say, before, asker)
            case WishKind.WRONG:
                return self._invitation(say, say(wording.WRONG_OF_WHAT))
            case WishKind.MORE if before:
                return await more(self, message, before)
            case WishKind.MORE:
                return self._invitation(say, say(wording.MORE_OF_WHAT))
        return await (
            self._narrowed(message, before, wanted) if before else listed(self, message, wanted)
        )

    def _wrong(self, say: Words, before: Given, asker: str) -> Reply:
        """A rating of the last answer, as if its button had been pressed."""
        self.ratings.not_helpful(before.view.query_id, asker)
        words = f"{say(wording.WRONG)} {say(wording.WRONG_NEXT)}"
        return invitations.person_to_ask(say, self.contact, words)

    async def _narrowed(self, message: Message, before: Given, wanted: Other) -> Reply:
        """The last question again, for some kinds alone. Nothing found is no gap: the question
        itself may be answered well."""
        question = await again(self, message, before, only=wanted.only, top_k=MAX_RESULTS)
        return await self._ask(message, question, narrowed_to=wanted.called)

    def link(self, query_id: str, rank: int, url: str, resource: Resource) -> str:
        """What opens it; empty if nothing does."""
        return link_or_none(self.links, query_id, rank, url, resource) or ""

    async def _answer(self, message: Message, wanted: Wish) -> Reply:
        asker = self.ratings.asker(message.sender)
        question = Question(
            text=wanted.question,
            locale=_locale(message),
            asked_at=self.clock(),
            audience=await self.audience(message),
            channel_kind=message.channel_kind,
            context=None
            if message.by_button
            else await self.memory.previous_question(message.conversation_id, asker),
            top_k=MAX_RESULTS,  # no more than a card shows: many answers are remembered for long
            hits_each=1,
            leads=True,
        )
        return await self._ask(message, question, has_file=wanted.has_file)

    async def _ask(
        self,
        message: Message,
        question: Question,
        *,
        has_file: bool = False,
        narrowed_to: str = "",
        is_theirs: bool = True,
    ) -> Reply:
        asker = self.ratings.asker(message.sender)
        answer = await self.answerer.answer(question)
        if narrowed_to and not answer.results:
            return Reply(
                without_links(
                    wording.none_on(words_for(message.locale), narrowed_to, one_line(question.text))
                )
            )
        query_id = self.new_id()
        links = tuple(
            self.link(query_id, result.rank, result.url, result.resource)
            for result in answer.results[:MAX_RESULTS]
        )
        view, card = fitted(
            ShownAnswer(
                query_id,
                answer,
                links,
                self.contact,
                has_file,
                emergency_number=self.emergency_number,
                narrowed_to=narrowed_to,
                by_button=message.by_button,
                offers=()
                if answer.pinned
                else offers_for(answer, len(links), private=message.private),
                tag=tag_of(answer),
                asks=answer.leads[:MAX_ASKS],
                inner_links=signed(answer.results[0], query_id, self.links) if links else (),
                private=message.private,
                picture=card_picture_of(self.links, answer.results[0]) if links else "",
            )
        )
        thread = message.conversation_id
        self.memory.remember(Given(view, chat_of(thread), asker), thread if is_theirs else None)
        return Reply(
            text=without_links(spoken(view)),
            card=card,
            query_id=query_id,
        )

    def _invitation(self, say: Words, opening: str) -> Reply:
        return invitations.invitation(say, opening, self.examples())

    def _introduction(self, say: Words, heading: str) -> Reply:
        return invitations.introduction(say, say(heading), self.examples(), self.contact)

    async def audience(self, message: Message) -> frozenset[str]:
        """In a shared chat everybody reads the answer, so it is for everyone or not shown; unless
        the asker alone sees it."""
        if message.channel_kind is not ChannelKind.PERSONAL and not message.private:
            return frozenset({EVERYONE})
        return await self.audiences.audience(message.sender)

    def _unanswered(self, message: Message, wanted: Wish | Other, delivery: DeliveryStatus) -> None:
        """Questions count, and so does what was taken for none because of its length or words."""
        if wanted.is_question:
            asked_for = Question(
                message.text,
                locale=_locale(message),
                asked_at=self.clock(),
                channel_kind=message.channel_kind,
            )
            asker = self.ratings.asker(message.sender)
            self.recorder.record(unanswered(self.new_id(), asked_for, asker, delivery))


def _locale(message: Message) -> str:
    return shorten(one_line(message.locale), _MAX_LOCALE_CHARS) or "en"
