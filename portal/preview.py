"""`GET /content/{path}`, for development only: the sample content without a server of its own.

What a browser shows is sent as it is, shut into a sandbox; of the rest, the passages are drawn as
a page. Only files of the content folder that are served as resources at that moment can be
reached.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Protocol

from aiohttp import web

from portal.languages import words_of
from portal.pages import FRAME_ANCESTORS, message_page, page
from portal.visitors import Visitors
from snapshot import formats
from snapshot.formats.format_row import Format
from snapshot.models import Locator, Page, Passage, Resource, Slide, TimeRange, clock
from snapshot.packed.members import read_member

# Scripts of the content never run, and the page has an origin of its own, which is nobody's.
_SANDBOX = "; ".join(
    (
        "sandbox allow-popups allow-popups-to-escape-sandbox",
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "form-action 'none'",
        "base-uri 'none'",
        FRAME_ANCESTORS,
    )
)


class Library(Protocol):
    """The resources that are served at this moment, with what the index knows of them."""

    async def resource_at(self, url_path: str) -> tuple[Resource, Sequence[Passage]] | None:
        """The served resource whose url is that path on this server, percent-decoded, with its
        passages in reading order."""


def preview_routes(library: Library, content_dir: Path, visitors: Visitors) -> list[web.RouteDef]:
    """The route that opens the resources whose urls are "/content/<path>" for those whom they are
    meant for. What is for others is as if it were not there."""

    async def show(request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        found = await library.resource_at(f"/content/{path}")
        if found is None:
            return _no_such_resource(request)
        resource, passages = found
        if resource.only_for:
            audience = await visitors.audience(request)
            if audience.isdisjoint(resource.audience):
                return _no_such_resource(request)
        is_there = formats.of(path) and (
            _file_within(content_dir, path) or _archive_around(content_dir, path)
        )
        named = path if is_there else resource.path
        shown = formats.of(named)
        if shown and not shown.content_type:
            context = {
                "resource": resource,
                "parts": to_parts(passages),
                "badge": visitors.badge(request),
            }
            return page(request, "reading.html", context, cache="no-cache")
        file = _file_within(content_dir, named)
        if file is not None and shown is not None:
            return web.FileResponse(file, headers=_headers(shown))
        packed = _archive_around(content_dir, named)
        if packed is None or shown is None:
            return _no_such_resource(request)
        body = await asyncio.to_thread(read_member, *packed)
        if body is None:
            return _no_such_resource(request)
        return web.Response(body=body, headers=_headers(shown))

    return [web.get("/content/{path:.+}", visitors.require()(show))]


def _file_within(folder: Path, path: str) -> Path | None:
    """The file, if it is one and no ".." or link leads out of the folder."""
    try:
        file = (folder / path).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):  # the last for a link in a circle
        return None
    return file if file.is_relative_to(folder.resolve()) and file.is_file() else None


def _archive_around(folder: Path, path: str) -> tuple[Path, str] | None:
    """The archive in which a path leads, and the path within it."""
    parts = path.split("/")
    for count in range(1, len(parts)):
        around = "/".join(parts[:count])
        if formats.of(around) is formats.PACKAGE and (file := _file_within(folder, around)):
            return file, "/".join(parts[count:])
    return None


def _headers(shown: Format) -> dict[str, str]:
    return {
        "Content-Type": shown.content_type,
        "Content-Security-Policy": _SANDBOX if shown.is_sandboxed else FRAME_ANCESTORS,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }


def _no_such_resource(request: web.Request) -> web.Response:
    say = words_of(request)
    why = say("It is not among the validated resources that are served now.")
    perhaps = say("It may have been moved or withdrawn, or it is waiting for a review.")
    return message_page(
        request,
        say("There is no such resource"),
        f"{why} {perhaps}",
        status=404,
        search=True,
    )


@dataclass(frozen=True, slots=True)
class Title:
    """A heading; `level` is that of HTML, from 2, as the resource's title is the first."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """What is said from one second on; `clock` is that second as a player shows it."""

    anchor: str
    clock: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the resource with one place. `anchor` is what `Resource.url_at` puts behind
    the "#", empty if a part before has it already or the place has none; `label` names a page
    or slide, in English: the page says it in its reader's language. Either
    `paragraphs` or, in a transcript, `lines` are filled."""

    anchor: str
    label: str
    titles: tuple[Title, ...]
    paragraphs: tuple[str, ...] = ()
    lines: tuple[SpokenLine, ...] = ()


def to_parts(passages: Sequence[Passage]) -> list[Part]:
    """The passages, in order, under the headings that are new at each place. Those of one place
    make one part, so that a link to it points at all of them."""
    used: set[str] = set()
    above: tuple[str, ...] = ()
    parts: list[Part] = []
    for (path, locator), group in groupby(passages, lambda p: (p.heading_path, p.locator)):
        together = list(group)
        parts.append(
            Part(
                # In a transcript, each line has an anchor of its own.
                anchor="" if isinstance(locator, TimeRange) else _first_use(locator.anchor, used),
                label=_label(locator),
                titles=tuple(_titles(above, path)),
                paragraphs=tuple(_paragraphs(together)),
                lines=tuple(line for passage in together for line in _lines(passage, used)),
            )
        )
        above = path
    return parts


def _paragraphs(passages: Sequence[Passage]) -> Iterator[str]:
    for passage in passages:
        if not passage.marks:
            yield from passage.text.split("\n\n")


def _titles(above: tuple[str, ...], path: tuple[str, ...]) -> Iterator[Title]:
    """The headings of `path` from the first that differs from those above."""
    same = 0
    while same < min(len(above), len(path)) and above[same] == path[same]:
        same += 1
    for depth in range(same, len(path)):
        yield Title(min(depth + 2, 6), path[depth])


def _lines(passage: Passage, used: set[str]) -> Iterator[SpokenLine]:
    ends = [*(offset for offset, _ in passage.marks[1:]), len(passage.text)]
    for (start, second), end in zip(passage.marks, ends, strict=False):
        anchor = _first_use(f"t={int(second)}", used)
        yield SpokenLine(anchor, clock(second), passage.text[start:end].strip())


def _label(locator: Locator) -> str:
    """What names the place if no heading does."""
    return locator.label if isinstance(locator, Page | Slide) else ""


def _first_use(anchor: str, used: set[str]) -> str:
    if anchor in used:
        return ""
    used.add(anchor)
    return anchor
