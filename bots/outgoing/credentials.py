"""Who the bot is to Microsoft's sign-in service, how it proves it, and the token that it gets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, assert_never

import structlog

from errors import SettingsError, TokenUnavailable
from identity.registration import confidential_client, read_certificate
from retrieval.serving.flight import Renewal

SCOPE = "https://api.botframework.com"
AUTHORITY = "https://login.microsoftonline.com"
RENEW_BEFORE_S = 300.0
WAIT_S = 8.0

log = structlog.get_logger(__name__)

Acquire = Callable[[], tuple[str, float]]
"""Gets a token: the token, and for how many seconds it is good. Blocks; raises TokenUnavailable."""


class AppType(StrEnum):
    """How the bot's registration authenticates, in the Bot Framework's own words."""

    SINGLE_TENANT = "SingleTenant"
    MULTI_TENANT = "MultiTenant"  # no new ones since July 2025
    MANAGED_IDENTITY = "UserAssignedMSI"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The bot's registration and its one proof: a password, or a certificate (a PEM file with
    certificate and unencrypted key), or for a managed identity neither.

    Raises SettingsError if something is missing, contradicts, or could not work.
    """

    app_id: str
    app_type: AppType = AppType.SINGLE_TENANT
    tenant_id: str = ""
    password: str = field(default="", repr=False)
    certificate: Path | None = None

    def __post_init__(self) -> None:
        if not self.app_id:
            raise SettingsError(
                "the bot's app id is empty: take it from the bot's registration in Azure, or set "
                "the development switch to serve this machine only, without authentication"
            )
        proofs = bool(self.password) + bool(self.certificate)
        if self.app_type is AppType.MANAGED_IDENTITY:
            if proofs:
                raise SettingsError(f"{self.app_type} takes neither password nor certificate")
        elif proofs != 1:
            raise SettingsError(f"{self.app_type} takes one of password and certificate")
        if self.app_type is AppType.SINGLE_TENANT and not self.tenant_id:
            raise SettingsError(f"{self.app_type} takes the tenant id of the bot's registration")
        if self.certificate:
            read_certificate(self.certificate)


def token_source(credentials: Credentials, http_client: Any = None) -> Acquire:
    """What gets tokens for `credentials` from the sign-in service. Nothing is asked before the
    first call. `http_client` takes the place of msal's own, which is `requests`."""
    app: Any = None

    def acquire() -> tuple[str, float]:
        nonlocal app
        try:
            if app is None:
                app = _sign_in_app(credentials, http_client)  # asks the authority: not earlier
            if credentials.app_type is AppType.MANAGED_IDENTITY:
                answer = app.acquire_token_for_client(resource=SCOPE)
            else:
                answer = app.acquire_token_for_client(scopes=[f"{SCOPE}/.default"])
            return answer["access_token"], float(answer["expires_in"])
        except KeyError:
            raise TokenUnavailable(
                f"no token for app {credentials.app_id}: {answer.get('error')}: "
                f"{answer.get('error_description')}"
            ) from None
        except Exception as error:  # msal lets through whatever requests and its parsers raise
            raise TokenUnavailable(f"no token for app {credentials.app_id}: {error!r}") from error

    return acquire


def _sign_in_app(credentials: Credentials, http_client: Any) -> Any:
    match credentials.app_type:
        case AppType.MANAGED_IDENTITY:
            # late: a seventh of a second that nobody pays who only tries the bot
            import msal  # type: ignore[import-untyped]
            import requests

            identity = msal.UserAssignedManagedIdentity(client_id=credentials.app_id)
            client = http_client or requests.Session()
            return msal.ManagedIdentityClient(identity, http_client=client)
        case AppType.SINGLE_TENANT:
            authority = f"{AUTHORITY}/{credentials.tenant_id}"
        case AppType.MULTI_TENANT:
            authority = f"{AUTHORITY}/botframework.com"
        case _:
            assert_never(credentials.app_type)
    return confidential_client(
        credentials.app_id,
        authority,
        password=credentials.password,
        certificate=credentials.certificate,
        http_client=http_client,
    )


class Bearer:
    """The token that the bot shows Teams' connector. The sign-in service is asked for it in a
    thread, once however many turns wait, and not while the token has over five minutes to live."""

    def __init__(self, acquire: Acquire, clock: Callable[[], float] = time.monotonic) -> None:
        self._acquire = acquire
        self._clock = clock
        self._token = ""
        self._ends_at = 0.0
        self._renewal = Renewal(self._ask, "bot-token")

    async def token(self) -> str:
        """A token that is good now. Raises TokenUnavailable."""
        if self._remaining_s() <= RENEW_BEFORE_S:
            try:
                async with asyncio.timeout(WAIT_S):
                    await self._renewal.run()
            except (TokenUnavailable, TimeoutError) as error:
                if self._remaining_s() <= 0:
                    log.error("bot_token.unavailable", error=repr(error))  # noqa: TRY400
                    raise TokenUnavailable(f"no token to send with: {error!r}") from error
                log.warning("bot_token.not_renewed", error=repr(error))
        return self._token

    def forget(self, token: str) -> None:
        """`token` was refused: get another one next time."""
        if token == self._token:
            self._ends_at = 0.0

    async def close(self) -> None:
        """Stop a renewal that is under way."""
        await self._renewal.close()

    def _remaining_s(self) -> float:
        return self._ends_at - self._clock() if self._token else 0.0

    async def _ask(self) -> None:
        asked_at = self._clock()
        token, lifetime_s = await asyncio.to_thread(self._acquire)
        self._token, self._ends_at = token, asked_at + lifetime_s
