"""The portal's interface for other programs, and for browsers that add it as a search engine.

    GET /api/search           an answer
    GET /api/suggest          what somebody may be about to ask; `format=opensearch` for browsers
    GET /api/openapi.json     both described, as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.1)
    GET /opensearch.xml       the page as a search engine (OpenSearch 1.1, draft 6,
                              https://github.com/dewitt/opensearch)

Suggestions for browsers are of the form of the OpenSearch Suggestions extension 1.1: the words
typed, the suggestions, what each is about, and where it leads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from uuid import uuid4
from xml.sax.saxutils import escape, quoteattr

from aiohttp import web

from errors import SignpostError
from portal.languages import VARY, words_of
from portal.pages import SAFETY_HEADERS, STATIC_URLS
from portal.search.facets import COUNTED
from portal.search.filters import address, read_filters
from portal.search.search_page import (
    FEW,
    MAX_QUESTION,
    SearchPage,
    cannot_answer,
    question_line,
    to_json,
)
from portal.search.suggestions import Suggestion, Suggestions
from retrieval.questions.narrowing import ALL

OPENAPI = files("portal.search").joinpath("openapi.json").read_bytes()
_SUGGESTIONS = "application/x-suggestions+json"
_HOUR = {**SAFETY_HEADERS, "Cache-Control": "private, max-age=3600"}


@dataclass(frozen=True, slots=True)
class SearchApi:
    """What `page` answers, for programs. `origin` is this server's."""

    page: SearchPage
    suggestions: Suggestions
    origin: str

    def routes(self) -> list[web.RouteDef]:
        """What is to be added to the application. Descriptions tell nothing, so whoever asks gets
        them: a browser asks without its cookies."""
        known = self.page.visitors.require(api=True)
        return [
            web.get("/api/search", known(self.search)),
            web.get("/api/suggest", known(self.suggest)),
            web.get("/api/openapi.json", self.describe),
            web.get("/opensearch.xml", self.describe_engine),
        ]

    async def search(self, request: web.Request) -> web.Response:
        """`GET /api/search?q=...`, perhaps with filters and top_k -> `AnswerView` as JSON. Recorded
        only with `settled=1`."""
        text = question_line(request.query.get("q", ""))
        if not 0 < len(text) <= MAX_QUESTION:
            return to_json({"error": f"q takes a question of 1 to {MAX_QUESTION} characters"}, 400)
        top_k = request.query.get("top_k", str(FEW))
        if top_k not in {str(number) for number in range(1, COUNTED + 1)}:
            return to_json({"error": f"top_k takes a number from 1 to {COUNTED}"}, 400)
        try:
            only = read_filters(request.query)
        except ValueError as error:
            return to_json({"error": str(error)}, 400)
        try:
            found = await self.page.ask(request, text, uuid4().hex, only, int(top_k))
        except SignpostError as error:
            return cannot_answer(error)
        if request.query.get("settled") == "1":
            self.page.note(found)
        return to_json(found.view.to_json())

    async def suggest(self, request: web.Request) -> web.Response:
        """`GET /api/suggest?q=...` -> at most six suggestions, none for what is too long."""
        typed = question_line(request.query.get("q", ""))
        found: Sequence[Suggestion] = ()
        if len(typed) <= MAX_QUESTION:
            audience = await self.page.visitors.audience(request)
            try:
                found = await self.suggestions.suggest(typed, audience)
            except SignpostError as error:
                return cannot_answer(error)
        if request.query.get("format") != "opensearch":
            return to_json({"q": typed, "suggestions": [asdict(one) for one in found]})
        texts = [one.text for one in found]
        links = [f"{self.origin}{address(text, ALL)}" for text in texts]
        response = to_json([typed, texts, [one.about for one in found], links])
        response.content_type = _SUGGESTIONS
        return response

    async def describe(self, request: web.Request) -> web.Response:
        """`GET /api/openapi.json`."""
        return web.Response(body=OPENAPI, content_type="application/json", headers=_HOUR)

    async def describe_engine(self, request: web.Request) -> web.Response:
        """`GET /opensearch.xml`."""
        say = words_of(request)
        about = escape(say("Answers from validated resources"))
        page = quoteattr(f"{self.origin}/?q={{searchTerms}}")
        typed = quoteattr(f"{self.origin}/api/suggest?format=opensearch&q={{searchTerms}}")
        icon = f"{self.origin}{STATIC_URLS['signpost.svg']}"
        lines = (
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">',
            "<ShortName>Signpost</ShortName>",
            f"<Description>{about}</Description>",
            "<InputEncoding>UTF-8</InputEncoding>",
            f'<Image width="16" height="16" type="image/svg+xml">{icon}</Image>',
            f'<Url type="text/html" method="get" template={page}/>',
            f'<Url type="{_SUGGESTIONS}" method="get" template={typed}/>',
            "</OpenSearchDescription>",
        )
        return web.Response(
            text="\n".join(lines) + "\n",
            content_type="application/opensearchdescription+xml",
            headers={**_HOUR, "Vary": VARY},
        )
