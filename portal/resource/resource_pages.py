"""`GET /resources/{id}`: one resource, before it is opened.

The address stays while the resource's own does, so it can be shared; whoever may not see the
resource gets the same page as for one that there is not. `POST /resources/{id}/problem` tells those
who look after it what is wrong.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from aiohttp import web

from analytics.problem_reports import Problem, ProblemReported
from portal.forms import form_of
from portal.home.home_pages import HomePages
from portal.home.home_view import Item, open_link, shown_collections
from portal.languages import words_of
from portal.opening import record
from portal.pages import Way, message_page, page
from portal.resource.resource_view import (
    PLACES_AT_FIRST,
    ResourceView,
    beginning_of,
    owner_way,
    places_of,
)
from portal.visitors import PERSON
from retrieval.answer import Question
from retrieval.pins.sensitive import sensitive
from retrieval.search import related
from showing.plain_text import one_line, shorten
from showing.ports import Pseudonymiser, Recorder
from snapshot.models import Resource
from snapshot.reading import Snapshot

MAX_PROBLEM = 1_000  # characters
_RELATED = 5
_MOST_REPORTS = 20


@dataclass(frozen=True, slots=True)
class ResourcePages:
    """Shows resources, to whom and from where `home` does. `asked_about` gives what colleagues ask
    that a resource of that id answers; `origin` is this server's."""

    home: HomePages
    recorder: Recorder
    pseudonymiser: Pseudonymiser
    asked_about: Callable[[str], Awaitable[Sequence[str]]]
    origin: str

    def routes(self) -> list[web.RouteDef]:
        """What is to be added to the application."""
        known = self.home.visitors.require()
        return [
            web.get("/resources/{id}", known(self.show)),
            web.post("/resources/{id}/problem", known(self.take_problem)),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """The page."""
        resource_id = request.match_info["id"]
        audience = await self.home.visitors.audience(request)
        seen = await self._seen(audience)
        if resource_id not in seen:
            return self._gone(request)
        asked = await self.asked_about(resource_id)
        reported = await self.home.reported(request)
        problems = [one for one in reported if one.resource_id == resource_id][:_MOST_REPORTS]
        snapshot = self.home.served.snapshot

        def draw() -> ResourceView | None:
            return self._view(snapshot, seen, resource_id, audience, asked, problems)

        view = await asyncio.to_thread(draw)
        if view is None:  # another snapshot is served since
            return self._gone(request)
        context = {
            "view": view,
            "page_url": self._page_url(resource_id),
            "places_at_first": PLACES_AT_FIRST,
            "max_problem": MAX_PROBLEM,
            "badge": self.home.visitors.badge(request),
        }
        return page(request, "resource.html", context, cache="private, no-cache")

    async def take_problem(self, request: web.Request) -> web.Response:
        """Keeps the form field `text`: what is wrong. What touches a sensitive topic is not kept:
        it would be read by those who look after content."""
        resource_id = request.match_info["id"]
        audience = await self.home.visitors.audience(request)
        resource = (await self._seen(audience)).get(resource_id)
        if resource is None:
            return self._gone(request)
        say = words_of(request)
        text = one_line((await form_of(request)).get("text", ""))
        if not text:
            empty, advice = say("Nothing was written"), say("Say in a few words what is wrong.")
            return self._told(request, empty, advice, resource, 400)
        if sensitive(text, resource.language) or sensitive(text, "en"):
            return self._told(
                request,
                say("That was not passed on"),
                say(
                    "It sounds as if it were about something personal, and many can read what is "
                    "reported here. Nothing of it was kept. Signpost names help if you ask it."
                ),
                resource,
            )
        person = request[PERSON]
        asker = self.pseudonymiser.pseudonym(person.tenant_id, person.object_id)
        text, now = shorten(text, MAX_PROBLEM), datetime.now(UTC)
        report = ProblemReported(uuid4().hex, now, asker, resource_id, resource.title, text)
        record(self.recorder, report)
        whom = resource.owner_name or say("those who look after the content")
        noted = say("It is noted for {whom}, without your name.", whom=whom)
        return self._told(request, say("Thank you"), noted, resource)

    def _view(
        self,
        snapshot: Snapshot,
        seen: dict[str, Resource],
        resource_id: str,
        audience: frozenset[str],
        asked: Sequence[str],
        problems: Sequence[Problem],
    ) -> ResourceView | None:
        numbers = {one.id: number for number, one in enumerate(snapshot.resources)}
        number = numbers.get(resource_id)
        if number is None:
            return None
        resource, passages = snapshot.resources[number], snapshot.passages_of(number)
        near = related(snapshot, number, [numbers[one] for one in seen if one in numbers], _RELATED)
        collections = shown_collections(
            snapshot.manifest.collections,
            tuple(seen.values()),
            self.home.links,
            audience,
            datetime.now(UTC).date(),
        )
        return ResourceView(
            resource=resource,
            open_url=open_link(self.home.links, resource.url, resource),
            owner=owner_way(resource, self._page_url(resource_id)),
            beginning=beginning_of(passages),
            places=places_of(resource, passages, self.home.links),
            related=tuple(Item(one, f"/resources/{one.id}") for one in near),
            collections=tuple(
                one
                for one in collections
                if any(item.resource.id == resource_id for item in one.items)
            ),
            asked=tuple(asked),
            problems=tuple(problems),
        )

    async def _seen(self, audience: frozenset[str]) -> dict[str, Resource]:
        question = Question("", asked_at=datetime.now(UTC), audience=audience)
        found = await asyncio.to_thread(self.home.served.resources, question)
        return {one.id: one for one in found}

    def _page_url(self, resource_id: str) -> str:
        return f"{self.origin}/resources/{resource_id}"

    def _told(
        self, request: web.Request, title: str, text: str, resource: Resource, status: int = 200
    ) -> web.Response:
        say = words_of(request)
        back = Way(say("Back to the resource"), f"/resources/{resource.id}")
        badge = self.home.visitors.badge(request)
        return message_page(
            request, title, text, status=status, search=True, ways=[back], badge=badge
        )

    def _gone(self, request: web.Request) -> web.Response:
        say = words_of(request)
        return message_page(
            request,
            say("There is no such resource"),
            say("It may have been moved or withdrawn, or it is waiting for a review."),
            status=404,
            search=True,
            badge=self.home.visitors.badge(request),
        )
