"""How a recording that is published elsewhere plays on a page of ours, where that is allowed.

- YouTube: `/embed/<id>` of youtube-nocookie.com, with `start` and `autoplay`
  (https://developers.google.com/youtube/player_parameters). It refuses pages that send no referrer.
- Vimeo: `/video/<id>` of player.vimeo.com with `dnt=1`, which keeps it from setting cookies
  (https://help.vimeo.com/hc/en-us/articles/26080940921361), `autoplay` and `#t=`; what is unlisted
  has `h`.
- A media file that browsers play, from its own address.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from portal.pages import CONTENT_SECURITY_POLICY
from snapshot import formats

YOUTUBE, VIMEO = "youtube", "vimeo"
_YOUTUBE_HOSTS = ("youtube.com", "youtu.be", "youtube-nocookie.com")
_VIMEO_HOSTS = ("vimeo.com", "player.vimeo.com")
_YOUTUBE_ID = re.compile(r"/(?:embed/|shorts/|live/|v/)?([A-Za-z0-9_-]{11})/?")
_VIMEO_ID = re.compile(r"/(?:video/)?(\d{1,15})(?:/([0-9a-f]{4,20}))?/?")


@dataclass(frozen=True, slots=True)
class Playing:
    """`frame` is the address of the platform's player, with `{s}` for the second at which it is to
    begin; `file` that of a media file, of `content_type`. `policy` lets the page load that and
    nothing else. All of it is empty if the recording is not played here."""

    frame: str = ""
    file: str = ""
    content_type: str = ""
    policy: str = CONTENT_SECURITY_POLICY


def playing(url: str, allowed: Collection[str]) -> Playing:
    """How the recording at that address plays, if its platform or host is allowed."""
    try:
        parts = urlsplit(url)
    except ValueError:  # no address at all
        return Playing()
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    query = parse_qs(parts.query)
    if host in _YOUTUBE_HOSTS and YOUTUBE in allowed:
        path = f"/{query['v'][0]}" if parts.path == "/watch" and "v" in query else parts.path
        if found := _YOUTUBE_ID.fullmatch(path):
            origin = "https://www.youtube-nocookie.com"
            address = f"{origin}/embed/{found[1]}?autoplay=1&playsinline=1&rel=0&start={{s}}"
            return Playing(frame=address, policy=_framing(origin))
    if host in _VIMEO_HOSTS and VIMEO in allowed and (found := _VIMEO_ID.fullmatch(parts.path)):
        origin = "https://player.vimeo.com"
        secret = found[2] or next(iter(query.get("h", ())), "")
        unlisted = f"&h={secret}" if secret.isalnum() else ""
        address = f"{origin}/video/{found[1]}?dnt=1&autoplay=1{unlisted}#t={{s}}s"
        return Playing(frame=address, policy=_framing(origin))
    row = formats.of(parts.path)
    plays = row is not None and row.is_recording and row.content_type
    if plays and parts.scheme == "https" and parts.netloc.lower() in allowed:
        policy = CONTENT_SECURITY_POLICY.replace(
            "media-src 'self'", f"media-src 'self' https://{parts.netloc.lower()}"
        )
        return Playing(file=url, content_type=row.content_type if row else "", policy=policy)
    return Playing()


def _framing(origin: str) -> str:
    return f"{CONTENT_SECURITY_POLICY}; frame-src {origin}"
