"""Is this request from Teams? The token that comes with it says so, or it is not.

The rules are those of "Authentication with the Bot Connector API"
(learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication).
Tokens of the Emulator and of other bots are none of them: this bot is for Teams.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jwt

from bots.door.signing_keys import SigningKeys
from errors import RequestRefused

ISSUER = "https://api.botframework.com"
ALGORITHMS = ("RS256",)  # the one that the channel announces; never what the token asks for
LEEWAY_S = 300.0
UNAUTHORIZED = 401


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
        not a good token, and KeysUnavailable where that cannot be told."""
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
            options={
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
