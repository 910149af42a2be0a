"""Requests must name this server as it is known, or a page elsewhere may be behind them.

A site can let its own name lead to 127.0.0.1 (DNS rebinding): the browser then takes our pages for
that site's. Such a request names the site in `Host`, and in `Origin` if it changes something.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from portal.languages import words_of
from portal.pages import message_page

log = structlog.get_logger(__name__)

MISDIRECTED = 421
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def host_check(origin: str, *, development: bool, exempt: Collection[str] = ()) -> Middleware:
    """A middleware that lets through what is sent to `origin`; in development also to this
    machine's own names, at the port at which it arrives. Paths in `exempt` are not checked."""

    @web.middleware
    async def checked(request: web.Request, handler: Handler) -> web.StreamResponse:
        hosts = {urlsplit(origin).netloc.lower()}
        if development:
            hosts |= {f"{name}:{_port(request)}" for name in _LOOPBACK}
        if request.path in exempt or _is_for(request, hosts):
            return await handler(request)
        log.warning("request.misdirected", path=request.path)
        say = words_of(request)
        return message_page(
            request,
            say("This is not the address of Signpost"),
            say(
                "It answers at {origin}. Whoever runs it: a reverse proxy must pass the Host "
                "header on as it comes.",
                origin=origin,
            ),
            status=MISDIRECTED,
        )

    return checked


def _is_for(request: web.Request, hosts: Collection[str]) -> bool:
    host, origin = request.headers.get("Host", "").lower(), request.headers.get("Origin")
    # Pages send "null" with forms of their own: whether those are ours is seen by `Visitors`.
    is_ours = origin is None or origin == "null" or urlsplit(origin).netloc.lower() == host
    return host in hosts and is_ours


def _port(request: web.Request) -> int | None:
    transport = request.transport
    name = transport.get_extra_info("sockname") if transport else None
    return name[1] if name else None
