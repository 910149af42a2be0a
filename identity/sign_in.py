"""Sign-in in a browser: OpenID Connect with Entra ID, authorisation code and PKCE, by msal.

msal makes and compares state, nonce and code verifier. It does not check the ID token
(https://github.com/AzureAD/microsoft-authentication-library-for-python/issues/911): `EntraTokens`
does. What Entra ID is asked for goes through threads: msal blocks.
"""

from __future__ import annotations

import asyncio
import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from errors import SignInRefused, SignInUnavailable
from identity.entra_tokens import EntraTokens
from identity.person import Person

WAIT_S = 8.0
_CODE = re.compile(r"AADSTS\d+")
# What operators can do about the refusals that a wrong registration leads to, by Entra's code:
# https://learn.microsoft.com/entra/identity-platform/reference-error-codes
_ADVICE = {
    "AADSTS50011": "add this server's /sign-in/back to the registration's redirect URIs",
    "AADSTS50020": "the account is of another directory: invite it as a guest, or leave it out",
    "AADSTS50105": "assign the person or a group of theirs to the enterprise application",
    "AADSTS65001": "grant admin consent for the permissions openid and profile",
    "AADSTS700016": "SIGNPOST_SIGN_IN_CLIENT_ID is no application of the tenant",
    "AADSTS7000215": "the client secret is wrong: set its value, not its id",
    "AADSTS7000222": "the client secret has run out: make another one",
}

# With form_post the answer would come as a POST of another site, without the cookie of the flow.
warnings.filterwarnings("ignore", "response_mode='form_post' is recommended", UserWarning)

log = structlog.get_logger(__name__)

Flow = dict[str, Any]
"""What msal wants back when the person comes back: to be kept from everybody, and for once."""


class SignIn:
    """Sends people to Entra ID and takes them back at `redirect_uri`."""

    def __init__(
        self, make_client: Callable[[], Any], redirect_uri: str, tokens: EntraTokens
    ) -> None:
        """`make_client` makes msal's client; it may block."""
        self._make_client = make_client
        self._client: Any = None
        self._redirect_uri = redirect_uri
        self._tokens = tokens

    async def begin(self) -> tuple[str, Flow]:
        """Where to send the person, and what to keep meanwhile. Raises SignInUnavailable."""
        flow = await _asked(self._begin)
        return str(flow["auth_uri"]), flow

    async def finish(self, flow: Flow, answer: Mapping[str, str]) -> Person:
        """Who has come back with that answer in the address.

        Raises SignInRefused if they are nobody or the answer is not to this flow, and
        SignInUnavailable or KeysUnavailable if that cannot be told.
        """
        token = await _asked(lambda: self._finish(flow, dict(answer)))
        return await self._tokens.signed_in(token)

    def _begin(self) -> Flow:
        if self._client is None:
            self._client = self._make_client()
        flow: Flow = self._client.initiate_auth_code_flow([], redirect_uri=self._redirect_uri)
        return flow

    def _finish(self, flow: Flow, answer: dict[str, str]) -> str:
        if self._client is None:
            self._client = self._make_client()
        try:
            result = self._client.acquire_token_by_auth_code_flow(flow, answer)
        except (ValueError, RuntimeError) as error:  # state or nonce is another flow's
            raise SignInRefused("failed", "the answer is not to this sign-in") from error
        if isinstance(token := result.get("id_token"), str):
            return token
        raise _refused(result)


def _refused(result: Mapping[str, Any]) -> SignInRefused:
    """Entra's words may name people, so only its code is told."""
    found = _CODE.search(str(result.get("error_description", "")))
    code = found[0] if found else str(result.get("error", "no ID token came"))[:60]
    if result.get("error") == "access_denied":
        return SignInRefused("cancelled", f"Entra ID let nobody in: {code}")
    advice = f": {_ADVICE[code]}" if code in _ADVICE else ""
    return SignInRefused("failed", f"Entra ID refused: {code}{advice}")


async def _asked(work: Callable[[], Any]) -> Any:
    try:
        async with asyncio.timeout(WAIT_S):
            return await asyncio.to_thread(work)
    except SignInRefused:
        raise
    except Exception as error:  # msal lets through whatever requests and its parsers raise
        raise SignInUnavailable(f"the sign-in service cannot be asked: {error!r}") from error
