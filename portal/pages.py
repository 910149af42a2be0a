"""HTML pages and the files that they load.

Pages are drawn from `templates/` with everything escaped, and sent with the headers that keep a
browser from running, framing or leaking anything that is not ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from showing.plain_text import without_bullet

_HERE = Path(__file__).resolve().parent
_STATIC = _HERE / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_YEAR_S = 31_536_000
STATIC_URLS = {
    path.name: f"/static/{path.name}?v={sha256(path.read_bytes()).hexdigest()[:12]}"
    for path in _STATIC.iterdir()
}
"""The address of each static file; it changes with the file, so that browsers may keep it."""

# Where Teams may show the page in a frame, as Microsoft lists it for tabs:
# https://learn.microsoft.com/microsoftteams/platform/tabs/how-to/tab-requirements
_TEAMS = "https://teams.microsoft.com https://*.teams.microsoft.com https://*.cloud.microsoft"

FRAME_ANCESTORS = f"frame-ancestors 'self' {_TEAMS}"
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "media-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        FRAME_ANCESTORS,
    )
)
SAFETY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def page(
    template: str, context: Mapping[str, Any], *, status: int = 200, cache: str = "no-store"
) -> web.Response:
    """The template drawn with `context`, as a response that is safe to show."""
    return web.Response(
        text=_TEMPLATES.get_template(template).render(context),
        content_type="text/html",
        charset="utf-8",
        status=status,
        headers={**SAFETY_HEADERS, "Cache-Control": cache},
    )


@dataclass(frozen=True, slots=True)
class Way:
    """Where somebody can go from a page: words and address. Without one it is only said. What goes
    `out` opens a window of its own."""

    label: str
    href: str = ""
    out: bool = False


def message_page(
    title: str,
    text: str,
    *,
    status: int,
    search: bool = False,
    ways: Sequence[Way] = (),
    badge: Way | None = None,
) -> web.Response:
    """A page that says one thing, and where to go from there; `search` adds the way to the search
    page, if there is one; `badge` says who it is."""
    context = {"title": title, "text": text, "search": search, "ways": ways, "badge": badge}
    return page("message.html", context, status=status)


def static_routes() -> list[web.RouteDef]:
    """`GET /static/{name}`: the style sheet, the script and the picture that every page needs, a
    message behind a broken link too. An address that names a file's present content is good for
    ever; any other is checked each time."""

    async def serve(request: web.Request) -> web.FileResponse:
        name = request.match_info["name"]
        if name not in STATIC_URLS:
            raise web.HTTPNotFound(text="There is no such file.")
        is_current = request.path_qs == STATIC_URLS[name]
        headers = {
            **SAFETY_HEADERS,
            "Cache-Control": f"public, max-age={_YEAR_S}, immutable" if is_current else "no-cache",
            "Content-Type": f"{_TYPES[Path(name).suffix]}; charset=utf-8",
        }
        return web.FileResponse(_STATIC / name, headers=headers)

    return [web.get("/static/{name}", serve)]


def _long_date(day: date) -> str:
    """As it is written in running text: "3 March 2026"."""
    return f"{day.day} {day:%B %Y}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["long_date"] = _long_date
    environment.filters["capitalize_first"] = lambda text: text[:1].upper() + text[1:]
    environment.filters["without_bullet"] = without_bullet
    environment.globals["static"] = STATIC_URLS
    return environment


_TEMPLATES = _environment()
