"""Sealed links: what a person opens is noticed, and only what was shown can be opened.

A card's button leads to `<origin>/o/<token>`. The token holds the question, the result's rank, its
url, which resource that is of and whether it was for some people only. It is encrypted and signed
(Fernet: AES-128-CBC and HMAC-SHA-256, https://github.com/fernet/spec): whoever is handed the link
reads nothing in it, and the server decides anew for whom it opens. It does not say who asked.
"""

from __future__ import annotations

import json
import re
import time
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken

from errors import LinkError, LinkExpired
from keys import Keys

MAX_TOKEN_CHARS = 4096
DAY_S = 86_400
PICTURE_DAYS = 7
STILL = 0
"""The number, instead of a page's, of the picture of a recording."""
_MAX_CONTENT_BYTES = 16_384
# Browsers drop tabs and newlines from a url and read "\" as "/": "/\t/host" is "//host" to them.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]|^\s|\s$")


@dataclass(frozen=True, slots=True)
class OpeningTarget:
    """What a link opens: the result of that rank, shown for that question, or a link within its
    passage (`NO_RESULT`). `resource_id` is empty for what is not served; `restricted` says that
    the resource was not for everyone when the link was made."""

    query_id: str
    rank: int
    url: str
    resource_id: str = ""
    restricted: bool = False


NO_RESULT = 0
"""The rank of a link that stands within a passage: results count from 1."""


class Links:
    """Makes links under `origin` ("https://host[:port]") and reads them back for some days.

    They are sealed with the newest key and read if any did it. ValueError for an origin that is no
    http(s) address.
    """

    def __init__(
        self, keys: Keys, origin: str, days: int = 30, clock: Callable[[], float] = time.time
    ) -> None:
        self._origin = origin.rstrip("/")
        if not _is_absolute(self._origin):
            raise ValueError(f"the origin {origin!r} is no http or https address")
        self._seal = keys.seal("link")
        self._pictures = keys.seal("picture")
        self.days = days
        self._clock = clock

    def link(
        self, query_id: str, rank: int, url: str, resource_id: str = "", restricted: bool = False
    ) -> str:
        """The address that opens `url` and tells which result was opened.

        ValueError for a url that is neither http(s) nor a path on this server ("/..."), and for
        one too long for a link.
        """
        if not is_safe(url):
            raise ValueError(f"{url!r} is neither an http(s) address nor a path on this server")
        content = json.dumps([query_id, rank, url, resource_id, int(restricted)])
        packed = zlib.compress(content.encode())
        token = self._seal.encrypt_at_time(packed, int(self._clock())).decode().rstrip("=")
        if len(token) > MAX_TOKEN_CHARS:
            raise ValueError(f"a url of {len(url)} characters is too long for a link")
        return f"{self._origin}/o/{token}"

    def picture(self, resource_id: str, page: int, sentence: str) -> str:
        """The address of a picture of that page, counted from 1, with the sentence marked; of the
        recording for `STILL`."""
        content = json.dumps([resource_id, page, sentence]).encode()
        token = self._pictures.encrypt_at_time(content, int(self._clock())).decode()
        return f"{self._origin}/pages/{token}"

    def read_picture(self, token: str) -> tuple[str, int, str]:
        """What `picture` was given. LinkError for a token that it did not make, or made longer ago
        than a week: a card that is read later does without."""
        try:
            now = int(self._clock())
            content = self._pictures.decrypt_at_time(token, PICTURE_DAYS * DAY_S, now)
            match json.loads(content):
                case [str(resource_id), int(page), str(sentence)]:
                    return resource_id, page, sentence
        except (InvalidToken, ValueError) as error:
            raise LinkError("the picture's address is damaged, forged or too old") from error
        raise LinkError("the picture's address was made for another use")

    def read(self, token: str) -> OpeningTarget:
        """What the token opens. LinkError unless this product made exactly this token, LinkExpired
        if that is longer ago than links are good for."""
        if len(token) > MAX_TOKEN_CHARS or not token.isascii():
            raise LinkError(
                f"a link's token of {len(token)} characters is too long or no token at all"
            )
        padded = token + "=" * (-len(token) % 4)
        try:
            packed = self._seal.decrypt(padded)
            age_s = self._clock() - self._seal.extract_timestamp(padded)
        except (InvalidToken, ValueError) as error:
            raise LinkError("the link is damaged, forged or by an earlier release") from error
        # Base64 has several spellings of the same bytes; ours is one of them.
        if urlsafe_b64encode(urlsafe_b64decode(padded)).decode() != padded:
            raise LinkError("the link is damaged: it is not spelled as it was made")
        target = _target(packed)
        if age_s > self.days * DAY_S:
            raise LinkExpired(f"the link is {age_s / DAY_S:.0f} days old, and good for {self.days}")
        return target


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


def _target(packed: bytes) -> OpeningTarget:
    try:
        match json.loads(zlib.decompressobj().decompress(packed, _MAX_CONTENT_BYTES)):
            case [str(query_id), int(rank), str(url), str(resource_id), (0 | 1) as restricted] if (
                is_safe(url) and not isinstance(rank, bool)
            ):
                return OpeningTarget(query_id, rank, url, resource_id, bool(restricted))
    except (zlib.error, ValueError, RecursionError) as error:
        raise LinkError("the link holds something that is no opening") from error
    raise LinkError("the link holds something that is no opening: it was made for another use")
