"""Is this request from Teams? The token that comes with it says so, or it is not.

The rules are those of "Authentication with the Bot Connector API"
(learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication).
Tokens of the Emulator and of other bots do not count: this bot is for Teams.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt
import structlog

from errors import KeysUnavailable, RequestRefused
from retrieval.serving.flight import Renewal

ISSUER = "https://api.botframework.com"
ALGORITHMS = ("RS256",)  # the one that the channel announces; never what the token asks for
LEEWAY_S = 300.0
UNAUTHORIZED = 401
OPENID_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
FETCH_TIMEOUT_S = 5.0
MAX_AGE_S = 24 * 3600.0
# "may be cached for long periods of time (by default, 5 days within the Bot Framework SDK)"
# learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
MAX_STALE_S = 5 * 24 * 3600.0
REFRESH_FLOOR_S = 60.0
RETRY_FLOOR_S = 2.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a token vouches for: a service at `service_url` that speaks for the `endorsed`
    channels."""

    service_url: str
    endorsed: frozenset[str]

    def check(self, service_url: str, channel_id: str | None) -> None:
        """Raises RequestRefused (401) unless an activity that names these can be this caller's:
        replies, and the bot's token with them, go to the address that it names."""
        if service_url != self.service_url:
            raise RequestRefused(UNAUTHORIZED, "the activity's serviceUrl is not the token's")
        if channel_id not in self.endorsed:
            raise RequestRefused(UNAUTHORIZED, "the key is not endorsed for the channel")


class TokenCheck:
    """Checks the tokens of requests to the bot `app_id`."""

    def __init__(self, app_id: str, keys: SigningKeys) -> None:
        self._app_id = app_id
        self._keys = keys

    async def caller(self, authorization: str | None) -> Caller:
        """Whom an Authorization header vouches for. Raises RequestRefused (401) for all that is
        not a good token, and KeysUnavailable if that cannot be told."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise RequestRefused(UNAUTHORIZED, "there is no bearer token")
        try:
            key_id = self._key_id(token)
            key = await self._keys.get(key_id)
            if key is None:
                raise RequestRefused(UNAUTHORIZED, "the token's key is not one of Teams'")
            claims = self._claims(token, key.key)
        except jwt.PyJWTError as error:
            raise RequestRefused(UNAUTHORIZED, f"the token is no good: {error}") from error
        service_url = claims.get("serviceurl")
        if not isinstance(service_url, str):
            raise RequestRefused(UNAUTHORIZED, "the token names no serviceurl")
        return Caller(service_url, key.endorsements)

    def _key_id(self, token: str) -> str:
        """Checks all that costs nothing first: junk must not make the bot fetch keys."""
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise jwt.InvalidAlgorithmError("its algorithm is not allowed")
        self._claims(token, None)
        key_id = header.get("kid")
        if not isinstance(key_id, str):
            raise jwt.InvalidTokenError("it names no key")
        return key_id

    def _claims(self, token: str, key: Any) -> dict[str, Any]:
        """The claims, right for this bot and now. With no key the signature is not looked at."""
        claims: dict[str, Any] = jwt.decode(
            token,
            key or "",
            algorithms=list(ALGORITHMS),
            audience=self._app_id,
            issuer=ISSUER,
            leeway=LEEWAY_S,
            options={  # all: without the signature, PyJWT would check none by itself
                "require": ["exp", "iss", "aud"],
                "verify_signature": key is not None,
                "verify_exp": True,
                "verify_nbf": True,
                "verify_iat": True,
                "verify_aud": True,
                "verify_iss": True,
            },
        )
        return claims


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key, and the channels whose activities it may sign for (`endorsements`)."""

    key: Any
    endorsements: frozenset[str]


Fetch = Callable[[], Awaitable[Mapping[str, SigningKey]]]
"""Gets all keys by their ids. Raises KeysUnavailable."""


class SigningKeys:
    """The public keys that Teams signs its requests with.

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
        """The key of that id; None if Teams has none such. Raises KeysUnavailable."""
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
    """All RSA keys that the OpenID configuration at `openid_url` leads to."""
    timeout = aiohttp.ClientTimeout(total=timeout_s)
    try:
        async with session.get(openid_url, timeout=timeout) as response:
            response.raise_for_status()
            keys_url = (await response.json(content_type=None))["jwks_uri"]
        async with session.get(keys_url, timeout=timeout) as response:
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
