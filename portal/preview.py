"""`GET /content/{path}`, for development only: the sample content without a server of its own.

What a browser shows is sent as it is, shut into a sandbox; of the rest, the passages are drawn as
a page. Only files of the content folder that are served as resources at that moment can be
reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from aiohttp import web

from portal.pages import FRAME_ANCESTORS, message_page, page
from portal.protocols import Library
from portal.reading import to_parts
from snapshot.models import Passage, Resource

_AS_IT_IS = {
    ".pdf": "application/pdf",
    ".html": "text/html",
    ".htm": "text/html",
    ".txt": "text/plain; charset=utf-8",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
    ".ogv": "video/ogg",
    ".ogg": "audio/ogg",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".wav": "audio/wav",
}
_DRAWN = {".md", ".markdown", ".docx", ".pptx", ".vtt", ".srt"}

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


def preview_routes(library: Library, content_dir: Path) -> list[web.RouteDef]:
    """The route that opens the resources whose urls are "/content/<path>"."""

    async def show(request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        found = await library.resource_at(f"/content/{path}")
        if found is None:
            return _no_such_resource()
        resource, passages = found
        suffix = _suffix(path) or _suffix(resource.path)
        if suffix in _DRAWN:
            return _draw(resource, passages)
        file = _file_within(content_dir, path if _suffix(path) else resource.path)
        if file is None or suffix not in _AS_IT_IS:
            return _no_such_resource()
        return web.FileResponse(file, headers=_headers(suffix))

    return [web.get("/content/{path:.+}", show)]


def _draw(resource: Resource, passages: Sequence[Passage]) -> web.Response:
    context = {"resource": resource, "parts": to_parts(passages)}
    return page("reading.html", context, cache="no-cache")


def _suffix(path: str) -> str:
    """The ending of a file that can be previewed, or nothing."""
    suffix = PurePosixPath(path).suffix.lower()
    return suffix if suffix in _DRAWN or suffix in _AS_IT_IS else ""


def _file_within(folder: Path, path: str) -> Path | None:
    """The file, if it is one and no ".." or link leads out of the folder."""
    try:
        file = (folder / path).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):  # the last for a link in a circle
        return None
    return file if file.is_relative_to(folder.resolve()) and file.is_file() else None


def _headers(suffix: str) -> dict[str, str]:
    # Chromium's PDF viewer is a script of its own and does not work in a sandbox.
    policy = FRAME_ANCESTORS if suffix == ".pdf" else _SANDBOX
    return {
        "Content-Type": _AS_IT_IS[suffix],
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }


def _no_such_resource() -> web.Response:
    return message_page(
        "There is no such resource",
        "It is not among the validated resources that are served now. "
        "It may have been moved or withdrawn, or it is waiting for a review.",
        status=404,
        search=True,
    )
