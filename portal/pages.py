"""HTML pages and the files that they load.

Pages are drawn from `templates/` with everything escaped, and sent with the headers that keep a
browser from running, framing or leaking anything that is not ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from zlib import crc32

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from portal.languages import VARY, remember, words_of
from showing.plain_text import without_bullet
from words.catalogue import LANGUAGES, Words, words_for

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
    request: web.Request,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
    cache: str = "no-store",
) -> web.Response:
    """The template drawn with `context`, in the language of whoever asks, as a response that is
    safe to show."""
    language = words_of(request).language
    response = web.Response(
        text=_environment(language).get_template(template).render(context),
        content_type="text/html",
        charset="utf-8",
        status=status,
        headers={
            **SAFETY_HEADERS,
            "Cache-Control": cache,
            "Content-Language": language,
            "Vary": VARY,
        },
    )
    remember(request, response)
    return response


@dataclass(frozen=True, slots=True)
class Way:
    """Where somebody can go from a page: words and address. Without one it is only said. What goes
    `out` opens a window of its own."""

    label: str
    href: str = ""
    out: bool = False


def message_page(
    request: web.Request,
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
    return page(request, "message.html", context, status=status)


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


@dataclass(frozen=True, slots=True)
class _Say:
    """`Words` for templates: what is put in place may be tags that a template made."""

    words: Words

    def __call__(self, sentence: str, /, **values: object) -> Markup:
        said = escape(self.words(sentence))
        return said.format(**values) if values else said

    def several(self, one: str, many: str, count: int, /, **values: object) -> Markup:
        said = escape(self.words.translations.ngettext(one, many, count))
        return said.format(count=self.words.number(count), **values)

    def place(self, label: str) -> str:
        """The name of a place, with the words that are ours in the reader's language."""
        return _OURS.sub(lambda one: self.words(f"{one[1]} {{number}}", number=one[2]), label)

    def lang_of_place(self, label: str, language: str) -> Markup:
        """The attribute for a place that a heading of the content names."""
        is_ours = _OURS.match(label) or label[:1].isdigit() or language == self.words.language
        return Markup("") if is_ours else Markup(' lang="{}"').format(language)


_OURS = re.compile(r"(?:^|(?<=, ))(page|slide) ([0-9]+)$")
"""What `Page` and `Slide` are called in English (`snapshot.models`), perhaps behind a heading."""


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    say = words_for(language)
    environment.filters["long_date"] = say.long_day
    environment.filters["capitalize_first"] = lambda text: text[:1].upper() + text[1:]
    environment.filters["tone"] = lambda path: crc32(path.partition("/")[0].encode()) % 4
    environment.filters["without_bullet"] = without_bullet
    environment.globals["static"] = STATIC_URLS
    environment.globals["say"] = _Say(say)
    environment.globals["own_names"] = {one: words_for(one).language_name(one) for one in LANGUAGES}
    return environment
