"""The public keys by which tokens are checked: Teams' for its requests, Entra's for people."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt
import structlog

from errors import KeysUnavailable
from retrieval.serving.flight import Renewal

FETCH_TIMEOUT_S = 3.0  # the configuration and the keys that it leads to, both together
MAX_AGE_S = 24 * 3600.0
# "may be cached for long periods of time (by default, 5 days within the Bot Framework SDK)"
# learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
MAX_STALE_S = 5 * 24 * 3600.0
REFRESH_FLOOR_S = 60.0
RETRY_FLOOR_S = 2.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key, and the channels whose activities it may sign for (`endorsements`)."""

    key: Any
    endorsements: frozenset[str]


Fetch = Callable[[], Awaitable[Mapping[str, SigningKey]]]
"""Gets all keys by their ids. Raises KeysUnavailable."""


class SigningKeys:
    """The public keys of a service that signs tokens.

    They are fetched when first needed, after a day again, and for an id that is not known: a new
    key is used at once, yet made-up ids cause no more than one fetch a minute. While the keys
    cannot be fetched, known ones serve on for five days.
    """

    def __init__(self, fetch: Fetch, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: Mapping[str, SigningKey] = {}
        self._fetched_at = self._failed_at = float("-inf")
        self._renewal = Renewal(self._fetch_all, "signing-keys")

    async def get(self, key_id: str) -> SigningKey | None:
        """The key of that id; None if the service has none such. Raises KeysUnavailable."""
        known = self._keys.get(key_id)
        age_s = self._clock() - self._fetched_at
        if age_s <= (MAX_AGE_S if known else REFRESH_FLOOR_S):
            return known
        try:
            await self._renewal.run()
        except KeysUnavailable as error:
            if known is None or age_s > MAX_STALE_S:
                raise
            log.warning("signing_keys.stale", age_s=round(age_s), error=str(error))
            return known
        return self._keys.get(key_id)

    async def close(self) -> None:
        """Stop a fetch that is under way."""
        await self._renewal.close()

    async def _fetch_all(self) -> None:
        if self._clock() - self._failed_at < RETRY_FLOOR_S:
            raise KeysUnavailable("the keys could not be fetched a moment ago")
        try:
            self._keys = await self._fetch()
        except KeysUnavailable:
            self._failed_at = self._clock()
            raise
        self._fetched_at = self._clock()
        log.info("signing_keys.fetched", count=len(self._keys))


async def fetch_keys(
    session: aiohttp.ClientSession, openid_url: str, timeout_s: float = FETCH_TIMEOUT_S
) -> dict[str, SigningKey]:
    """All RSA keys that the OpenID configuration at `openid_url` leads to. Raises KeysUnavailable,
    after `timeout_s` at the latest."""
    try:
        async with asyncio.timeout(timeout_s):
            async with session.get(openid_url) as response:
                response.raise_for_status()
                keys_url = (await response.json(content_type=None))["jwks_uri"]
            async with session.get(keys_url) as response:
                response.raise_for_status()
                entries = (await response.json(content_type=None))["keys"]
        keys = {entry["kid"]: _signing_key(entry) for entry in entries if entry["kty"] == "RSA"}
    except (
        aiohttp.ClientError,
        TimeoutError,
        jwt.PyJWTError,
        ValueError,
        KeyError,
        TypeError,
    ) as error:
        raise KeysUnavailable(f"no signing keys from {openid_url}: {error!r}") from error
    if not keys:
        raise KeysUnavailable(f"no signing keys from {openid_url}: the list is empty")
    return keys


def _signing_key(entry: Mapping[str, Any]) -> SigningKey:
    endorsements = frozenset(str(channel) for channel in entry.get("endorsements") or ())
    return SigningKey(jwt.PyJWK(dict(entry), algorithm="RS256").key, endorsements)
