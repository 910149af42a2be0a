"""Wishes about what was asked before, or about all there is: the next results, a list of videos."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from analytics.links import NO_RESULT
from bots import invitations, wording
from bots.actions import Offer
from bots.cards import result_card
from bots.drawing.kept_answer import Given
from bots.drawing.shown import about_line, name_line, sentence_line, title_line
from bots.incoming.wishes import Other
from bots.memory import Memory
from bots.messages import Message, PressReply, Reply
from retrieval.answer import Answer, Outcome, Question
from retrieval.questions.narrowing import ALL, Narrowing
from showing.plain_text import one_line, shorten, without_links
from showing.ports import Answerer
from snapshot.formats.format_row import Kind
from snapshot.models import EVERYONE, Resource
from words.catalogue import words_for

_MORE = 5
_LISTED = 15
_BEST = 10  # resources: what comes after them has little to do with the question
_MOST_OFFERS = 2  # with the button that opens, two that rate, and the one for more: six


class Talk(Protocol):
    """What of a conversation is needed here."""

    @property
    def answerer(self) -> Answerer: ...
    @property
    def memory(self) -> Memory: ...
    @property
    def resources(self) -> Callable[[Question], Sequence[Resource]]: ...
    @property
    def new_id(self) -> Callable[[], str]: ...
    @property
    def clock(self) -> Callable[[], datetime]: ...

    async def audience(self, message: Message) -> frozenset[str]:
        """Whom the reply is for."""

    def link(self, query_id: str, rank: int, url: str, resource: Resource) -> str:
        """What opens it; empty if nothing does."""


async def again(talk: Talk, message: Message, before: Given, **changes: Any) -> Question:
    """The last question, asked now and by who asks now."""
    now: dict[str, Any] = {"asked_at": talk.clock(), "audience": await talk.audience(message)}
    return replace(before.view.answer.question, **(now | changes))


_NARROWED = {
    Offer.VIDEOS: Narrowing(kinds=frozenset({Kind.VIDEO.value})),
    Offer.DOCUMENTS: Narrowing(kinds=frozenset({Kind.DOCUMENT.value})),
    Offer.SHORT: Narrowing(max_minutes=5),
}


def narrowing_of(offer: Offer, tag: str) -> Narrowing:
    """The resources that the offer is about; `tag` is the one that the card names."""
    return _of_tag(tag) if offer is Offer.TAG and tag else _NARROWED.get(offer, ALL)


def tag_of(answer: Answer) -> str:
    """The tag that most of the best found have, if more than one has it and not all."""
    best = answer.found[:_BEST]
    spelt = {tag.casefold(): one_line(tag) for one in reversed(best) for tag in one.tags}
    counts = {tag: sum(map(_of_tag(tag).takes, best)) for tag in sorted(spelt)}
    telling = [tag for tag, count in counts.items() if 1 < count < len(best)]
    return spelt[max(telling, key=counts.__getitem__)] if telling else ""


def _of_tag(tag: str) -> Narrowing:
    return Narrowing(tags=frozenset({tag.casefold()}))


def offers_for(answer: Answer, shown: int, *, private: bool = False) -> tuple[Offer, ...]:
    """What leads on from an answer of which so many resources are `shown`: what some, and not all,
    of the best found are, and that there are more. What was narrowed leads back. What is `private`
    can be shared if everyone may see it."""
    is_open = private and shown and not answer.results[0].resource.only_for
    share = [Offer.SHARE] if is_open else []
    if answer.question.only:
        return (Offer.ALL, *share)
    best = answer.found[:_BEST]
    fitting = {offer: sum(map(only.takes, best)) for offer, only in _NARROWED.items()}
    # A follow-up has a button of its own that leads out of it.
    most = _MOST_OFFERS - bool(answer.earlier) - len(share)
    offers = [offer for offer, count in fitting.items() if 0 < count < len(best)]
    offers = [*offers, *([Offer.TAG] if tag_of(answer) else [])][:most]
    return (*offers, *([Offer.MORE] if len(best) > shown else []), *share)


async def shared(talk: Talk, message: Message, before: Given) -> PressReply:
    """Shows everybody the first result of an answer that its asker alone saw, if everyone may see
    it: as a card that is put into a message, without the question, and opened by nobody in
    particular (docs/adr/0030, docs/adr/0033)."""
    say, view = words_for(message.locale), before.view
    if not view.private or not view.results:
        return PressReply(say(wording.PRESS_UNKNOWN))
    question = await again(talk, message, before, audience=frozenset({EVERYONE}), top_k=1)
    answer = await talk.answerer.answer(question)
    [result] = answer.results or (None,)
    if result is None or result.resource.id != view.results[0].resource.id:
        return PressReply(say(wording.NOT_SHARED))
    link = talk.link(view.query_id, NO_RESULT, result.url, result.resource)
    certain = answer.outcome is Outcome.ANSWERED
    lead = wording.shared_by(say, name_line(message.sender.name))
    card = result_card(say, result, link, (), certain=certain, lead=lead)
    said = without_links(f"{lead} {title_line(result)}. {sentence_line(result)}")
    return PressReply(say(wording.SHARED), message=Reply(said, card, for_all=True))


async def more(talk: Talk, message: Message, before: Given) -> Reply:
    """The next results of the last question."""
    say = words_for(message.locale)
    seen = await talk.memory.seen(before)
    answer = await talk.answerer.answer(await again(talk, message, before, top_k=seen + _MORE))
    further = answer.results[seen:]
    if not further:
        return Reply(say(wording.NO_MORE))
    talk.memory.remember_seen(before, seen + len(further))
    query_id = before.view.query_id
    shown = [
        (
            title_line(one),
            about_line(say, one),
            talk.link(query_id, one.rank, one.url, one.resource),
        )
        for one in further
    ]
    return invitations.list_reply(say, wording.more_on(say, before.view.question), shown)


async def listed(talk: Talk, message: Message, wanted: Other) -> Reply:
    """Resources of those kinds, as the asker may see them."""
    say = words_for(message.locale)
    asked = Question("", asked_at=talk.clock(), audience=await talk.audience(message))
    found = talk.resources(replace(asked, only=wanted.only))
    if not found:
        return Reply(wording.none_of(say, wanted.called))
    query_id, shown = talk.new_id(), found[:_LISTED]
    items = [
        (
            shorten(one_line(one.title), invitations.MAX_EXAMPLE_CHARS),
            wording.about(say, one.kind, one.duration_minutes, ""),
            talk.link(query_id, rank, one.url, one),
        )
        for rank, one in enumerate(shown, start=1)
    ]
    note = wording.first_of(say, len(shown), len(found)) if len(found) > len(shown) else ""
    return invitations.list_reply(say, wording.all_of(say, wanted.called, len(found)), items, note)
