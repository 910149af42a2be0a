"""What sources ask Microsoft Graph for: objects, batches and downloads.

Batches: https://learn.microsoft.com/en-us/graph/json-batching.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from errors import GraphUnavailable
from identity.graph.graph_client import ATTEMPTS, FOR_NOW, GraphClient, GraphReply, read, wait_s
from identity.graph.graph_sign_in import Acquire
from index.sources import ItemUnreadable, SourceUnreachable

BATCH = 20
_TIMEOUT = aiohttp.ClientTimeout(total=300.0, sock_connect=10.0, sock_read=60.0)
_MB = 1024 * 1024
_SHOWN = 200


class Graph:
    """One Graph endpoint, asked as one application; to be closed. `wait` sleeps."""

    def __init__(
        self,
        url: str,
        acquire: Acquire,
        *,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = GraphClient(url, acquire, wait=wait)

    async def close(self) -> None:
        await self._client.close()

    async def get(self, where: str) -> GraphReply:
        """What is at a path of this version, or at a link that Graph gave. Raises
        SourceUnreachable, also for a link that leads to another server."""
        with _of_a_source():
            return await self._client.get(where)

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
                with _of_a_source():
                    reply = await self._client.post("/$batch", {"requests": requests})
                for number, one, retry_after in _answers(reply):
                    if one.status in FOR_NOW:
                        waits.append(wait_s(attempt, retry_after))
                    elif number in some:
                        replies[number] = one
            if len(replies) == len(paths):
                return [replies[number] for number in range(len(paths))]
            await self._client.wait(max(waits, default=wait_s(attempt, "")))
        raise SourceUnreachable(f"{self._client.url} is busy (tried {ATTEMPTS} times)")

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
        if parts.netloc not in hosts | {self._client.host} or parts.scheme != self._client.scheme:
            raise SourceUnreachable(
                f"a download leads to {parts.scheme}://{parts.netloc}, which is not this site's"
            )
        data = await self._bytes(reply.location, most)
        if len(data) > most:
            raise ItemUnreadable(f"more than {most // _MB} MB")
        return data

    async def _bytes(self, address: str, most: int) -> bytes:
        """Up to one more than `most`."""
        for attempt in range(ATTEMPTS):
            retry_after = ""
            try:
                async with self._client.session.get(
                    address, timeout=_TIMEOUT, allow_redirects=False
                ) as response:
                    if response.status == HTTPStatus.OK:
                        return await read(response, most + 1)
                    problem = f"HTTP {response.status}"
                    retry_after = response.headers.get("Retry-After", "")
                    if response.status not in FOR_NOW:
                        raise ItemUnreadable(f"SharePoint does not give it: {problem}")
            except (aiohttp.ClientError, TimeoutError) as error:
                problem = repr(error)
            if attempt + 1 < ATTEMPTS:
                await self._client.wait(wait_s(attempt, retry_after))
        host = urlsplit(address).netloc
        raise SourceUnreachable(f"{host} gives no file: {problem} (tried {ATTEMPTS} times)")


@contextmanager
def _of_a_source() -> Iterator[None]:
    """What keeps Graph from answering is a fault of the source."""
    try:
        yield
    except GraphUnavailable as error:
        raise SourceUnreachable(str(error)) from error


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


def refused(where: str, reply: GraphReply) -> str:
    """What Graph said of a request, and what to do about it."""
    todo = {
        401: "; see that the application's secret is right and has not run out",
        403: "; grant the application Sites.Read.All (or Sites.Selected and this site) and consent",
        404: "; see that site and library are spelt as in their address",
    }.get(reply.status, "")
    return f"Graph refuses {where.partition('?')[0][:_SHOWN]} with {reply.problem}{todo}"
