"""The routes of the search page, of its JSON twin and of every link to a result.

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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote
from uuid import uuid4

import structlog
from aiohttp import web

from analytics.events import Event, Opened
from analytics.links import NO_RESULT, Links
from errors import LinkError, Overloaded, SignpostError
from portal.pages import SAFETY_HEADERS, message_page, page
from portal.view import AnswerView, view_answer
from retrieval.answer import ChannelKind, Question
from showing.care import EMERGENCY_NUMBER
from showing.ports import NOBODY, Answerer, Contact, LinkMaker, Recorder
from showing.records import asked

log = structlog.get_logger(__name__)

MAX_QUESTION = 500  # characters
ANONYMOUS = "anonymous"  # nobody signs in yet
RETRY_AFTER_S = 3  # by then the longest queue is answered
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")
_QUERY_ID = re.compile(r"[0-9a-f]{32}")
_LONGEST_LOCALE = 35  # RFC 5646, 4.4.1
_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_KEPT = "".join(chr(code) for code in range(0x21, 0x7F))  # escapes that are there stay as they are

# Programs that fetch a link to draw its preview, before or without anybody opening it. Teams'
# own calls itself "SkypeUriPreview Preview/0.5".
_PREVIEWERS = re.compile(r"preview|bot\b|crawler|spider|externalhit|embedly", re.IGNORECASE)
_PREFETCH_HEADERS = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
_PREFETCH = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The page, which needs the routes of `portal.pages` as well. `examples` are questions to start
    with; `contact` is whom to ask if nothing validated answers."""

    answerer: Answerer
    recorder: Recorder
    links: LinkMaker
    examples: Callable[[], Sequence[str]] = tuple
    contact: Contact = NOBODY
    emergency_number: str = EMERGENCY_NUMBER

    def routes(self) -> list[web.RouteDef]:
        """What is to be added to the application."""
        return [
            web.get("/", self.show_page),
            web.get("/api/search", self.search),
            web.post("/api/asked", self.note_asked),
        ]

    async def show_page(self, request: web.Request) -> web.Response:
        """`GET /[?q=...]`. A person's question is recorded unless `typing=1` says that it may go
        on; then `query_id` names it, if it is in the log already and is only shown again."""
        text = question_line(request.query.get("q", ""))
        if len(text) > MAX_QUESTION:
            return self._page(text[:MAX_QUESTION], problem="too_long", status=400)
        if not text:
            return self._page("")
        typing = request.query.get("typing") == "1"
        known_id = _QUERY_ID.fullmatch(request.query.get("query_id", "")) if typing else None
        query_id = known_id[0] if known_id else uuid4().hex
        try:
            event, view = await self._answer(request, text, query_id)
        except SignpostError as error:
            problem = "busy" if isinstance(error, Overloaded) else "unavailable"
            return _told(error, self._page(text, problem=problem, status=503))
        if not typing and _is_by_a_person(request):
            _record(self.recorder, event)
        return self._page(text, view)

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
            _record(self.recorder, event)
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
            return _unanswered(error)
        _record(self.recorder, event)
        return web.Response(status=204, headers=SAFETY_HEADERS)

    async def _answer(
        self, request: web.Request, text: str, query_id: str
    ) -> tuple[Event, AnswerView]:
        """What the query log and what the person gets to know of the answer."""
        question = Question(text, locale=_locale(request), channel_kind=ChannelKind.PORTAL)
        answer = await self.answerer.answer(question)
        event = asked(query_id, answer, answer.results, ANONYMOUS)
        return event, view_answer(answer, query_id, self.links, self.contact, self.emergency_number)

    def _page(
        self, text: str, view: AnswerView | None = None, *, problem: str = "", status: int = 200
    ) -> web.Response:
        context = {
            "contact_name": self.contact.name,
            "contact_url": self.contact.url,
            "max_question": MAX_QUESTION,
            "examples": self.examples(),
            "q": text,
            "answer": view,
            "problem": problem,
        }
        return page("search.html", context, status=status)


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


def open_routes(links: Links, recorder: Recorder) -> list[web.RouteDef]:
    """The route that every link of a card and of the page goes through. Only what opens a result
    is recorded."""

    async def open_result(request: web.Request) -> web.Response:
        try:
            target = links.read(request.match_info["token"])
        except LinkError as error:
            log.info("link.refused", reason=str(error))
            return message_page(
                "This link does not work",
                "It was cut short, changed or has expired. Ask the question again: "
                "the new answer brings a new link.",
                status=400,
                search=False,
            )
        if target.rank != NO_RESULT and _is_by_a_person(request):
            _record(recorder, Opened(target.query_id, target.rank, datetime.now(UTC)))
        return web.Response(
            status=302,
            headers={
                "Location": quote(target.url, safe=_KEPT),
                "Cache-Control": "no-store",
                "Referrer-Policy": "no-referrer",
                "X-Content-Type-Options": "nosniff",
                "X-Robots-Tag": "noindex, nofollow",
            },
        )

    return [web.get("/o/{token}", open_result)]


def _is_by_a_person(request: web.Request) -> bool:
    """Whether the request looks like somebody asking or following a link. Link scanners that pose
    as a browser cannot be told from one and count as people."""
    if request.method == "HEAD":
        return False
    if any(_PREFETCH.search(request.headers.get(name, "")) for name in _PREFETCH_HEADERS):
        return False
    return not _PREVIEWERS.search(request.headers.get("User-Agent", ""))


def _record(recorder: Recorder, event: Event) -> None:
    """Hands the event over. Whatever goes wrong there, the person gets what they asked for."""
    try:
        recorder.record(event)
    except Exception:  # a recorder's bug must not become a failed page or redirect
        log.exception("portal.record_failed", event_type=type(event).__name__)
