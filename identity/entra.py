"""The application in Entra ID with which people sign in: its settings become parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from identity.entra_tokens import EntraTokens, GroupsOf
from identity.person import Role
from identity.registration import confidential_client
from identity.sign_in import SignIn
from identity.signing_keys import SigningKey, SigningKeys, fetch_keys

BACK = "/sign-in/back"


@dataclass(frozen=True, slots=True)
class EntraSettings:
    """An application's registration, and who may sign in with it: people of `tenants`, by their
    ids. `tenant` is asked for them, and `origin` is this server's."""

    client_id: str
    tenant: str
    tenants: frozenset[str]
    origin: str
    host: str
    password: str = field(default="", repr=False)
    certificate: Path | None = None
    authority: str = "https://login.microsoftonline.com"
    role_groups: Mapping[Role, frozenset[str]] = field(default_factory=dict)


class Entra:
    """What asks Entra ID. Nothing is asked before somebody signs in."""

    def __init__(
        self,
        settings: EntraSettings,
        *,
        groups: GroupsOf | None = None,
        http_client: Any = None,
        connector: aiohttp.BaseConnector | None = None,
    ) -> None:
        """`groups` know those of people whose tokens do not name them. `http_client` and
        `connector` take the place of `requests`' and aiohttp's own."""
        self._authority = f"{settings.authority}/{settings.tenant}"
        self._connector = connector
        self._session: aiohttp.ClientSession | None = None
        self._keys = SigningKeys(self._fetch_keys)
        self.tokens = EntraTokens(
            self._keys,
            client_id=settings.client_id,
            authority=settings.authority,
            tenants=settings.tenants,
            host=settings.host,
            role_groups=settings.role_groups,
            groups=groups,
        )
        self.sign_in = SignIn(
            lambda: confidential_client(
                settings.client_id,
                self._authority,
                password=settings.password,
                certificate=settings.certificate,
                http_client=http_client,
                keeps_tokens=False,
            ),
            settings.origin + BACK,
            self.tokens,
        )

    async def close(self) -> None:
        """Gives up what is under way."""
        await self._keys.close()
        if self._session:
            await self._session.close()

    async def _fetch_keys(self) -> Mapping[str, SigningKey]:
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=self._connector, trust_env=True)
        url = f"{self._authority}/v2.0/.well-known/openid-configuration"
        return await fetch_keys(self._session, url)
