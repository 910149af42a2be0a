"""Tokens of Entra ID, read as people.

Two kinds come: the ID token of a sign-in in a browser, and the access token that Teams gives a tab.
Both must be of version 2.0, as the registration is to ask for
(https://learn.microsoft.com/entra/identity-platform/access-tokens#token-formats), so that there is
one issuer for each tenant. What is checked is what "Secure applications and APIs by validating
claims" asks for (https://learn.microsoft.com/entra/identity-platform/claims-validation): signature,
audience, issuer and tenant, time, and of access tokens the scope. People are known by tenant and
object id and never by an address, which can be given to somebody else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Protocol

import jwt
import structlog

from errors import GraphUnavailable, SignInRefused
from identity.person import Person, Role, is_object_id
from identity.signed_token import check_token
from identity.signing_keys import SigningKeys

TEAMS_SCOPE = "access_as_user"
log = structlog.get_logger(__name__)

_APP_ROLES = {f"Signpost.{role.title()}": role for role in Role}


class GroupsOf(Protocol):
    """Knows the groups of people whose tokens do not name them."""

    async def among(self, person: Person, asked: frozenset[str]) -> frozenset[str]:
        """Those of the groups that the person is in. Raises GraphUnavailable."""
        ...


class EntraTokens:
    """Reads tokens for the application `client_id` of people in `tenants`."""

    def __init__(
        self,
        keys: SigningKeys,
        *,
        client_id: str,
        authority: str,
        tenants: Collection[str],
        host: str = "",
        role_groups: Mapping[Role, frozenset[str]] | None = None,
        groups: GroupsOf | None = None,
    ) -> None:
        """`authority` is the sign-in service ("https://login.microsoftonline.com"); `host` that of
        the application id URI which Teams asks tokens for. Members of a role's groups, whose ids
        are in lower case, have it; `groups` tell who is one if a token does not."""
        self._keys = keys
        self._client_id = client_id
        self._tenants = frozenset(tenant.lower() for tenant in tenants)
        self._issuers = [f"{authority}/{tenant}/v2.0" for tenant in sorted(self._tenants)]
        self._teams_audiences = (client_id, f"api://{host}/{client_id}")
        self._role_groups = role_groups or {}
        self._groups = groups

    async def signed_in(self, id_token: str) -> Person:
        """Whom an ID token names. Raises SignInRefused for one that is no good, and
        KeysUnavailable if that cannot be told."""
        return await self._person(await self._claims(id_token, (self._client_id,)))

    async def in_teams(self, access_token: str) -> Person:
        """Whom an access token of a Teams tab names. Raises as `signed_in` does."""
        claims = await self._claims(access_token, self._teams_audiences)
        if TEAMS_SCOPE not in str(claims.get("scp", "")).split():
            raise SignInRefused("failed", f"the token is not for the scope {TEAMS_SCOPE}")
        return await self._person(claims)

    async def _claims(self, token: str, audiences: Collection[str]) -> dict[str, Any]:
        try:
            claims, _ = await check_token(token, self._keys, audiences, self._issuers)
        except jwt.InvalidIssuerError as error:
            raise SignInRefused("tenant", "the token is of a tenant that is not served") from error
        except jwt.PyJWTError as error:
            raise SignInRefused("failed", f"the token is no good: {error}") from error
        if claims["iss"] != self._issuer_of(claims.get("tid")):
            raise SignInRefused("tenant", "the token names another tenant than its issuer does")
        return claims

    def _issuer_of(self, tenant: object) -> str | None:
        served = isinstance(tenant, str) and tenant.lower() in self._tenants
        return next((one for one in self._issuers if served and f"/{tenant}/" in one), None)

    async def _person(self, claims: Mapping[str, Any]) -> Person:
        object_id = claims.get("oid")
        if not isinstance(object_id, str) or not is_object_id(object_id):
            raise SignInRefused("failed", "the token names no object id")
        name = claims.get("name")
        of_app = {_APP_ROLES[one] for one in _strings(claims.get("roles")) if one in _APP_ROLES}
        person = Person(
            name=name if isinstance(name, str) else "",
            object_id=object_id.lower(),
            tenant_id=str(claims["tid"]),
            groups=_groups(claims),
            roles=frozenset({Role.READER} | of_app),  # everybody who may sign in may read
        )
        return replace(person, roles=person.roles | await self._roles_by_group(person))

    async def _roles_by_group(self, person: Person) -> frozenset[Role]:
        groups = person.groups
        if groups is None and self._groups and self._role_groups:
            try:
                groups = await self._groups.among(
                    person, frozenset().union(*self._role_groups.values())
                )
            except GraphUnavailable as error:
                log.warning("sign_in.roles_unknown", reason=str(error))
        return frozenset(role for role, by in self._role_groups.items() if by & (groups or set()))


def _groups(claims: Mapping[str, Any]) -> frozenset[str] | None:
    """None if the token does not say: there are too many, which `_claim_names` or `hasgroups`
    tells, there are none, or the application asks for none. All three look alike where it matters:
    https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference."""
    found = frozenset(one.lower() for one in _strings(claims.get("groups")) if is_object_id(one))
    return found or None


def _strings(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
