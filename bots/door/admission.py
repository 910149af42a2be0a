"""Which requests to the bot are let in, and what the others are told."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import structlog
from aiohttp import web

from bots.door.payload import IncomingActivity, read_activity
from bots.door.token_check import Caller, TokenCheck
from bots.outgoing.service_url import ServiceUrlCheck, is_loopback
from errors import KeysUnavailable, RequestRefused

log = structlog.get_logger(__name__)


class Admission:
    """Lets in activities that Teams signed for this bot (`tokens`), from the `tenants` listed.

    Without `tokens`, in development, it lets in anybody's, if they come for this machine.
    `services` says where no reply may go. Without `tenants` it lets in every tenant's.
    """

    def __init__(
        self, tokens: TokenCheck | None, tenants: Collection[str], services: ServiceUrlCheck
    ) -> None:
        self._tokens = tokens
        self._services = services
        self._tenants = frozenset(tenant.lower() for tenant in tenants)
        self._foreign = 0

    async def admit(self, request: web.Request) -> IncomingActivity:
        """The activity in a request. Raises RequestRefused, or KeysUnavailable if it cannot be
        told whether Teams signed it. A stranger's body is not even read."""
        if request.method != "POST":
            raise RequestRefused(405, "only POST is taken")
        caller = await self._caller(request)
        incoming = await read_activity(request)
        if caller:
            caller.check(incoming.service_url, incoming.channel_id)
        if problem := self._services(incoming.service_url):
            raise RequestRefused(403, problem)
        if self._tenants and incoming.tenant_id not in self._tenants:
            self._foreign += 1  # all that is kept of them
            reason = f"tenant {incoming.tenant_id[:40]!r} is not allowed"
            raise RequestRefused(403, reason, times=self._foreign)
        return incoming

    async def _caller(self, request: web.Request) -> Caller | None:
        if self._tokens:
            return await self._tokens.caller(request.headers.get("Authorization"))
        # a web page that makes its own name lead to this machine could send requests, but not
        # with this machine's name in them
        if not is_loopback(f"http://{request.host}"):
            raise RequestRefused(403, "in development requests must name this machine")
        return None


def refusal(error: RequestRefused | KeysUnavailable) -> web.Response:
    """The answer to a request that was not let in. Who built a request wrongly is told the reason;
    who is not from Teams is told only that."""
    if isinstance(error, KeysUnavailable):
        log.error("request.unverifiable", error=str(error))
        status, told = 503, "the request cannot be verified now"
    else:
        counted = {"times": error.times} if error.times else {}
        log.warning("request.refused", status=error.status, reason=str(error), **counted)
        status = error.status
        told = "the request is not from Teams" if status == 401 else str(error)
    headers = {
        401: {"WWW-Authenticate": "Bearer"},
        405: {"Allow": "POST"},
        503: {"Retry-After": "5"},
    }
    return web.json_response(error_json(told), status=status, headers=headers.get(status))


def error_json(message: str) -> dict[str, Any]:
    """An error in the Bot Framework's shape."""
    return {"error": {"code": "BotError", "message": message}}
