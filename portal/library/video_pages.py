"""What there is to watch, and the page on which a recording plays.

    GET /videos             the library: by topic, length and tag
    GET /watch/{path}       one recording with its transcript; `#t=134` plays from that second
    GET /videos/{id}        one that is published elsewhere, or has a transcript alone
    GET /media/{id}         the recording itself, in the ranges that a player asks for
    GET /stills/{id}        a picture of it
    GET /captions/{id}.vtt  what is said in it
    GET /chapters/{id}.vtt  its chapters

What is not for whoever looks is as if it were not there, the file itself too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from portal.home.home_view import Item, open_link, shown_collections
from portal.languages import words_of
from portal.library.chapters import chapters_of
from portal.library.playing import Playing, playing
from portal.library.spoken import Line, captions, lines_of, web_vtt
from portal.library.video_shelf import shelf_of
from portal.pages import SAFETY_HEADERS, message_page, page
from portal.visitors import Visitors
from retrieval.answer import Question
from showing.ports import LinkMaker
from snapshot import formats
from snapshot.formats.format_row import Kind
from snapshot.media import Media
from snapshot.models import Passage, Resource, TimeRange
from snapshot.reading import Snapshot

_NEXT = 3
_NOTHING = "There is no such recording."


class Watched(Protocol):
    """What is served at this moment."""

    @property
    def snapshot(self) -> Snapshot: ...

    def resource(self, resource_id: str) -> Resource | None:
        """The resource of that id, whomever it is for; None if none is served."""

    def resources(self, question: Question) -> tuple[Resource, ...]:
        """All that the asker may see."""

    async def resource_at(self, url_path: str) -> tuple[Resource, Sequence[Passage]] | None:
        """The served resource whose url is that path on this server, with its passages."""


@dataclass(frozen=True, slots=True)
class Following:
    """What comes next: the places that stand behind a recording in the collection `title`, at
    `href`; without a title other recordings, those of its folder first."""

    items: tuple[Item, ...]
    title: str = ""
    href: str = ""
    language: str = ""


class SentFile(web.FileResponse):
    """A file that may be cut short while it is sent. aiohttp then sends what is left and keeps the
    connection, on which a player waits for the rest: so it is closed, and the player fails at once.
    """

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        inode, size = await asyncio.to_thread(self._look)
        writer = await super().prepare(request)
        found, left = await asyncio.to_thread(self._look)
        if found == inode and left < size:
            self.force_close()
        return writer

    def _look(self) -> tuple[int, int]:
        """Which file it is, and its bytes; zeros for none. What was replaced is sent to its end."""
        try:
            found = self._path.stat()
        except OSError:
            return 0, 0
        return found.st_ino, found.st_size


@dataclass(frozen=True, slots=True)
class VideoPages:
    """Plays recordings; those of the platforms and hosts in `plays_from`, too."""

    served: Watched
    media: Media
    links: LinkMaker
    visitors: Visitors
    plays_from: Collection[str] = ()

    def routes(self) -> list[web.RouteDef]:
        """What is to be added to the application."""
        known = self.visitors.require()
        return [
            web.get("/videos", known(self.show_library)),
            web.get("/videos/{id}", known(self.show_elsewhere)),
            web.get("/watch/{path:.+}", known(self.show_player)),
            web.get("/media/{id}", known(self.send_recording)),
            web.get("/stills/{id}", known(self.send_still)),
            web.get("/captions/{id}.vtt", known(self.send_captions)),
            web.get("/chapters/{id}.vtt", known(self.send_chapters)),
        ]

    async def show_library(self, request: web.Request) -> web.Response:
        """The library, perhaps only one topic, one tag, or what takes so many minutes at most."""
        seen = await self._seen(request)
        shelf = shelf_of(
            seen, *(request.query.get(name, "") for name in ("topic", "minutes", "tag"))
        )
        context = {
            "shelf": shelf,
            "opens": self._opens,
            "badge": self.visitors.badge(request),
        }
        return page(request, "videos.html", context, cache="private, no-cache")

    async def show_player(self, request: web.Request) -> web.Response:
        """The player with its transcript."""
        found = await self.served.resource_at(f"/watch/{request.match_info['path']}")
        if found is None or not await self._may_see(request, found[0]):
            return self._gone(request)
        resource = found[0]
        own = Playing(file=f"/media/{resource.id}", content_type=_content_type(resource))
        return await self._player(request, resource, own)

    async def show_elsewhere(self, request: web.Request) -> web.Response:
        """What is said in a recording that is published elsewhere, with its player where that is
        allowed, else the way there."""
        resource = self.served.resource(request.match_info["id"])
        if resource is None or resource.kind is not Kind.VIDEO:
            return self._gone(request)
        if not await self._may_see(request, resource):
            return self._gone(request)
        if resource.media:
            raise web.HTTPFound(resource.url)
        return await self._player(request, resource, playing(resource.url, self.plays_from))

    async def _player(self, request: web.Request, resource: Resource, how: Playing) -> web.Response:
        lines = await self._lines(resource)

        def opens_at(second: float) -> str:
            """Where the moment opens elsewhere; empty if no link leads there."""
            there = TimeRange(second, second)
            is_far = not resource.url.startswith("/") and resource.opens_at(there)
            return resource.url_at(there) if is_far or how.frame else ""

        is_far = not resource.url.startswith("/")
        context = {
            "resource": resource,
            "playing": how,
            "is_sound": how.content_type.startswith("audio/"),
            "opens": open_link(self.links, resource.url, resource) if is_far else "",
            "host": (urlsplit(resource.url).hostname or "").removeprefix("www."),
            "opens_at": opens_at,
            "lines": lines,
            "chapters": await asyncio.to_thread(chapters_of, lines),
            "following": await self._following(request, resource),
            "badge": self.visitors.badge(request),
        }
        response = page(request, "watch.html", context, cache="private, no-cache")
        response.headers["Content-Security-Policy"] = how.policy
        return response

    async def send_recording(self, request: web.Request) -> web.StreamResponse:
        """The file, or the range of it that the request names."""
        resource = await self._named(request)
        return self._sent(resource.media, _content_type(resource))

    async def send_still(self, request: web.Request) -> web.StreamResponse:
        """The picture."""
        return self._sent((await self._named(request)).still, "image/jpeg")

    async def send_captions(self, request: web.Request) -> web.Response:
        """What is said, as WebVTT."""
        return _web_vtt(captions(await self._lines(await self._named(request))))

    async def send_chapters(self, request: web.Request) -> web.Response:
        """The chapters, as WebVTT."""
        lines = await self._lines(await self._named(request))
        found = await asyncio.to_thread(chapters_of, lines)
        return _web_vtt(web_vtt((one.start_s, one.end_s, one.title) for one in found.listed))

    async def _lines(self, resource: Resource) -> list[Line]:
        """What is said in the recording, if it is still served."""
        snapshot = self.served.snapshot

        def look_up() -> list[Line]:
            ids = (one.id for one in snapshot.resources)
            number = next((n for n, name in enumerate(ids) if name == resource.id), None)
            return [] if number is None else lines_of(snapshot.passages_of(number))

        return await asyncio.to_thread(look_up)

    async def _named(self, request: web.Request) -> Resource:
        """The resource that the address names by its id, if whoever looks may see it."""
        resource = self.served.resource(request.match_info["id"])
        if resource is None or not await self._may_see(request, resource):
            raise web.HTTPNotFound(text=_NOTHING)
        return resource

    def _sent(self, name: str, content_type: str) -> web.StreamResponse:
        """The file of that name among recordings and stills."""
        path = self.media.path(name)
        if path is None:
            raise web.HTTPNotFound(text=_NOTHING)
        headers = {
            "Content-Type": content_type,
            "Cache-Control": "private, max-age=3600",
            "X-Content-Type-Options": "nosniff",
        }
        return SentFile(path, headers=headers)

    def _opens(self, resource: Resource) -> str:
        return resource.url if resource.media else f"/videos/{resource.id}"

    async def _seen(self, request: web.Request) -> tuple[Resource, ...]:
        audience = await self.visitors.audience(request)
        question = Question("", asked_at=datetime.now(UTC), audience=audience)
        return await asyncio.to_thread(self.served.resources, question)

    async def _following(self, request: web.Request, resource: Resource) -> Following:
        """What comes next for whoever looks."""
        seen = await self._seen(request)
        collections = shown_collections(
            self.served.snapshot.manifest.collections,
            seen,
            self.links,
            await self.visitors.audience(request),
            datetime.now(UTC).date(),
        )
        for one in collections:
            ids = [item.resource.id for item in one.items]
            places = one.items[ids.index(resource.id) + 1 :] if resource.id in ids else ()
            if items := tuple(item for item in places if item.resource.id != resource.id):
                collection = one.collection
                href = f"/collections/{collection.slug}"
                return Following(items[:_NEXT], collection.title, href, collection.language)
        others = [one for one in seen if one.kind is Kind.VIDEO and one.id != resource.id]
        folder = resource.path.rpartition("/")[0]
        nearest = sorted(others, key=lambda one: one.path.rpartition("/")[0] != folder)
        return Following(tuple(Item(one, self._opens(one)) for one in nearest[:_NEXT]))

    async def _may_see(self, request: web.Request, resource: Resource) -> bool:
        if not resource.validation.holds_on(datetime.now(UTC).date()):
            return False
        if not resource.only_for:
            return True
        return not (await self.visitors.audience(request)).isdisjoint(resource.audience)

    def _gone(self, request: web.Request) -> web.Response:
        say = words_of(request)
        return message_page(
            request,
            say("There is no such recording"),
            say("It may have been moved or withdrawn, or it is waiting for a review."),
            status=404,
            search=True,
            badge=self.visitors.badge(request),
        )


def _content_type(resource: Resource) -> str:
    found = formats.of(resource.media)
    return found.content_type if found else ""


def _web_vtt(text: str) -> web.Response:
    headers = {**SAFETY_HEADERS, "Cache-Control": "private, no-cache"}
    return web.Response(text=text, content_type="text/vtt", charset="utf-8", headers=headers)
