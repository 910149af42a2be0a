"""`GET /o/{token}`: the way of every link on a card or a page, and who may take it.

A link to what everyone sees opens for whoever has it. One to what is for certain people asks who it
is, also if that was decided after the link was made. Somebody it is not for gets the same page as
for something that is gone: neither tells that there is anything.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import quote

import structlog
from aiohttp import web

from analytics.events import Event, Opened
from analytics.links import NO_RESULT, Links
from errors import LinkError, LinkExpired
from identity.person import Person
from portal.languages import words_of
from portal.pages import message_page
from portal.visitors import Visitors, contact_way
from showing.ports import Recorder
from snapshot.models import Resource

log = structlog.get_logger(__name__)

_KEPT = "".join(chr(code) for code in range(0x21, 0x7F))  # escapes that are there stay as they are
# Programs that fetch a link to draw its preview, before or without anybody opening it. Teams'
# own calls itself "SkypeUriPreview Preview/0.5".
_PREVIEWERS = re.compile(r"preview|bot\b|crawler|spider|externalhit|embedly", re.IGNORECASE)
_PREFETCH_HEADERS = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
_PREFETCH = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)


class Shelf(Protocol):
    """What is served at this moment."""

    def resource(self, resource_id: str) -> Resource | None:
        """The resource of that id, whomever it is for; None if none is served."""


def open_routes(
    links: Links, recorder: Recorder, shelf: Shelf, visitors: Visitors, *, search: bool = False
) -> list[web.RouteDef]:
    """The route. Only what opens a result is recorded. `search` says that there is a search page
    to ask again on."""

    async def open_result(request: web.Request) -> web.Response:
        try:
            target = links.read(request.match_info["token"])
        except LinkError as error:
            log.info("link.refused", reason=str(error))
            return _broken(request, error, links.days, search=search)
        resource = shelf.resource(target.resource_id) if target.resource_id else None
        if bool(resource.only_for) if resource else target.restricted:
            person = await visitors.who.person(request)
            if person is None:
                return visitors.who.ask(request)
            audience = await visitors.audiences.audience(person)
            if resource is None or audience.isdisjoint(resource.audience):
                return _closed(request, visitors, person, search=search)
        if target.rank != NO_RESULT and is_by_a_person(request):
            record(recorder, Opened(target.query_id, target.rank, datetime.now(UTC)))
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


def is_by_a_person(request: web.Request) -> bool:
    """Whether the request looks like somebody asking or following a link. Link scanners that pose
    as a browser cannot be told from one and count as people."""
    if request.method == "HEAD":
        return False
    if any(_PREFETCH.search(request.headers.get(name, "")) for name in _PREFETCH_HEADERS):
        return False
    return not _PREVIEWERS.search(request.headers.get("User-Agent", ""))


def _broken(request: web.Request, error: LinkError, days: int, *, search: bool) -> web.Response:
    say = words_of(request)
    if isinstance(error, LinkExpired):
        title = say("This link has expired")
        since = say(
            "Links open for {days} days, so that what has changed is not opened.", days=str(days)
        )
    else:
        title = say("This link does not work")
        since = say("It was cut short or changed, or was made by an earlier release.")
    again = say("Ask the question again: the new answer brings a new link.")
    return message_page(request, title, f"{since} {again}", status=400, search=search)


def _closed(
    request: web.Request, visitors: Visitors, person: Person, *, search: bool
) -> web.Response:
    say = words_of(request)
    return message_page(
        request,
        say("This link opens nothing for you"),
        say(
            "What it led to is no longer served, or is for others. Ask your question again: the "
            "answer shows what there is for you."
        ),
        status=404,
        search=search,
        ways=contact_way(say, visitors.contact),
        badge=visitors.who.badge(say, person),
    )


def record(recorder: Recorder, event: Event) -> None:
    """Hands the event over. Whatever goes wrong there, the person gets what they asked for."""
    try:
        recorder.record(event)
    except Exception:  # a recorder's bug must not become a failed page or redirect
        log.exception("portal.record_failed", event_type=type(event).__name__)
