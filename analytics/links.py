"""Signed links: what a person opens is noticed, and only what was shown can be opened.

A card's button leads to `<origin>/o/<token>`. The token holds the question, the result's rank and
its url, and a signature (HMAC-SHA-256 under a key of its own). It does not say who asked. It is
signed, not encrypted: whoever has the link can read the url in it, as with any link.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from itsdangerous import BadData, URLSafeSerializer
from itsdangerous.encoding import base64_decode, base64_encode

from errors import LinkError
from keys import Keys

MAX_TOKEN_CHARS = 4096
_SALT = "signpost.link"
# Browsers drop tabs and newlines from a url and read "\" as "/": "/\t/host" is "//host" to them.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]|^\s|\s$")


@dataclass(frozen=True, slots=True)
class OpeningTarget:
    """What a signed link opens: the result of that rank, shown for that question, or a link within
    its passage (`NO_RESULT`)."""

    query_id: str
    rank: int
    url: str


NO_RESULT = 0
"""The rank of a link that stands within a passage: results count from 1."""


class Links:
    """Makes signed links under `origin` ("https://host[:port]") and reads them back.

    They are signed with the newest key and read if any did. ValueError for an origin that is no
    http(s) address.
    """

    def __init__(self, keys: Keys, origin: str) -> None:
        self._origin = origin.rstrip("/")
        if not _is_absolute(self._origin):
            raise ValueError(f"the origin {origin!r} is no http or https address")
        self._serializer = URLSafeSerializer(
            list(reversed(keys.all("link"))),  # the last one signs
            salt=_SALT,
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
        )

    def link(self, query_id: str, rank: int, url: str) -> str:
        """The address that opens `url` and tells which result was opened.

        ValueError for a url that is neither http(s) nor a path on this server ("/..."), and for
        one too long to sign.
        """
        if not is_safe(url):
            raise ValueError(f"{url!r} is neither an http(s) address nor a path on this server")
        token = str(self._serializer.dumps([query_id, rank, url]))
        if len(token) > MAX_TOKEN_CHARS:
            raise ValueError(f"a url of {len(url)} characters is too long for a signed link")
        return f"{self._origin}/o/{token}"

    def read(self, token: str) -> OpeningTarget:
        """What the token opens. LinkError unless this product signed exactly this token."""
        if len(token) > MAX_TOKEN_CHARS or not token.isascii():
            raise LinkError(
                f"a link's token of {len(token)} characters is too long or no token at all"
            )
        try:
            content = self._serializer.loads(token)
        except BadData as error:
            raise LinkError("the link is damaged or forged: its signature does not fit") from error
        # Base64 has several spellings of the same signature; ours is one of them.
        if not _is_well_spelled(token.rpartition(".")[2]):
            raise LinkError("the link is damaged: its signature is not spelled as it was made")
        return _target(content)


def _is_well_spelled(signature: str) -> bool:
    return base64_encode(base64_decode(signature)) == signature.encode()


def is_safe(url: str) -> bool:
    """Whether a browser that is sent to `url` ends up at an http(s) address spelled out in it, or
    on this server: "https://host/..." and "/path", but not "//host" or "javascript:...".
    """
    try:
        url.encode()
    except UnicodeEncodeError:
        return False
    if _UNSAFE.search(url):
        return False
    return _is_absolute(url) or (url.startswith("/") and not url.startswith("//"))


def _is_absolute(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def _target(content: object) -> OpeningTarget:
    match content:
        case [str(query_id), int(rank), str(url)] if is_safe(url) and not isinstance(rank, bool):
            return OpeningTarget(query_id, rank, url)
    raise LinkError("the link holds something that is no opening: it was signed for another use")
