"""The language in which somebody reads a page.

It is the one that they chose (`lang=de` in the address, kept in a cookie; a tab in Teams brings the
language of Teams so), else the first of ours among those that the browser asks for. What content
and people have written stays as it stands.
"""

from __future__ import annotations

import re

from aiohttp import web
from babel import negotiate_locale

from words.catalogue import ENGLISH, LANGUAGES, Words, words_for

COOKIE = "signpost-lang"
VARY = "Accept-Language, Cookie"
_YEAR_S = 31_536_000
FRAMES = ("iframe", "frame")
_LONGEST = 35  # characters, RFC 5646, 4.4.1
# One language of `Accept-Language` with its weight (RFC 9110, 12.5.4).
_WANTED = re.compile(
    r"(?:^|,)\s*([a-z]{2,3}(?:-[a-z0-9]{1,8})*)\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?(?=,|$)",
    re.IGNORECASE,
)


def words_of(request: web.Request) -> Words:
    """The words in which to draw a page for whoever asks; English if we have none of theirs."""
    found = _chosen(request) or negotiate_locale(_wanted(request), LANGUAGES, sep="-")
    return words_for(found or ENGLISH)


def locale_of(request: web.Request) -> str:
    """What they chose, or the language that the browser asks for first, whether it is one of ours
    or not; "en" if it says none."""
    return _chosen(request) or next(iter(_wanted(request)), ENGLISH)


def remember(request: web.Request, response: web.StreamResponse) -> None:
    """Keeps the language that the address names. In a frame of another site, as in Teams, only a
    cookie of the frame's own partition comes back (`portal.sign_in_pages`)."""
    if not (language := _known(request.query.get("lang", ""))):
        return
    in_frame = request.headers.get("Sec-Fetch-Dest") in FRAMES
    kind = "SameSite=None; Partitioned; Secure" if in_frame else "SameSite=Lax"
    cookie = f"{COOKIE}={language}; Max-Age={_YEAR_S}; Path=/; HttpOnly; {kind}"
    response.headers.add("Set-Cookie", cookie)


def _chosen(request: web.Request) -> str:
    return _known(request.query.get("lang", "")) or _known(request.cookies.get(COOKIE, ""))


def _known(locale: str) -> str:
    language = locale.partition("-")[0].lower()
    return language if language in LANGUAGES else ""


def _wanted(request: web.Request) -> list[str]:
    """The browser's languages, the one that it likes best first."""
    header = ",".join(request.headers.getall("Accept-Language", []))
    weights = {
        tag: float(weight or 1) for tag, weight in _WANTED.findall(header) if len(tag) <= _LONGEST
    }
    liked = [tag for tag, weight in weights.items() if weight > 0]
    return sorted(liked, key=lambda tag: -weights[tag])
