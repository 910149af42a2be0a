"""How an application of ours proves itself to Microsoft's sign-in service."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from errors import SettingsError

TIMEOUT_S = 5.0


def confidential_client(
    client_id: str,
    authority: str,
    *,
    password: str = "",
    certificate: Path | None = None,
    http_client: Any = None,
    keeps_tokens: bool = True,
) -> Any:
    """msal's client for the registration `client_id`, which proves itself by a password or a
    certificate. It asks the authority as it is made, so make it off the event loop.
    `http_client` takes the place of msal's own, which is `requests`. If it `keeps_tokens`, those
    of everybody stay in memory."""
    # late: a seventh of a second that nobody pays who only tries the bot
    import msal  # type: ignore[import-untyped]

    proof: str | dict[str, str] = password
    if certificate:
        private_key, public = read_certificate(certificate)
        # msal computes the SHA-256 thumbprint of `public_certificate` itself
        proof = {"private_key": private_key, "public_certificate": public}
    return msal.ConfidentialClientApplication(
        client_id,
        client_credential=proof,
        authority=authority,
        instance_discovery=False,  # the authority is the one above: nothing to discover
        timeout=TIMEOUT_S,
        http_client=http_client,
        **({} if keeps_tokens else _keeping_nothing(msal)),
    )


def _keeping_nothing(msal: Any) -> dict[str, Any]:
    class NoCache(msal.TokenCache):  # type: ignore[misc]
        def add(self, event: Any, now: Any = None) -> None:
            """Who signs in is known by the session from then on."""

    return {"token_cache": NoCache(), "exclude_scopes": ["offline_access"]}


def read_certificate(path: Path) -> tuple[str, str]:
    """Private key and certificate as PEM. Raises SettingsError unless both are there, belong
    together, and the certificate has not run out."""
    from cryptography import x509  # a tenth of a second that only certificates need
    from cryptography.hazmat.primitives import serialization as pem

    try:
        data = path.read_bytes()
        certificate = x509.load_pem_x509_certificate(data)
        key = pem.load_pem_private_key(data, password=None)
    except (OSError, ValueError, TypeError) as error:  # TypeError: the key is encrypted
        raise SettingsError(
            f"{path} is no PEM file with a certificate and its unencrypted key: {error}"
        ) from error
    if key.public_key() != certificate.public_key():
        raise SettingsError(f"the key in {path} is not that of the certificate in it")
    if certificate.not_valid_after_utc <= datetime.now(UTC):
        raise SettingsError(f"the certificate in {path} ran out {certificate.not_valid_after_utc}")
    private_key = key.private_bytes(
        pem.Encoding.PEM, pem.PrivateFormat.PKCS8, pem.NoEncryption()
    ).decode()
    return private_key, certificate.public_bytes(pem.Encoding.PEM).decode()
