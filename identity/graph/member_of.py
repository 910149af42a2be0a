"""The groups that somebody is in, as Microsoft Graph says: directly, or by groups in groups.

https://learn.microsoft.com/en-us/graph/api/user-list-transitivememberof. It takes the application
permission GroupMember.Read.All (User.Read.All will do, too). Graph could leave out by itself all
that is no group; it answers from an index then, which may not know yet that somebody was removed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from errors import GraphUnavailable
from identity.graph.graph_client import GraphClient, GraphReply
from identity.graph.graph_sign_in import GraphSettings, token_source

PERMISSION = "GroupMember.Read.All"
_GROUP = "#microsoft.graph.group"
_FIELDS = "$select=id,displayName&$top=999"
_ATTEMPTS = 2
_PATIENCE_S = 1.0
_REQUEST_TIMEOUT_S = 4.0
_TIMEOUT_S = 10.0
_AFTER_REFUSAL_S = 60.0
_NOBODY = "Request_ResourceNotFound"


class GraphDirectory:
    """Microsoft Graph, asked for people's groups; to be closed. `wait` sleeps."""

    def __init__(
        self, graph: GraphSettings, *, wait: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._application = graph.client_id
        self._client = GraphClient(
            graph.url,
            token_source(graph),
            attempts=_ATTEMPTS,
            patience_s=_PATIENCE_S,
            timeout_s=_REQUEST_TIMEOUT_S,
            wait=wait,
        )

    async def groups_of(self, object_id: str) -> Mapping[str, str] | None:
        """Names of the person's groups by their ids, in lower case; None if nobody has that id.
        Raises GraphUnavailable, within ten seconds."""
        try:
            async with asyncio.timeout(_TIMEOUT_S):
                return await self._all(object_id)
        except TimeoutError as error:
            raise GraphUnavailable(
                f"{self._client.url} does not say within {_TIMEOUT_S:.0f} s who is in which group"
            ) from error

    async def close(self) -> None:
        await self._client.close()

    async def _all(self, object_id: str) -> Mapping[str, str] | None:
        groups: dict[str, str] = {}
        link: Any = f"/users/{quote(object_id, safe='')}/transitiveMemberOf?{_FIELDS}"
        while isinstance(link, str):
            reply = await self._client.get(link)
            if reply.status != HTTPStatus.OK:
                if _code(reply) == _NOBODY:
                    return None
                raise GraphUnavailable(self._refused(reply), again_in_s=_AFTER_REFUSAL_S)
            groups.update(_groups(reply.body))
            link = reply.body.get("@odata.nextLink")
        return groups

    def _refused(self, reply: GraphReply) -> str:
        advice = {
            401: "; see that the application's secret is right and has not run out",
            403: f"; grant it {PERMISSION} of Microsoft Graph as an application permission, with "
            "consent of an administrator",
        }.get(reply.status, "")
        return (
            f"Graph does not tell the application {self._application} who is in which group: "
            f"{reply.problem}{advice}"
        )


def _groups(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The groups among what somebody is in: roles and administrative units stand there, too."""
    listed = body.get("value")
    if not isinstance(listed, list):
        raise GraphUnavailable("Graph answers with something else than a list of groups")
    for one in listed:
        if isinstance(one, dict) and one.get("@odata.type") == _GROUP:
            yield str(one.get("id")).lower(), str(one.get("displayName") or "")


def _code(reply: GraphReply) -> Any:
    error = reply.body.get("error")
    return error.get("code") if isinstance(error, dict) else None
