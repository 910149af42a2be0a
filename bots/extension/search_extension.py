"""Finding a resource beside the compose box, from a message, and by a link.

What is inserted goes to everybody in the conversation, so a search there is over what is for
everyone (docs/adr/0030). A dialog is seen by one person and shows what is theirs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from heapq import nsmallest
from typing import Any, Protocol
from urllib.parse import unquote, urldefrag, urlsplit
from uuid import uuid4

from analytics.links import NO_RESULT, OpeningTarget
from bots import wording
from bots.cards import answer_card, fitted, result_card
from bots.drawing.plain_cards import person_card, resource_card
from bots.drawing.rating_part import Feedback
from bots.drawing.shown import ShownAnswer, about_line, sentence_line, title_line
from bots.extension import extension_invokes as invokes
from bots.extension.extension_invokes import ExtensionQuery, Insert, Invoked
from bots.extension.settling import Settling
from errors import LinkError, Overloaded
from identity.audiences import Audiences
from retrieval.answer import Answer, ChannelKind, Outcome, Question, Result
from showing.linked import signed
from showing.plain_text import one_line, shorten
from showing.ports import Answerer, Contact, LinkMaker, Pseudonymiser, link_or_none
from showing.records import asked
from snapshot.models import EVERYONE, Resource
from words.catalogue import Words, words_for

MAX_QUESTION_CHARS = 500
_LISTED = 10
_DEEPEST = 100  # nobody pages on, and each further one costs
_RESOURCES = "/resources/"
_NO_QUERY = "extension"


class LinkReader(LinkMaker, Protocol):
    """Makes links, and knows what they open."""

    def read(self, token: str) -> OpeningTarget:
        """What it opens. Raises LinkError."""


class Shelf(Protocol):
    """What is served at this moment."""

    def resources(self, question: Question) -> Sequence[Resource]:
        """All that the asker may see."""


@dataclass(frozen=True, slots=True)
class SearchExtension:
    """`popular` gives the ids of what is opened most; `origin` is this server's address."""

    answerer: Answerer
    settling: Settling
    links: LinkReader
    pseudonymiser: Pseudonymiser
    audiences: Audiences
    shelf: Shelf
    popular: Callable[[], Awaitable[Sequence[str]]]
    origin: str
    contact: Contact
    emergency_number: str
    new_id: Callable[[], str] = lambda: uuid4().hex

    async def answer(self, name: str, invoked: Invoked) -> dict[str, Any]:
        """The body that answers the invoke of that name, one of `INVOKES`. Raises what the
        answerer raises but for Overloaded."""
        say = words_for(invoked.locale)
        if not invokes.is_known(name, invoked.value):
            return invokes.told(name, say(wording.COMMAND_UNKNOWN))
        try:
            match name:
                case invokes.QUERY:
                    return await self._search(invokes.query(invoked.value), invoked)
                case invokes.FETCH:
                    return await self._about(invoked)
                case invokes.LINK:
                    return await self._unfurl(invokes.link(invoked.value), say)
        except Overloaded:
            return invokes.told(name, say(wording.BUSY))
        return {}  # whoever has not installed the app is shown nothing

    async def _search(self, query: ExtensionQuery, invoked: Invoked) -> dict[str, Any]:
        say, text = words_for(invoked.locale), one_line(query.text)
        if not text:
            return invokes.results(await self._to_begin_with(query, say))
        if len(text) > MAX_QUESTION_CHARS:
            return invokes.said(wording.too_long(say, MAX_QUESTION_CHARS))
        if query.skip >= _DEEPEST:
            return invokes.results([])
        question = self._question(text, invoked, frozenset({EVERYONE}))
        answer = await self.answerer.answer(replace(question, top_k=query.skip + query.count))
        query_id = self._note(answer, invoked)
        if answer.sensitive or answer.pinned:
            whole = [self._whole(answer, query_id, inserted=True)] if query.skip == 0 else []
            return invokes.results(whole)
        if answer.outcome is Outcome.NOTHING_VALIDATED:
            return invokes.said(wording.nothing(say, shorten(text, 80)))
        shown = answer.results[query.skip : query.skip + query.count]
        return invokes.results(await asyncio.to_thread(self._drawn, say, answer, shown, query_id))

    def _drawn(
        self, say: Words, answer: Answer, shown: Sequence[Result], query_id: str
    ) -> list[Insert]:
        """A card for each result. Takes a millisecond or two for each: it would hold the loop."""
        is_answered = answer.outcome is Outcome.ANSWERED
        found = []
        for result in shown:
            link = link_or_none(self.links, query_id, NO_RESULT, result.url, result.resource)
            certain = is_answered and result.rank == 1
            inner = signed(result, query_id, self.links)
            lead = f"{say(wording.ANSWERS_IT)} " if certain else ""
            preview = f"{lead}{sentence_line(result)} {wording.SEPARATOR} {about_line(say, result)}"
            card = result_card(say, result, link or "", inner, certain=certain)
            found.append(Insert(title_line(result), preview, card))
        return found

    async def _to_begin_with(self, query: ExtensionQuery, say: Words) -> list[Insert]:
        """What is opened most, then what was validated last."""
        order = {name: place for place, name in enumerate(await self.popular())}

        def best() -> list[Resource]:
            def by(one: Resource) -> tuple[int, int]:
                return order.get(one.id, len(order)), -one.validation.validated_on.toordinal()

            return nsmallest(_LISTED, self._seen(), key=by)

        shown = (await asyncio.to_thread(best))[query.skip : query.skip + query.count]
        return [self._inserted(say, one) for one in shown]

    def _seen(self) -> Sequence[Resource]:
        """What everyone may see now."""
        return self.shelf.resources(Question("", asked_at=datetime.now(UTC)))

    async def _about(self, invoked: Invoked) -> dict[str, Any]:
        """What answers the message from whose menu it was called."""
        say = words_for(invoked.locale)
        said = await asyncio.to_thread(invokes.message_text, invoked.value)
        text = shorten(one_line(said), MAX_QUESTION_CHARS)
        if not text:
            return invokes.dialog(
                wording.NAME, person_card(say, say(wording.NO_QUESTION), self.contact)
            )
        audience = await self.audiences.audience(invoked.sender)
        answer = await self.answerer.answer(self._question(text, invoked, audience))
        query_id = self._note(answer, invoked)
        whole = self._whole(answer, query_id, inserted=False)
        return invokes.dialog(wording.NAME, whole.card)

    async def _unfurl(self, url: str, say: Words) -> dict[str, Any]:
        """A resource that everyone may see, by a link of ours or its own address; nothing for any
        other link."""
        if (found := await asyncio.to_thread(self._opened, url)) is None:
            return {}
        inserted = self._inserted(say, *found)
        # https://github.com/MicrosoftDocs/msteams-docs/issues/7286: nothing newer is shown
        return invokes.results([replace(inserted, card={**inserted.card, "version": "1.3"})])

    def _opened(self, url: str) -> tuple[Resource, str] | None:
        """The resource behind an address, and the place in it. Looks at each: it may block."""
        try:
            parts = urlsplit(url)
        except ValueError:  # no address at all
            return None
        seen = self._seen()
        is_ours = f"{parts.scheme}://{parts.netloc}" == self.origin
        if is_ours and parts.path.startswith("/o/"):
            try:
                target = self.links.read(parts.path.removeprefix("/o/"))
            except LinkError:
                return None
            return next(((one, target.url) for one in seen if one.id == target.resource_id), None)
        if is_ours and parts.path.startswith(_RESOURCES):
            named = parts.path.removeprefix(_RESOURCES)
            return next(((one, one.url) for one in seen if one.id == named), None)
        address = url.removeprefix(self.origin) if is_ours else url
        bare = _comparable(address)
        return next(((one, address) for one in seen if _comparable(one.url) == bare), None)

    def _inserted(self, say: Words, resource: Resource, url: str = "") -> Insert:
        link = link_or_none(self.links, _NO_QUERY, NO_RESULT, url or resource.url, resource) or ""
        about = wording.about(say, resource.kind, resource.duration_minutes, "")
        title = shorten(one_line(resource.title), 120)
        return Insert(title, about, resource_card(say, resource, title, about, link))

    def _whole(self, answer: Answer, query_id: str, *, inserted: bool) -> Insert:
        """The answer's own card, as the conversation would draw it, without buttons. What is
        `inserted` is opened by others than who searched, and counts as nobody's opening."""
        links = tuple(
            link_or_none(
                self.links, query_id, NO_RESULT if inserted else one.rank, one.url, one.resource
            )
            or ""
            for one in answer.results[:3]
        )
        inner = signed(answer.results[0], query_id, self.links) if links else ()
        view, _ = fitted(
            ShownAnswer(
                query_id,
                answer,
                links,
                self.contact,
                emergency_number=self.emergency_number,
                inner_links=inner,
            )
        )
        card = answer_card(view, Feedback.NONE)
        return Insert(wording.NAME, str(card["speak"]), card)

    def _question(self, text: str, invoked: Invoked, audience: frozenset[str]) -> Question:
        return Question(
            text,
            locale=invoked.locale,
            asked_at=datetime.now(UTC),
            audience=audience,
            channel_kind=ChannelKind.COMPOSE,
            top_k=3,
            hits_each=1,
        )

    def _note(self, answer: Answer, invoked: Invoked) -> str:
        """Has the question recorded once it stands; its id."""
        person = invoked.sender
        asker = self.pseudonymiser.pseudonym(
            person.tenant_id, person.object_id or person.channel_id
        )
        query_id = self.new_id()
        event = asked(query_id, answer, answer.results, asker)
        self.settling.note(asker, answer.question.text, event)
        return query_id


def _comparable(url: str) -> str:
    """The same for each way in which one place's address is written; without the place in it."""
    return unquote(urldefrag(url).url)
