"""Microsoft Graph over HTTP: objects, batches and downloads, as slowly as it asks for.

Throttling: https://learn.microsoft.com/en-us/graph/throttling. Batches:
https://learn.microsoft.com/en-us/graph/json-batching.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from errors import ContentError
from index.sources import ItemUnreadable, SourceUnreachable

Acquire = Callable[[], tuple[str, float]]
"""Gets a token: the token, and for how many seconds it is good. Blocks; raises
SourceUnreachable."""

ATTEMPTS = 8
BATCH = 20
_VERSION = "/v1.0"
_FOR_NOW = frozenset({408, 429, 500, 502, 503, 504})
_FIRST_WAIT_S = 1.0
_RENEW_BEFORE_S = 300.0
_TIMEOUT = aiohttp.ClientTimeout(total=300.0, sock_connect=10.0, sock_read=60.0)
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


class Graph:
    """One Graph endpoint, asked as one application; to be closed. `wait` sleeps."""

    def __init__(
        self,
        url: str,
        acquire: Acquire,
        *,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Raises ContentError unless the address is https, or on this machine."""
        self._base = url.rstrip("/")
        parts = urlsplit(self._base)
        self._scheme, self._host = parts.scheme, parts.netloc
        if parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
            raise ContentError(f"{url} must begin with https://")
        self._session = aiohttp.ClientSession()
        self._acquire = acquire
        self._wait = wait
        self._token = ""
        self._ends_at = 0.0

    async def close(self) -> None:
        await self._session.close()

    async def get(self, where: str) -> GraphReply:
        """What is at a path of this version, or at a link that Graph gave. Raises
        SourceUnreachable, also for a link that leads to another server."""
        return await self._ask("GET", self._address(where))

    async def found(self, where: str) -> Mapping[str, Any]:
        """What is there. Raises SourceUnreachable for everything but an object."""
        reply = await self.get(where)
        if reply.status != HTTPStatus.OK:
            raise SourceUnreachable(refused(where, reply))
        return reply.body

    async def batch(self, paths: Sequence[str]) -> list[GraphReply]:
        """What is at each path, in their order, asked for together. Raises SourceUnreachable."""
        replies: dict[int, GraphReply] = {}
        for attempt in range(ATTEMPTS):
            open_ones = [number for number in range(len(paths)) if number not in replies]
            waits: list[float] = []
            for first in range(0, len(open_ones), BATCH):
                some = open_ones[first : first + BATCH]
                requests = [{"id": str(n), "method": "GET", "url": paths[n]} for n in some]
                address = self._address("/$batch")
                reply = await self._ask("POST", address, {"requests": requests})
                for number, one, retry_after in _answers(reply):
                    if one.status in _FOR_NOW:
                        waits.append(_wait_s(attempt, retry_after))
                    elif number in some:
                        replies[number] = one
            if len(replies) == len(paths):
                return [replies[number] for number in range(len(paths))]
            await self._wait(max(waits, default=_wait_s(attempt, "")))
        raise SourceUnreachable(f"{self._base} is busy (tried {ATTEMPTS} times)")

    async def download(self, where: str, hosts: frozenset[str], most: int) -> bytes:
        """The bytes of a file. The address that Graph names for them must be on one of the hosts,
        and gets no token. Raises ItemUnreadable if there are more than `most` or Graph does not
        give this one, and SourceUnreachable."""
        reply = await self.get(where)
        if reply.status != HTTPStatus.FOUND:
            if reply.status == HTTPStatus.UNAUTHORIZED:
                raise SourceUnreachable(refused(where, reply))
            raise ItemUnreadable(f"SharePoint does not give it: {reply.problem}")
        parts = urlsplit(reply.location)
        if parts.netloc not in hosts | {self._host} or parts.scheme != self._scheme:
            raise SourceUnreachable(
                f"a download leads to {parts.scheme}://{parts.netloc}, which is not this site's"
            )
        data = await self._bytes(reply.location, most)
        if len(data) > most:
            raise ItemUnreadable(f"more than {most // _MB} MB")
        return data

    def _address(self, where: str) -> str:
        if where.startswith("/"):
            return f"{self._base}{_VERSION}{where}"
        parts = urlsplit(where)
        if (parts.scheme, parts.netloc) != (self._scheme, self._host):
            raise SourceUnreachable(f"Graph names a link to {parts.netloc}, which is not itself")
        return where

    async def _ask(self, method: str, address: str, body: Any = None) -> GraphReply:
        is_renewed = False
        for attempt in range(ATTEMPTS):
            headers = {"Authorization": f"Bearer {await self._bearer()}"}
            try:
                async with self._session.request(
                    method, address, json=body, headers=headers, timeout=_TIMEOUT,
                    allow_redirects=False,
                ) as response:  # fmt: skip
                    status, retry_after = response.status, response.headers.get("Retry-After", "")
                    location = response.headers.get("Location", "")
                    data = await _read(response, _ANSWER_MB * _MB)
            except (aiohttp.ClientError, TimeoutError) as error:
                problem, retry_after = f"{self._base} cannot be reached: {error!r}", ""
            else:
                if status == HTTPStatus.UNAUTHORIZED and not is_renewed:
                    is_renewed, self._ends_at = True, 0.0
                    continue
                if status not in _FOR_NOW:
                    return GraphReply(status, _object(data), location)
                problem = f"{self._base}: {GraphReply(status, _object(data)).problem}"
            if attempt + 1 < ATTEMPTS:
                await self._wait(_wait_s(attempt, retry_after))
        raise SourceUnreachable(f"{problem} (tried {ATTEMPTS} times)")

    async def _bytes(self, address: str, most: int) -> bytes:
        """Up to one more than `most`."""
        for attempt in range(ATTEMPTS):
            retry_after = ""
            try:
                async with self._session.get(
                    address, timeout=_TIMEOUT, allow_redirects=False
                ) as response:
                    if response.status == HTTPStatus.OK:
                        return await _read(response, most + 1)
                    problem = f"HTTP {response.status}"
                    retry_after = response.headers.get("Retry-After", "")
                    if response.status not in _FOR_NOW:
                        raise ItemUnreadable(f"SharePoint does not give it: {problem}")
            except (aiohttp.ClientError, TimeoutError) as error:
                problem = repr(error)
            if attempt + 1 < ATTEMPTS:
                await self._wait(_wait_s(attempt, retry_after))
        host = urlsplit(address).netloc
        raise SourceUnreachable(f"{host} gives no file: {problem} (tried {ATTEMPTS} times)")

    async def _bearer(self) -> str:
        if self._ends_at - time.monotonic() <= _RENEW_BEFORE_S:
            self._token, lifetime_s = await asyncio.to_thread(self._acquire)
            self._ends_at = time.monotonic() + max(lifetime_s, _RENEW_BEFORE_S + 1)
        return self._token


async def _read(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The body, at most so many bytes of it. One that is cut off is an error of the client."""
    parts = bytearray()
    async for chunk in response.content.iter_chunked(_MB):
        parts += chunk
        if len(parts) >= most:
            break
    return bytes(parts[:most])


def _answers(reply: GraphReply) -> list[tuple[int, GraphReply, str]]:
    """The answers in a batch's: number of the request, answer, and its Retry-After."""
    if reply.status != HTTPStatus.OK:
        raise SourceUnreachable(refused("/$batch", reply))
    found = []
    for one in reply.body.get("responses") or ():
        try:
            headers = {name.lower(): value for name, value in (one.get("headers") or {}).items()}
            body = one.get("body")
            answer = GraphReply(int(one["status"]), body if isinstance(body, dict) else {})
            found.append((int(one["id"]), answer, str(headers.get("retry-after", ""))))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise SourceUnreachable("Graph answers a batch otherwise than Graph does") from error
    return found


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def refused(where: str, reply: GraphReply) -> str:
    """What Graph said of a request, and what to do about it."""
    todo = {
        401: "; see that the application's secret is right and has not run out",
        403: "; grant the application Sites.Read.All (or Sites.Selected and this site) and consent",
        404: "; see that site and library are spelt as in their address",
    }.get(reply.status, "")
    return f"Graph refuses {where.partition('?')[0][:_SHOWN]} with {reply.problem}{todo}"


def _wait_s(attempt: int, retry_after: str) -> float:
    """The seconds that the service asks for; else twice as many each time."""
    if retry_after.isascii() and retry_after.isdecimal():
        return float(retry_after)
    return float(_FIRST_WAIT_S * 2**attempt)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
