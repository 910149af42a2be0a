"""Microsoft Graph over HTTP, as slowly as it asks for.

Throttling: https://learn.microsoft.com/en-us/graph/throttling. Errors:
https://learn.microsoft.com/en-us/graph/errors.
"""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from errors import GraphUnavailable
from identity.graph.graph_sign_in import Acquire

ATTEMPTS = 8
FOR_NOW = frozenset({408, 429, 500, 502, 503, 504})
_VERSION = "/v1.0"
_FIRST_WAIT_S = 1.0
_RENEW_BEFORE_S = 300.0
_TIMEOUT_S = 300.0
_ANSWER_MB = 64
_MB = 1024 * 1024
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class GraphReply:
    """An answer that is no "come again later". `body` is empty if it is no JSON object."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)
    location: str = ""

    @property
    def problem(self) -> str:
        """What it says is wrong."""
        error = self.body.get("error")
        said = error if isinstance(error, dict) else {}
        text = " ".join(f"{said.get('code') or ''} {said.get('message') or ''}".split())
        return f"HTTP {self.status}{f' ({text[:_SHOWN]})' if text else ''}"


class GraphClient:
    """One Graph endpoint, asked as one application; to be closed. A request is tried so many times
    (`attempts`), unless Graph asks for a longer wait than `patience_s` before the next one. `wait`
    sleeps. Each method raises GraphUnavailable."""

    def __init__(
        self,
        url: str,
        acquire: Acquire,
        *,
        attempts: int = ATTEMPTS,
        patience_s: float = math.inf,
        timeout_s: float = _TIMEOUT_S,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.url = url.rstrip("/")
        parts = urlsplit(self.url)
        self.scheme, self.host = parts.scheme, parts.netloc
        self._acquire = acquire
        self._attempts = attempts
        self._patience_s = patience_s
        self._timeout = aiohttp.ClientTimeout(total=timeout_s, sock_connect=10.0, sock_read=60.0)
        self.wait = wait
        self._shared_session: aiohttp.ClientSession | None = None
        self._signing_in = asyncio.Lock()
        self._token = ""
        self._ends_at = 0.0

    @property
    def session(self) -> aiohttp.ClientSession:
        """The one session, opened within the loop that uses it."""
        if self._shared_session is None:
            self._shared_session = aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(), trust_env=self.scheme == "https"
            )
        return self._shared_session

    async def close(self) -> None:
        if self._shared_session:
            await self._shared_session.close()

    async def get(self, where: str) -> GraphReply:
        """What is at a path of this version, or at a link that Graph gave. A link that leads to
        another server is not followed."""
        return await self._ask("GET", where)

    async def post(self, where: str, body: Any) -> GraphReply:
        return await self._ask("POST", where, body)

    def _address(self, where: str) -> str:
        if where.startswith("/"):
            return f"{self.url}{_VERSION}{where}"
        parts = urlsplit(where)
        if (parts.scheme, parts.netloc) != (self.scheme, self.host):
            raise GraphUnavailable(f"Graph names a link to {parts.netloc}, which is not itself")
        return where

    async def _ask(self, method: str, where: str, body: Any = None) -> GraphReply:
        address = self._address(where)
        is_renewed = False
        attempt, wait = 0, 0.0
        while True:
            headers = {"Authorization": f"Bearer {await self._bearer()}"}
            try:
                async with self.session.request(
                    method, address, json=body, headers=headers, timeout=self._timeout,
                    allow_redirects=False,
                ) as response:  # fmt: skip
                    status, retry_after = response.status, response.headers.get("Retry-After", "")
                    location = response.headers.get("Location", "")
                    data = await read(response, _ANSWER_MB * _MB)
            except (aiohttp.ClientError, TimeoutError) as error:
                problem, retry_after = f"{self.url} cannot be reached: {error!r}", ""
            else:
                if status == HTTPStatus.UNAUTHORIZED and not is_renewed:
                    is_renewed, self._ends_at = True, 0.0
                    continue
                if status not in FOR_NOW:
                    return GraphReply(status, _object(data), location)
                problem = f"{self.url}: {GraphReply(status, _object(data)).problem}"
            wait = wait_s(attempt, retry_after)
            attempt += 1
            if attempt == self._attempts or wait > self._patience_s:
                raise GraphUnavailable(f"{problem} (tried {attempt} times)", again_in_s=wait)
            await self.wait(wait)

    async def _bearer(self) -> str:
        async with self._signing_in:
            if self._ends_at - time.monotonic() <= _RENEW_BEFORE_S:
                self._token, lifetime_s = await asyncio.to_thread(self._acquire)
                self._ends_at = time.monotonic() + max(lifetime_s, _RENEW_BEFORE_S + 1)
            return self._token


async def read(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The body, at most so many bytes of it. One that is cut off is an error of the client."""
    parts = bytearray()
    async for chunk in response.content.iter_chunked(_MB):
        parts += chunk
        if len(parts) >= most:
            break
    return bytes(parts[:most])


def wait_s(attempt: int, retry_after: str) -> float:
    """The seconds that the service asks for; else twice as many each time."""
    if retry_after.isascii() and retry_after.isdecimal():
        return float(retry_after)
    return float(_FIRST_WAIT_S * 2**attempt)


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
