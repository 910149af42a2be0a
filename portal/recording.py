"""What the portal tells the query log: what people do, and not programs. No page fails for it."""

from __future__ import annotations

import re

import structlog
from aiohttp import web

from analytics.events import Event
from showing.ports import Recorder

log = structlog.get_logger(__name__)

# Programs that fetch a link to draw its preview, before or without anybody opening it. Teams'
# own calls itself "SkypeUriPreview Preview/0.5".
_PREVIEWERS = re.compile(r"preview|bot\b|crawler|spider|externalhit|embedly", re.IGNORECASE)
_PREFETCH_HEADERS = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
_PREFETCH = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)


def is_by_a_person(request: web.Request) -> bool:
    """Whether the request looks like somebody asking or following a link. Link scanners that pose
    as a browser cannot be told from one and count as people."""
    if request.method == "HEAD":
        return False
    if any(_PREFETCH.search(request.headers.get(name, "")) for name in _PREFETCH_HEADERS):
        return False
    return not _PREVIEWERS.search(request.headers.get("User-Agent", ""))


def record(recorder: Recorder, event: Event) -> None:
    """Hands the event over. Whatever goes wrong there, the person gets what they asked for."""
    try:
        recorder.record(event)
    except Exception:  # a recorder's bug must not become a failed page or redirect
        log.exception("portal.record_failed", event_type=type(event).__name__)
