"""The search page: `GET /?q=...`.

`GET /?q=` draws the page; without JavaScript that is all there is. The page's script fetches the
same address as somebody types, with `typing=1`, and swaps the results in: one rendering for both.
Filters (`portal.search.filters`) narrow the question, `more=1` shows more than ten results, and
`again=1` with `query_id` shows what was asked before without asking it anew.

The query log keeps questions, not keystrokes. An answer shown while typing carries a query id
that is not recorded yet. Once the person pauses, presses Enter or turns to the results, the script
sends `POST /api/asked` with the question and that id; the question is answered again and recorded
under it, so nothing about half-typed words is held in the server. What this cannot tell: somebody
who pauses in the middle of a question has asked its first half, and a page that is closed within
the pause has asked nothing. A narrowed question that finds nothing is not recorded: filters without
a result are no gap in the content.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import structlog
from aiohttp import web

from analytics.events import DeliveryStatus, Event, Rated, RatingSource
from errors import Overloaded, SignpostError
from portal.forms import form_of
from portal.home.home_view import NO_HOME, HomeView
from portal.languages import locale_of, words_of
from portal.opening import is_by_a_person, record
from portal.pages import SAFETY_HEADERS, Way, message_page, page
from portal.search.answer_view import AnswerView, view_answer
from portal.search.facets import COUNTED, facets, without
from portal.search.filters import address, pairs_of, read_filters
from portal.visitors import PERSON, Visitors
from retrieval.answer import Answer, ChannelKind, Outcome, Question
from retrieval.pins.sensitive import sensitive
from retrieval.questions.narrowing import ALL, Narrowing
from showing.care import EMERGENCY_NUMBER
from showing.plain_text import shorten, tidy
from showing.ports import NOBODY, Answerer, Contact, LinkMaker, Pseudonymiser, Recorder
from showing.records import asked, unanswered
from snapshot.models import EVERYONE

log = structlog.get_logger(__name__)

MAX_QUESTION = 500  # characters
MAX_COMMENT = 1_000  # characters
ANONYMOUS = "anonymous"  # in development nobody need say who they are
RETRY_AFTER_S = 3  # by then the longest queue is answered
FEW = 10  # results at first
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")
_QUERY_ID = re.compile(r"[0-9a-f]{32}")


async def _empty_home(_: web.Request) -> HomeView:
    return NO_HOME


@dataclass(frozen=True, slots=True)
class Found:
    """An answer as it is shown, and what is to be recorded of it: nothing of a narrowed question
    that found nothing."""

    answer: Answer
    view: AnswerView
    event: Event | None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The page, which needs the routes of `portal.pages` as well. `examples` are questions to start
    with; `contact` is whom to ask if nothing validated answers; `home` gives what
    stands below the empty field."""

    answerer: Answerer
    recorder: Recorder
    links: LinkMaker
    visitors: Visitors
    pseudonymiser: Pseudonymiser
    examples: Callable[[], Sequence[str]] = tuple
    contact: Contact = NOBODY
    emergency_number: str = EMERGENCY_NUMBER
    home: Callable[[web.Request], Awaitable[HomeView]] = _empty_home

    def routes(self) -> list[web.RouteDef]:
        """What is to be added to the application."""
        return [
            web.get("/", self.visitors.require()(self.show_page)),
            web.post("/api/asked", self.visitors.require(api=True)(self.note_asked)),
            web.post("/rate", self.visitors.require()(self.rate)),
        ]

    async def show_page(self, request: web.Request) -> web.Response:
        """`GET /[?q=...]`. A person's question is recorded unless `typing=1` says that it may go
        on, or `again=1` that it was asked; then `query_id` names it, if it is in the log already
        and is only shown again."""
        text = question_line(request.query.get("q", ""))
        if len(text) > MAX_QUESTION:
            if is_by_a_person(request):
                self._missed(request, text, uuid4().hex, DeliveryStatus.REFUSED)
            return self._page(request, text[:MAX_QUESTION], problem="too_long", status=400)
        if not text:
            return self._page(request, "", home=await self.home(request))
        try:
            only = read_filters(request.query)
        except ValueError as error:
            told_why, clear_href = str(error), address(text, ALL)
            return self._page(
                request,
                text,
                problem="filters",
                status=400,
                filter_error=told_why,
                clear_href=clear_href,
            )
        typing = request.query.get("typing") == "1"
        known_id = _QUERY_ID.fullmatch(request.query.get("query_id", ""))
        is_shown_again = known_id is not None and request.query.get("again") == "1"
        query_id = known_id[0] if known_id and (typing or is_shown_again) else uuid4().hex
        counts = not typing and not is_shown_again and is_by_a_person(request)
        more = request.query.get("more") == "1"
        try:
            found = await self.ask(request, text, query_id, only, COUNTED if more else FEW)
            narrowed = await self._facets(found.answer, query_id)
        except SignpostError as error:
            problem = "busy" if isinstance(error, Overloaded) else "unavailable"
            if counts:
                self._missed(request, text, query_id, _became(error))
            return told(error, self._page(request, text, problem=problem, status=503))
        if counts:
            self.note(found)
        return self._page(request, text, found.view, **narrowed)

    async def note_asked(self, request: web.Request) -> web.Response:
        """`POST /api/asked` with the form fields q, query_id and filters: the question shown under
        that id was meant. 204 once it is handed to the log."""
        form = await form_of(request)
        text, query_id = question_line(form.get("q", "")), form.get("query_id", "")
        if not 0 < len(text) <= MAX_QUESTION or not _QUERY_ID.fullmatch(query_id):
            return to_json({"error": "q takes a question, query_id 32 hexadecimal digits"}, 400)
        try:
            only = read_filters(form)
        except ValueError as error:
            return to_json({"error": str(error)}, 400)
        try:
            found = await self.ask(request, text, query_id, only)
        except SignpostError as error:
            self._missed(request, text, query_id, _became(error))
            return cannot_answer(error)
        self.note(found)
        return web.Response(status=204, headers=SAFETY_HEADERS)

    async def rate(self, request: web.Request) -> web.Response:
        """`POST /rate` with the form fields q, query_id, helpful ("1" or "0") and perhaps comment:
        what somebody thinks of an answer. A later judgement takes the place of an earlier one; of
        sensitive topics none is kept."""
        form = await form_of(request)
        text, query_id = question_line(form.get("q", "")), form.get("query_id", "")
        helpful = {"1": True, "0": False}.get(form.get("helpful", ""))
        say = words_of(request)
        if helpful is None or not _QUERY_ID.fullmatch(query_id) or len(text) > MAX_QUESTION:
            return message_page(
                request,
                say("That judgement could not be read"),
                say("Ask the question again, and choose one of the two buttons below the answer."),
                status=400,
                search=True,
                badge=self.visitors.badge(request),
            )
        comment = shorten(tidy(question_line(form.get("comment", ""))), MAX_COMMENT)
        if not sensitive(text, locale_of(request)):
            comment = "" if sensitive(comment, locale_of(request)) else comment
            source, now = RatingSource.PORTAL, datetime.now(UTC)
            rated = Rated(self._asker(request), helpful, source, now, query_id, comment=comment)
            record(self.recorder, rated)
        back = address(text, ALL, again="1", query_id=query_id)
        return message_page(
            request,
            say("Thank you"),
            say(
                "Your judgement is noted, without your name, for those who look after the content."
            ),
            status=200,
            ways=[Way(say("Back to the answer"), back)] if text else [],
            search=True,
            badge=self.visitors.badge(request),
        )

    async def ask(
        self,
        request: web.Request,
        text: str,
        query_id: str,
        only: Narrowing = ALL,
        top_k: int = FEW,
    ) -> Found:
        """The answer for whoever asks. Raises SignpostError if there can be none now."""
        audience = await self.visitors.audience(request)
        question = replace(_question(request, text, audience), only=only, top_k=top_k)
        answer = await self.answerer.answer(question)
        is_empty = bool(only) and answer.outcome is Outcome.NOTHING_VALIDATED
        event = asked(query_id, answer, answer.results, self._asker(request))
        view = view_answer(answer, query_id, self.links, self.contact, self.emergency_number)
        return Found(answer, view, None if is_empty else event)

    def note(self, found: Found) -> None:
        """Records that the question was asked."""
        if found.event is not None:
            record(self.recorder, found.event)

    async def _facets(self, answer: Answer, query_id: str) -> dict[str, Any]:
        """What the page says of filters."""
        question, only = answer.question, answer.question.only
        others = without(only)
        wider = await asyncio.gather(
            *(self.answerer.answer(replace(question, only=one)) for one in others.values())
        )
        found = dict(zip(others, (one.found for one in wider), strict=True))
        every = {field: found.get(field, answer.found) for field in Narrowing.__slots__}
        is_plain = not answer.sensitive and (bool(answer.results) or bool(only))
        has_more = len(answer.found) > len(answer.results) < COUNTED
        more = address(question.text, only, more="1", again="1", query_id=query_id)
        return {
            "facets": facets(question.text, only, every) if is_plain else (),
            "kept": pairs_of(only),
            "clear_href": address(question.text, ALL),
            "more_href": more if has_more and is_plain and answer.results else "",
        }

    def _missed(
        self, request: web.Request, text: str, query_id: str, became: DeliveryStatus
    ) -> None:
        """Records a question that got no answer."""
        event = unanswered(query_id, _question(request, text), self._asker(request), became)
        record(self.recorder, event)

    def _asker(self, request: web.Request) -> str:
        person = request[PERSON]
        if not person.object_id:
            return ANONYMOUS
        return self.pseudonymiser.pseudonym(person.tenant_id, person.object_id)

    def _page(
        self,
        request: web.Request,
        text: str,
        view: AnswerView | None = None,
        *,
        problem: str = "",
        status: int = 200,
        home: HomeView = NO_HOME,
        **narrowed: Any,
    ) -> web.Response:
        context = {
            "badge": self.visitors.badge(request),
            "contact_name": self.contact.name,
            "contact_url": self.contact.url,
            "max_question": MAX_QUESTION,
            "max_comment": MAX_COMMENT,
            "few": FEW,
            "examples": self.examples(),
            "q": text,
            "answer": view,
            "problem": problem,
            "home": home,
            "facets": (),
            "kept": (),
            "more_href": "",
            **narrowed,
        }
        return page(request, "search.html", context, status=status)


def _question(
    request: web.Request, text: str, audience: frozenset[str] = frozenset({EVERYONE})
) -> Question:
    return Question(
        text, locale=locale_of(request), audience=audience, channel_kind=ChannelKind.PORTAL
    )


def _became(error: SignpostError) -> DeliveryStatus:
    return DeliveryStatus.BUSY if isinstance(error, Overloaded) else DeliveryStatus.FAILED


def question_line(text: str) -> str:
    """The question on one line. No database takes NUL or half a surrogate pair, so both go."""
    return _CONTROL.sub(" ", text.encode("utf-8", "ignore").decode()).strip()


def cannot_answer(error: SignpostError) -> web.Response:
    """What another program is told that asked at a bad moment."""
    words = "the search cannot answer at the moment"
    if isinstance(error, Overloaded):
        words = f"many people are asking right now: ask again in {RETRY_AFTER_S} seconds"
    return told(error, to_json({"error": words}, 503))


def told(error: SignpostError, response: web.Response) -> web.Response:
    """The response, with when to come back if many people ask. Any other reason goes to the log;
    the queue itself logs that it is full."""
    if isinstance(error, Overloaded):
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    else:
        log.warning("portal.cannot_answer", reason=str(error))
    return response


def to_json(body: object, status: int = 200) -> web.Response:
    """A JSON response that nothing keeps."""
    return web.json_response(
        body, status=status, headers={**SAFETY_HEADERS, "Cache-Control": "no-store"}
    )
