"""`GET /static/{name}`: the style sheet, the script and the picture, to be kept by browsers."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from portal.pages import SAFETY_HEADERS, STATIC, static_url

_YEAR_S = 31_536_000
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def static_routes() -> list[web.RouteDef]:
    """What every page of the portal needs, the message behind a broken link included. An address
    that names a file's present content is good for ever; any other is checked each time."""
    urls = {path.name: static_url(path.name) for path in STATIC.iterdir()}

    async def serve(request: web.Request) -> web.FileResponse:
        name = request.match_info["name"]
        if name not in urls:
            raise web.HTTPNotFound(text="There is no such file.")
        is_current = request.path_qs == urls[name]
        headers = {
            **SAFETY_HEADERS,
            "Cache-Control": f"public, max-age={_YEAR_S}, immutable" if is_current else "no-cache",
            "Content-Type": f"{_TYPES[Path(name).suffix]}; charset=utf-8",
        }
        return web.FileResponse(STATIC / name, headers=headers)

    return [web.get("/static/{name}", serve)]
