"""`GET /o/{token}`: opens a result by its signed link, and records that it was opened."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

import structlog
from aiohttp import web

from analytics.events import Opened
from analytics.links import Links
from errors import LinkError
from portal.pages import message_page
from portal.recording import is_by_a_person, record
from showing.ports import Recorder

_KEPT = "".join(chr(code) for code in range(0x21, 0x7F))  # escapes that are there stay as they are

log = structlog.get_logger(__name__)


def open_routes(links: Links, recorder: Recorder) -> list[web.RouteDef]:
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
        if is_by_a_person(request):
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
