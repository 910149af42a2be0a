"""Is this request from Teams? The token that comes with it says so, or it is not.

The rules are those of "Authentication with the Bot Connector API"
(learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication).
Tokens of the Emulator and of other bots do not count: this bot is for Teams.
"""

from __future__ import annotations

from dataclasses import dataclass

import jwt

from errors import RequestRefused
from identity.signed_token import check_token
from identity.signing_keys import SigningKeys

ISSUER = "https://api.botframework.com"
UNAUTHORIZED = 401
OPENID_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"


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
            claims, key = await check_token(token, self._keys, (self._app_id,), (ISSUER,))
        except jwt.PyJWTError as error:
            raise RequestRefused(UNAUTHORIZED, f"the token is no good: {error}") from error
        service_url = claims.get("serviceurl")
        if not isinstance(service_url, str):
            raise RequestRefused(UNAUTHORIZED, "the token names no serviceurl")
        return Caller(service_url, key.endorsements)
