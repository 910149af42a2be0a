"""`GET /collections/{slug}`, and what the page without a question shows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from aiohttp import web

from analytics.problem_reports import Problem
from errors import LogError
from identity.person import Role
from portal.home.home_view import HomeView, ShownCollection, home_view, shown_collections
from portal.languages import words_of
from portal.pages import message_page, page
from portal.visitors import PERSON, Visitors
from retrieval.answer import Question
from showing.ports import LinkMaker
from snapshot.manifest import Collection
from snapshot.models import Resource
from snapshot.reading import Snapshot

_LOOK_AFTER_CONTENT = frozenset({Role.EDITOR, Role.ADMIN})
_REPORTED_FOR = timedelta(days=90)
_MOST_REPORTS = 500

log = structlog.get_logger(__name__)


class Served(Protocol):
    """What is served at this moment."""

    @property
    def snapshot(self) -> Snapshot: ...

    def resources(self, question: Question) -> tuple[Resource, ...]:
        """All that the asker may see."""


@dataclass(frozen=True, slots=True)
class HomePages:
    """Shows people what there is for them before they ask. `popular` gives the ids of what is
    opened most, `problems` what was reported to be wrong since a moment, the latest first,
    so many at most."""

    served: Served
    links: LinkMaker
    visitors: Visitors
    popular: Callable[[], Awaitable[Sequence[str]]]
    problems: Callable[[datetime, int], Awaitable[Sequence[Problem]]]

    def routes(self) -> list[web.RouteDef]:
        """What is to be added to the application."""
        return [web.get("/collections/{slug}", self.visitors.require()(self.show_collection))]

    async def view(self, request: web.Request) -> HomeView:
        """What stands below the search field for whoever looks."""
        audience = await self.visitors.audience(request)
        keeps, problems = looks_after_content(request), await self.reported(request)
        popular = await self.popular()

        def draw() -> HomeView:
            question = _question(audience)
            seen, collections = self._seen(question)
            today = question.asked_at.date()
            return home_view(
                seen,
                collections,
                self.links,
                audience,
                today,
                looks_after_content=keeps,
                popular=popular,
                problems=problems,
            )

        return await asyncio.to_thread(draw)

    async def reported(self, request: web.Request) -> Sequence[Problem]:
        """What was reported in the last 90 days, for those who look after content; nothing for
        others, or while the log is away."""
        if not looks_after_content(request):
            return ()
        try:
            return await self.problems(datetime.now(UTC) - _REPORTED_FOR, _MOST_REPORTS)
        except LogError as error:
            log.warning("home.problems_away", error=str(error))
            return ()

    async def show_collection(self, request: web.Request) -> web.Response:
        """One collection. What is for others is as if it were not there."""
        audience = await self.visitors.audience(request)

        def find() -> ShownCollection | None:
            question = _question(audience)
            seen, collections = self._seen(question)
            named = [one for one in collections if one.slug == request.match_info["slug"]]
            shown = shown_collections(named, seen, self.links, audience, question.asked_at.date())
            return shown[0] if shown else None

        found = await asyncio.to_thread(find)
        if found is None:
            say = words_of(request)
            return message_page(
                request,
                say("There is no such collection"),
                say("It may have been withdrawn, or is waiting for a review."),
                status=404,
                search=True,
                badge=self.visitors.badge(request),
            )
        context = {"shown": found, "badge": self.visitors.badge(request)}
        return page(request, "collection.html", context, cache="private, no-cache")

    def _seen(self, question: Question) -> tuple[Sequence[Resource], Sequence[Collection]]:
        return self.served.resources(question), self.served.snapshot.manifest.collections


def looks_after_content(request: web.Request) -> bool:
    """Whether whoever sends the request is an editor or an administrator."""
    return not _LOOK_AFTER_CONTENT.isdisjoint(request[PERSON].roles)


def _question(audience: frozenset[str]) -> Question:
    return Question("", asked_at=datetime.now(UTC), audience=audience)
