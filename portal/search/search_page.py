"""The routes of the search page and of its JSON twin.

`GET /?q=` draws the page; without JavaScript that is all there is. The page's script fetches the
same address as somebody types, with `typing=1`, and swaps the results in: one rendering for both.

The query log keeps questions, not keystrokes. An answer shown while typing carries a query id
that is not recorded yet. Once the person pauses, presses Enter or turns to the results, the script
sends `POST /api/asked` with the question and that id; the question is answered again and recorded
under it, so nothing about half-typed words is held in the server. What this cannot tell: somebody
who pauses in the middle of a question has asked its first half, and a page that is closed within
the pause has asked nothing.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import uuid4

import structlog
from aiohttp import web

from analytics.events import DeliveryStatus, Event
from errors import Overloaded, SignpostError
from portal.home.home_view import NO_HOME, HomeView
from portal.opening import is_by_a_person, record
from portal.pages import SAFETY_HEADERS, page
from portal.search.answer_view import AnswerView, view_answer
from portal.visitors import PERSON, Visitors
from retrieval.answer import ChannelKind, Question
from showing.care import EMERGENCY_NUMBER
from showing.ports import NOBODY, Answerer, Contact, LinkMaker, Pseudonymiser, Recorder
from showing.records import asked, unanswered
from snapshot.models import EVERYONE

log = structlog.get_logger(__name__)

MAX_QUESTION = 500  # characters
ANONYMOUS = "anonymous"  # in development nobody need say who they are
RETRY_AFTER_S = 3  # by then the longest queue is answered
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")
_QUERY_ID = re.compile(r"[0-9a-f]{32}")
_LONGEST_LOCALE = 35  # RFC 5646, 4.4.1
_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


async def _empty_home(_: web.Request) -> HomeView:
    return NO_HOME


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
            web.get("/api/search", self.visitors.require(api=True)(self.search)),
            web.post("/api/asked", self.visitors.require(api=True)(self.note_asked)),
        ]

    async def show_page(self, request: web.Request) -> web.Response:
        """`GET /[?q=...]`. A person's question is recorded unless `typing=1` says that it may go
        on; then `query_id` names it, if it is in the log already and is only shown again."""
        text = question_line(request.query.get("q", ""))
        if len(text) > MAX_QUESTION:
            if is_by_a_person(request):
                self._missed(request, text, uuid4().hex, DeliveryStatus.REFUSED)
            return self._page(request, text[:MAX_QUESTION], problem="too_long", status=400)
        if not text:
            return self._page(request, "", home=await self.home(request))
        typing = request.query.get("typing") == "1"
        known_id = _QUERY_ID.fullmatch(request.query.get("query_id", "")) if typing else None
        query_id = known_id[0] if known_id else uuid4().hex
        try:
            event, view = await self._answer(request, text, query_id)
        except SignpostError as error:
            problem = "busy" if isinstance(error, Overloaded) else "unavailable"
            if not typing and is_by_a_person(request):
                self._missed(request, text, query_id, _became(error))
            return _told(error, self._page(request, text, problem=problem, status=503))
        if not typing and is_by_a_person(request):
            record(self.recorder, event)
        return self._page(request, text, view)

    async def search(self, request: web.Request) -> web.Response:
        """`GET /api/search?q=...` -> `AnswerView` as JSON. Recorded only with `settled=1`."""
        text = question_line(request.query.get("q", ""))
        if not 0 < len(text) <= MAX_QUESTION:
            return _json({"error": f"q takes a question of 1 to {MAX_QUESTION} characters"}, 400)
        try:
            event, view = await self._answer(request, text, uuid4().hex)
        except SignpostError as error:
            return _unanswered(error)
        if request.query.get("settled") == "1":
            record(self.recorder, event)
        return _json(view.to_json())

    async def note_asked(self, request: web.Request) -> web.Response:
        """`POST /api/asked` with the form fields q and query_id: the question shown under that
        id was meant. 204 once it is handed to the log."""
        form = await request.post()
        text, query_id = question_line(str(form.get("q", ""))), str(form.get("query_id", ""))
        if not 0 < len(text) <= MAX_QUESTION or not _QUERY_ID.fullmatch(query_id):
            return _json({"error": "q takes a question, query_id 32 hexadecimal digits"}, 400)
        try:
            event, _ = await self._answer(request, text, query_id)
        except SignpostError as error:
            self._missed(request, text, query_id, _became(error))
            return _unanswered(error)
        record(self.recorder, event)
        return web.Response(status=204, headers=SAFETY_HEADERS)

    async def _answer(
        self, request: web.Request, text: str, query_id: str
    ) -> tuple[Event, AnswerView]:
        """What the query log and what the person gets to know of the answer."""
        question = _question(request, text, await self.visitors.audience(request))
        answer = await self.answerer.answer(question)
        event = asked(query_id, answer, answer.results, self._asker(request))
        return event, view_answer(answer, query_id, self.links, self.contact, self.emergency_number)

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
    ) -> web.Response:
        context = {
            "badge": self.visitors.badge(request),
            "contact_name": self.contact.name,
            "contact_url": self.contact.url,
            "max_question": MAX_QUESTION,
            "examples": self.examples(),
            "q": text,
            "answer": view,
            "problem": problem,
            "home": home,
        }
        return page("search.html", context, status=status)


def _question(
    request: web.Request, text: str, audience: frozenset[str] = frozenset({EVERYONE})
) -> Question:
    return Question(
        text, locale=_locale(request), audience=audience, channel_kind=ChannelKind.PORTAL
    )


def _became(error: SignpostError) -> DeliveryStatus:
    return DeliveryStatus.BUSY if isinstance(error, Overloaded) else DeliveryStatus.FAILED


def question_line(text: str) -> str:
    """The question on one line. No database takes NUL or half a surrogate pair, so both go."""
    return _CONTROL.sub(" ", text.encode("utf-8", "ignore").decode()).strip()


def _locale(request: web.Request) -> str:
    """The language that the browser asks for first, "en" if it says none."""
    first = request.headers.get("Accept-Language", "").partition(",")[0].partition(";")[0].strip()
    return first if len(first) <= _LONGEST_LOCALE and _LOCALE.fullmatch(first) else "en"


def _unanswered(error: SignpostError) -> web.Response:
    words = "the search cannot answer at the moment"
    if isinstance(error, Overloaded):
        words = f"many people are asking right now: ask again in {RETRY_AFTER_S} seconds"
    return _told(error, _json({"error": words}, 503))


def _told(error: SignpostError, response: web.Response) -> web.Response:
    """The response, with when to come back if many people ask. Any other reason goes to the log;
    the queue itself logs that it is full."""
    if isinstance(error, Overloaded):
        response.headers["Retry-After"] = str(RETRY_AFTER_S)
    else:
        log.warning("portal.cannot_answer", reason=str(error))
    return response


def _json(body: dict[str, object], status: int = 200) -> web.Response:
    return web.json_response(
        body, status=status, headers={**SAFETY_HEADERS, "Cache-Control": "no-store"}
    )
