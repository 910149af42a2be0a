"""`GET /o/{token}`: opens a result by its signed link, and records that it was opened."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import structlog
from aiohttp import web

from analytics.events import Event, Opened
from errors import LinkError
from portal.pages import message_page
from portal.protocols import LinkReader, Recorder

log = structlog.get_logger(__name__)

# Programs that fetch a link to draw its preview, before or without anybody opening it. Teams'
# own calls itself "SkypeUriPreview Preview/0.5".
_PREVIEWERS = re.compile(r"preview|bot\b|crawler|spider|externalhit|embedly", re.IGNORECASE)
_PREFETCH_HEADERS = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


def open_routes(links: LinkReader, recorder: Recorder) -> list[web.RouteDef]:
    """The route that every link of a card and of the page goes through."""

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
        if opened_by_a_person(request):
            record(recorder, Opened(target.query_id, target.rank, datetime.now(UTC)))
        return web.Response(
            status=302,
            headers={
                "Location": target.url,
                "Cache-Control": "no-store",
                "Referrer-Policy": "no-referrer",
                "X-Content-Type-Options": "nosniff",
                "X-Robots-Tag": "noindex, nofollow",
            },
        )

    return [web.get("/o/{token}", open_result)]


def opened_by_a_person(request: web.Request) -> bool:
    """Whether the request looks like somebody following the link. Link scanners that pose as a
    browser cannot be told from one and count as opened."""
    if request.method != "GET":
        return False
    if any(
        word in request.headers.get(name, "").lower()
        for name in _PREFETCH_HEADERS
        for word in ("prefetch", "prerender", "preview")
    ):
        return False
    return not _PREVIEWERS.search(request.headers.get("User-Agent", ""))


def record(recorder: Recorder, event: Event) -> None:
    """Hands the event over. Whatever goes wrong there, the person gets what they asked for."""
    try:
        recorder.record(event)
    except Exception:  # a recorder's bug must not become a failed page or redirect
        log.exception("portal.record_failed", event_type=type(event).__name__)
