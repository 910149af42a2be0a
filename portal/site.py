"""The portal as a whole: which pages there are, by how people are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from aiohttp import web
from aiohttp.typedefs import Middleware

from analytics.links import Links
from portal.home.home_pages import HomePages
from portal.host_check import host_check
from portal.library.video_pages import VideoPages
from portal.opening import Shelf, open_routes
from portal.own_data_page import OwnDataPage
from portal.pages import static_routes
from portal.pictures.page_pictures import PagePictures
from portal.preview import Library, preview_routes
from portal.resource.resource_pages import ResourcePages
from portal.search.search_api import SearchApi
from portal.search.search_page import SearchPage
from portal.search.suggestions import Served as Suggested
from portal.search.suggestions import Suggestions
from portal.visitors import Visitors, Who

# Teams shows a token of its own, and what watches health comes by address.
_WITHOUT_HOST = ("/api/messages", "/healthz", "/readyz")


class Pages(Who, Protocol):
    """How people are known, with pages to say so."""

    def routes(self, visitors: Visitors) -> list[web.RouteDef]:
        """What is to be added to the application."""


class Served(Shelf, Library, Suggested, Protocol):
    """What is served at this moment."""


@dataclass(frozen=True, slots=True)
class Site:
    """Links and their looks; if people are known by `pages`, the search page with what stands below
    it, and what is kept of somebody; and in development, with a `content_dir`, the preview of that
    folder. `origin` is this server's ("https://signpost.example.com")."""

    page: SearchPage
    own_data: OwnDataPage
    home: HomePages
    videos: VideoPages
    resources: ResourcePages
    links: Links
    served: Served
    origin: str
    pages: Pages | None
    content_dir: Path | None = None

    def routes(self) -> list[web.RouteDef]:
        """What is to be added to the application."""
        page, visitors = self.page, self.page.visitors
        has_search = self.pages is not None
        routes = [
            *static_routes(),
            *open_routes(self.links, page.recorder, self.served, visitors, search=has_search),
            *PagePictures(self.served, self.videos.media, self.links).routes(),
            *self.videos.routes(),  # cards link to them: where nobody is known, they say so
        ]
        if self.pages:
            routes += [*page.routes(), *self.home.routes(), *self.resources.routes()]
            routes += self.pages.routes(visitors)
            routes += self.own_data.routes(visitors)
            routes += SearchApi(page, Suggestions(self.served), self.origin).routes()
        if self.content_dir:
            routes += preview_routes(self.served, self.content_dir, visitors)
        return routes

    def middlewares(self) -> Sequence[Middleware]:
        """What looks at every request."""
        if self.pages is None:
            return []
        development = self.content_dir is not None
        exempt = () if development else _WITHOUT_HOST
        return [host_check(self.origin, development=development, exempt=exempt)]
