"""What the server does not start without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bots.outgoing.credentials import AppType
from bots.outgoing.service_url import is_loopback_host, listed_hosts
from errors import SettingsError
from manifest.details import app_id_problem, is_guid, is_public_host

if TYPE_CHECKING:
    from settings.fields import Settings

_TENANT_IS_GUID = (
    "Teams names tenants by their directory (tenant) id, a GUID such as "
    "66666666-7777-4888-8999-000000000000"
)


def require_server(settings: Settings) -> None:
    """See `Settings.require_server`."""
    if not settings.development:
        _require_credentials(settings)
    listed_hosts(settings.service_hosts)
    if unfit := [f"  {one}" for one in (*_unfit_ids(settings), *_sign_in_problems(settings))]:
        raise SettingsError("the server does not start with\n" + "\n".join(unfit))


def _require_credentials(settings: Settings) -> None:
    needed: dict[str, tuple[object, str]] = {
        "SIGNPOST_APP_ID": (settings.app_id, "the bot's application (client) id"),
        "SIGNPOST_PUBLIC_URL": (settings.public_url, "where people's browsers reach this server"),
        "SIGNPOST_SECRET": (
            settings.secret.get_secret_value(),
            "32 or more random characters, kept",
        ),
    }
    if settings.app_type is not AppType.MULTI_TENANT:
        needed["SIGNPOST_TENANT_ID"] = (settings.tenant_id, "the directory (tenant) id")
    if settings.app_type is not AppType.MANAGED_IDENTITY:
        needed["SIGNPOST_APP_PASSWORD or SIGNPOST_APP_CERTIFICATE"] = (
            settings.app_password.get_secret_value() or settings.app_certificate,
            "the bot's client secret, or a PEM file with certificate and private key",
        )
    missing = [f"  {name}: {what}" for name, (value, what) in needed.items() if not value]
    if missing:
        raise SettingsError(
            "the server does not start without credentials. Set\n"
            + "\n".join(missing)
            + "\nor, to try it on this machine only, SIGNPOST_DEVELOPMENT=1"
        )


def _sign_in_problems(settings: Settings) -> Iterator[str]:
    """Why nobody could sign in in a browser."""
    if not settings.sign_in:
        return
    entra = settings.entra
    if settings.development:
        yield "SIGNPOST_SIGN_IN=1 with SIGNPOST_DEVELOPMENT=1: in development nobody signs in"
    if bool(entra.password) == bool(entra.certificate):
        names = "SIGNPOST_SIGN_IN_CLIENT_SECRET or SIGNPOST_SIGN_IN_CERTIFICATE"
        if not settings.sign_in_client_id:
            names = "SIGNPOST_APP_PASSWORD or SIGNPOST_APP_CERTIFICATE"
        yield f"SIGNPOST_SIGN_IN=1: the application {entra.client_id} takes one of {names}"
    if problem := entra.client_id and app_id_problem(entra.client_id):
        yield problem.replace("SIGNPOST_APP_ID", "SIGNPOST_SIGN_IN_CLIENT_ID")
    if not entra.origin.startswith("https://") and not is_loopback_host(
        urlsplit(entra.origin).hostname or ""
    ):
        yield (
            f"SIGNPOST_SIGN_IN=1 with SIGNPOST_PUBLIC_URL={entra.origin!r}: people sign in over "
            "https only, or on this machine"
        )


def _unfit_ids(settings: Settings) -> Iterator[str]:
    if settings.app_id and (problem := app_id_problem(settings.app_id)):
        yield problem
    for tenant in settings.allowed_tenants:
        if not is_guid(tenant):
            yield f"{tenant!r} in SIGNPOST_ALLOWED_TENANTS: {_TENANT_IS_GUID}"
    if not settings.tenant_id or is_guid(settings.tenant_id):
        return
    if not is_public_host(settings.tenant_id.lower()):
        yield f"SIGNPOST_TENANT_ID={settings.tenant_id!r}: {_TENANT_IS_GUID}"
    elif not settings.allowed_tenants:
        # The sign-in service takes the name, and nobody would be let in: requests have the id.
        yield (
            f"SIGNPOST_TENANT_ID={settings.tenant_id!r} alone: {_TENANT_IS_GUID}. A domain name "
            "will do only if SIGNPOST_ALLOWED_TENANTS has the directory id"
        )
