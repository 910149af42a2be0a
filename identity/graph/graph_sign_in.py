"""The token with which Microsoft Graph is asked, as an application.

https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from errors import GraphUnavailable

_TIMEOUT_S = 10.0
_AFTER_REFUSAL_S = 60.0

Acquire = Callable[[], tuple[str, float]]
"""Gets a token: the token, and for how many seconds it is good. Blocks; raises
GraphUnavailable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphSettings:
    """How Microsoft Graph is asked, and as which application of which tenant. `http_client` takes
    the place of msal's own, which is `requests`."""

    tenant_id: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    certificate: Path | None = None
    url: str = "https://graph.microsoft.com"
    authority: str = "https://login.microsoftonline.com"
    http_client: Any = None

    @property
    def problem(self) -> str | None:
        """What keeps Graph from being asked so: it names each setting that is missing."""
        needed = {
            "SIGNPOST_GRAPH_TENANT_ID": self.tenant_id,
            "SIGNPOST_GRAPH_CLIENT_ID": self.client_id,
            "SIGNPOST_GRAPH_CLIENT_SECRET or SIGNPOST_GRAPH_CERTIFICATE": (
                self.client_secret or self.certificate
            ),
        }
        if missing := [name for name, value in needed.items() if not value]:
            return f"set {' and '.join(missing)}"
        if self.client_secret and self.certificate:
            return "set one of SIGNPOST_GRAPH_CLIENT_SECRET and SIGNPOST_GRAPH_CERTIFICATE"
        address = urlsplit(self.url)
        if address.scheme != "https" and not _is_loopback(address.hostname or ""):
            return f"SIGNPOST_GRAPH_URL={self.url} must begin with https://"
        return None


def token_source(graph: GraphSettings) -> Acquire:
    """What gets tokens with settings that have no `problem`."""

    def acquire() -> tuple[str, float]:
        scope = f"{graph.url.rstrip('/')}/.default"
        try:
            # An application of its own: it knows no token of before, which may have been refused.
            answer = _application(graph).acquire_token_for_client(scopes=[scope])
        except Exception as error:  # msal lets through whatever requests and its parsers raise
            raise GraphUnavailable(f"no token for {graph.client_id}: {error!r}") from error
        if "access_token" not in answer:
            said = f"{answer.get('error')}: {answer.get('error_description')}"
            raise GraphUnavailable(
                f"no token for {graph.client_id}: {said}", again_in_s=_AFTER_REFUSAL_S
            )
        return str(answer["access_token"]), float(answer.get("expires_in") or 0)

    return acquire


def _application(graph: GraphSettings) -> Any:
    import msal  # type: ignore[import-untyped]  # late: a seventh of a second

    proof: str | dict[str, str] = graph.client_secret
    if graph.certificate:
        # One PEM file with both; each is found in it by its own heading.
        pem = graph.certificate.read_text(encoding="ascii")
        proof = {"private_key": pem, "public_certificate": pem}
    return msal.ConfidentialClientApplication(
        graph.client_id,
        client_credential=proof,
        authority=f"{graph.authority.rstrip('/')}/{graph.tenant_id}",
        instance_discovery=False,  # the authority is the one above: nothing to discover
        timeout=_TIMEOUT_S,
        http_client=graph.http_client,
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
