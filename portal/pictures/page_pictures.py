"""`GET /pages/{token}`: a picture of the page on which an answer stands, or of the recording.

Whoever has the address may see it, as Teams' own servers fetch pictures for everybody. So there
are addresses only of what is for everyone, they are good for a week, and what has been withdrawn,
has expired or is for some people by now is no longer drawn; a cache may show it an hour longer.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog
from aiohttp import web
from cachetools import LRUCache, TTLCache

from analytics.links import STILL, Links
from errors import LinkError
from portal.opening import Shelf
from portal.pictures.draw_still import draw_still
from snapshot.formats.format_row import Kind
from snapshot.media import Media

log = structlog.get_logger(__name__)

_PROGRAM = Path(__file__).with_name("draw_page.py")
_LONGEST_S = 15.0
_AT_ONCE = 2
_REMEMBERED = 64  # pictures, of some 50 kB each
_FAILED_S = 300.0  # so long what could not be drawn is not tried again
_MOST_WAITING = 20


@dataclass(slots=True)
class PagePictures:
    """Draws pages aside, each in a process of its own. Lives on one event loop."""

    shelf: Shelf
    media: Media
    links: Links
    _drawn: LRUCache[tuple[str, int, str], bytes] = field(
        default_factory=lambda: LRUCache(_REMEMBERED)
    )
    _failed: TTLCache[tuple[str, int, str], bool] = field(
        default_factory=lambda: TTLCache(_REMEMBERED, _FAILED_S)
    )
    _waiting: int = 0
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    def routes(self) -> list[web.RouteDef]:
        """What is to be added to the application."""
        return [web.get("/pages/{token}", self.send)]

    async def send(self, request: web.Request) -> web.Response:
        """The picture as a PNG; 404 with a line of text if there is none, 503 if too many wait."""
        try:
            resource_id, number, sentence = self.links.read_picture(request.match_info["token"])
        except LinkError as error:
            log.info("picture.refused", reason=str(error))
            return _none()
        resource = self.shelf.resource(resource_id)
        if resource is None or resource.only_for:
            return _none()
        if not resource.validation.holds_on(datetime.now(UTC).date()):
            return _none()
        if number == STILL and resource.kind is Kind.VIDEO:
            name = resource.still
            drawing = partial(_drawn_still, self.media.path(name), resource.duration_minutes)
        elif file := self.media.path(resource.pages):
            name = resource.pages
            drawing = partial(_draw, file, number, sentence)
        else:
            return _none()
        key = name, number, sentence or str(resource.duration_minutes)
        if key not in self._drawn:
            if self._waiting >= _MOST_WAITING:
                return _none(503)
            await self._try(key, drawing)
        if key not in self._drawn:
            return _none()
        headers = {
            "Cache-Control": "public, max-age=3600",
            "X-Content-Type-Options": "nosniff",
            "X-Robots-Tag": "noindex",
        }
        content_type = "image/jpeg" if number == STILL else "image/png"
        return web.Response(body=self._drawn[key], content_type=content_type, headers=headers)

    async def _try(
        self, key: tuple[str, int, str], drawing: Callable[[], Awaitable[bytes]]
    ) -> None:
        """Draws it once it is its turn, unless somebody else has, or it failed lately."""
        self._waiting += 1
        try:
            async with self._turn:
                if key in self._drawn or key in self._failed:
                    return
                if drawn := await drawing():
                    self._drawn[key] = drawn
                else:
                    self._failed[key] = True
        finally:
            self._waiting -= 1


async def _drawn_still(still: Path | None, minutes: int | None) -> bytes:
    """The picture of a recording; its still was made by the build and may be opened here. One that
    is damaged is as if there were none."""
    try:
        return await asyncio.to_thread(draw_still, still, minutes)
    except OSError as error:
        log.warning("picture.not_drawn", file=still and still.name, reason=str(error)[:200])
        return await asyncio.to_thread(draw_still, None, minutes)


async def _draw(file: Path, number: int, sentence: str) -> bytes:
    """The picture; empty if there is none, which is logged."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        str(_PROGRAM),
        str(file),
        str(number),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_LONGEST_S):
            drawn, why = await process.communicate(sentence.encode())
    except TimeoutError:
        drawn, why = b"", b"it took too long"
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
    if not drawn or process.returncode:
        reason = why.decode(errors="replace").strip().rpartition("\n")[2]
        log.warning("picture.not_drawn", file=file.name, page=number, reason=reason[:200])
        return b""
    return drawn


def _none(status: int = 404) -> web.Response:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    text = "There is no such picture." if status == 404 else "Many pictures are being drawn."
    return web.Response(status=status, text=text, headers=headers)
