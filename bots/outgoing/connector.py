"""Teams' connector: where the bot's messages go.

All turns share one connection pool. A message that is refused for now (412, 429), or whose
connection never came about, was not posted: it is sent again. After a 502, a 504 or silence it may
have been posted, and twice is worse than an error: it is not sent again. Putting a card in the
place of another can be repeated after those, too.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

import aiohttp
import structlog
from yarl import URL

from bots.outgoing.credentials import Bearer
from bots.outgoing.service_url import ServiceUrlCheck
from errors import DeliveryFailed

ATTEMPTS = 4
ATTEMPT_S = 5.0  # one request
CONNECT_S = 2.0  # of which for the connection
TOTAL_S = 15.0  # all of them, with the waiting between
FIRST_WAIT_S = 0.25
ANSWER_BYTES = 64 * 1024

REFUSED_FOR_NOW = frozenset({412, 429})
OUTCOME_UNKNOWN = frozenset({500, 502, 503, 504})
SERVICE_URL_REFUSED = "ServiceUrlRefused"  # our own code: never send to that conversation again

Method: TypeAlias = Literal["POST", "PUT"]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the connector said. `status` is None if it said nothing; then `sent` tells whether it
    may have heard."""

    status: int | None
    body: Mapping[str, Any]
    retry_after_s: float | None = None
    sent: bool = True
    error: str = ""


class Connector:
    """Posts activities, botbuilder's own or plain JSON, to the conversations of a service URL.

    Every method raises DeliveryFailed, and TokenUnavailable if `bearer` has no token. `session`
    gives the shared session; `services` says where nothing may be sent; `wait` sleeps.
    """

    def __init__(
        self,
        session: Callable[[], aiohttp.ClientSession],
        bearer: Bearer | None,
        services: ServiceUrlCheck,
        *,
        attempt_s: float = ATTEMPT_S,
        total_s: float = TOTAL_S,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._session = session
        self._bearer = bearer
        self._services = services
        self._timeout = aiohttp.ClientTimeout(total=attempt_s, sock_connect=CONNECT_S)
        self._total_s = total_s
        self._wait = wait

    async def create(
        self,
        service_url: str,
        conversation_id: str,
        activity: object,
        reply_to_id: str | None = None,
        *,
        targeted: bool = False,
    ) -> str | None:
        """Post a new message, below `reply_to_id` if given. The id that it got, if told. A
        `targeted` one is seen by its recipient alone.

        https://learn.microsoft.com/microsoftteams/platform/agents-in-teams/targeted-messages
        """
        url = self._url(service_url, conversation_id, reply_to_id, targeted=targeted)
        return await self._request("POST", url, activity)

    async def update(
        self,
        service_url: str,
        conversation_id: str,
        activity_id: str,
        activity: object,
        *,
        targeted: bool = False,
    ) -> str | None:
        """Put a message in the place of an earlier one, which is `targeted` or not as that was."""
        url = self._url(service_url, conversation_id, activity_id, targeted=targeted)
        return await self._request("PUT", url, activity)

    def _url(
        self, service_url: str, conversation_id: str, activity_id: str | None, *, targeted: bool
    ) -> URL:
        """Where the message is posted. What no message may go to is refused here, before there is
        a token: a stored conversation may have been tampered with since it was let in."""
        if problem := self._services(service_url):
            raise DeliveryFailed(f"nothing is sent there: {problem}", code=SERVICE_URL_REFUSED)
        url = _url(service_url, conversation_id, activity_id)
        return url.with_query(isTargetedActivity="true") if targeted else url

    async def _request(self, method: Method, url: URL, activity: object) -> str | None:
        body = json.dumps(wire_json(activity), separators=(",", ":")).encode()
        gives_up_at = time.monotonic() + self._total_s
        renewed = False
        for attempt in range(1, ATTEMPTS + 1):
            token = await self._bearer.token() if self._bearer else ""
            answer = await self._once(method, url, body, token)
            if answer.status is not None and 200 <= answer.status < 300:
                activity_id = answer.body.get("id")
                return activity_id if isinstance(activity_id, str) and activity_id else None
            if answer.status == 401 and self._bearer and not renewed:
                self._bearer.forget(token)
                renewed = True
                continue
            wait_s = _wait_s(attempt, answer.retry_after_s)
            in_time = time.monotonic() + wait_s < gives_up_at
            if not (_may_repeat(method, answer) and in_time) or attempt == ATTEMPTS:
                break
            log.info("connector.again", status=answer.status, wait_s=round(wait_s, 2))
            await self._wait(wait_s)
        raise _failure(method, answer, attempt)

    async def _once(self, method: Method, url: URL, body: bytes, token: str) -> _Answer:
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/json; charset=utf-8",
        }
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            async with self._session().request(
                method,
                url,
                data=body,
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,  # the token is for this address
            ) as response:
                raw = b""
                while chunk := await response.content.read(ANSWER_BYTES - len(raw)):
                    raw += chunk
                retry_after_s = _retry_after_s(response.headers.get("Retry-After"))
                return _Answer(response.status, _json_object(raw), retry_after_s)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return _Answer(None, {}, sent=False, error=repr(error))
        except (aiohttp.ClientError, TimeoutError) as error:
            return _Answer(None, {}, error=repr(error))


class Finished(dict[str, Any]):
    """JSON that is complete and sent as it stands. botbuilder copies deeply all that it sends; of
    this it copies nothing. A card has a thousand parts."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Finished:
        return self


def wire_json(value: Any) -> Any:
    """The JSON of a botbuilder model, or of plain values with models in them.

    Plain dicts are kept whole. (The SDK's serialiser keeps of an entity only its type, and fails
    on an invoke's body.) A model's empty fields are left out.
    """
    if value is None or isinstance(value, str | int | float):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, Finished):
        return value
    if isinstance(value, Mapping):
        return {key: wire_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [wire_json(item) for item in value]
    fields = getattr(value, "_attribute_map", None)  # how the SDK's models name their fields
    if fields is None:
        return value.isoformat() if hasattr(value, "isoformat") else value
    named = {entry["key"]: getattr(value, name) for name, entry in fields.items()}
    named |= getattr(value, "additional_properties", None) or {}
    return {key: wire_json(item) for key, item in named.items() if key and item is not None}


def _url(service_url: str, conversation_id: str, activity_id: str | None) -> URL:
    segments = [conversation_id, "activities"] + ([activity_id] if activity_id else [])
    if any(segment in {".", ".."} for segment in segments):
        raise DeliveryFailed(f"no conversation or message has the id {segments}")
    try:
        base = URL(service_url)
    except ValueError as error:
        raise DeliveryFailed(f"no connector has the address {service_url!r}: {error}") from error
    if not base.host or base.raw_query_string or base.raw_fragment:  # these would swallow the path
        raise DeliveryFailed(f"no connector has the address {service_url!r}")
    path = "/".join(quote(segment, safe="") for segment in segments)
    return URL(f"{str(base).rstrip('/')}/v3/conversations/{path}", encoded=True)


def _may_repeat(method: Method, answer: _Answer) -> bool:
    """Whether trying again can do no harm: nothing was posted, or twice is the same as once."""
    if answer.status is None:
        return method == "PUT" or not answer.sent
    if answer.status in OUTCOME_UNKNOWN:
        return method == "PUT"
    return answer.status in REFUSED_FOR_NOW


def _wait_s(attempt: int, retry_after_s: float | None) -> float:
    """Growing and jittered; never less than the connector asks for."""
    jitter = random.random()  # noqa: S311 - spreads the bots' retries, keeps no secret
    if retry_after_s is not None:
        return retry_after_s + jitter * FIRST_WAIT_S
    return float(FIRST_WAIT_S * 2 ** (attempt - 1) * (0.5 + jitter))


def _retry_after_s(header: str | None) -> float | None:
    """Seconds from a Retry-After header, which gives seconds or a date."""
    if not header:
        return None
    try:
        return max(0.0, float(int(header)))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):  # no date; or a date without time zone
        return None


def _json_object(raw: bytes) -> Mapping[str, Any]:
    """The JSON object in an answer; empty for whatever else a gateway says."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _failure(method: Method, answer: _Answer, attempts: int) -> DeliveryFailed:
    error = answer.body.get("error")
    code = str(error.get("code") or "") if isinstance(error, dict) else ""
    said = answer.error or f"HTTP {answer.status} {code}".rstrip()
    return DeliveryFailed(
        f"the connector did not take a {method}: {said} (attempt {attempts})",
        status=answer.status,
        code=code,
    )
