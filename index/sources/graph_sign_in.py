"""The token with which the job that reads sources asks Microsoft Graph, as an application.

https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow
"""

from __future__ import annotations

from typing import Any

from errors import ContentError
from index.sources import GraphSettings, SourceUnreachable
from index.sources.microsoft_graph import Acquire

_TIMEOUT_S = 10.0


def token_source(graph: GraphSettings) -> Acquire:
    """What gets tokens. Raises ContentError that names each setting that is missing."""
    needed = {
        "SIGNPOST_GRAPH_TENANT_ID": graph.tenant_id,
        "SIGNPOST_GRAPH_CLIENT_ID": graph.client_id,
        "SIGNPOST_GRAPH_CLIENT_SECRET or SIGNPOST_GRAPH_CERTIFICATE": (
            graph.client_secret or graph.certificate
        ),
    }
    if missing := [name for name, value in needed.items() if not value]:
        raise ContentError(
            f"SharePoint is read by an application of yours: set {' and '.join(missing)}"
        )
    if graph.client_secret and graph.certificate:
        raise ContentError("set one of SIGNPOST_GRAPH_CLIENT_SECRET and SIGNPOST_GRAPH_CERTIFICATE")

    def acquire() -> tuple[str, float]:
        scope = f"{graph.url.rstrip('/')}/.default"
        try:
            # An application of its own: it knows no token of before, which may have been refused.
            answer = _application(graph).acquire_token_for_client(scopes=[scope])
        except Exception as error:  # msal lets through whatever requests and its parsers raise
            raise SourceUnreachable(f"no token for {graph.client_id}: {error!r}") from error
        if "access_token" not in answer:
            said = f"{answer.get('error')}: {answer.get('error_description')}"
            raise SourceUnreachable(f"no token for {graph.client_id}: {said}")
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
