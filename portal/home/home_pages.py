"""`GET /collections/{slug}`, and what the page without a question shows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from aiohttp import web

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

LOOK_AFTER_CONTENT = frozenset({Role.EDITOR, Role.ADMIN})


class Served(Protocol):
    """What is served at this moment."""

    @property
    def snapshot(self) -> Snapshot: ...

    def resources(self, question: Question) -> tuple[Resource, ...]:
        """All that the asker may see."""


@dataclass(frozen=True, slots=True)
class HomePages:
    """Shows people what there is for them before they ask. `popular` gives the ids of what is
    opened most."""

    served: Served
    links: LinkMaker
    visitors: Visitors
    popular: Callable[[], Awaitable[Sequence[str]]]

    def routes(self) -> list[web.RouteDef]:
        """What is to be added to the application."""
        return [web.get("/collections/{slug}", self.visitors.require()(self.show_collection))]

    async def view(self, request: web.Request) -> HomeView:
        """What stands below the search field for whoever looks."""
        audience = await self.visitors.audience(request)
        keeps = not LOOK_AFTER_CONTENT.isdisjoint(request[PERSON].roles)
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
            )

        return await asyncio.to_thread(draw)

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


def _question(audience: frozenset[str]) -> Question:
    return Question("", asked_at=datetime.now(UTC), audience=audience)
