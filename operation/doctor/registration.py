"""The bot's registration: whether Microsoft's sign-in service takes the bot for what it says.

What goes wrong most, by the threads of those who set up Microsoft's own FAQ Plus
(github.com/OfficeDev/microsoft-teams-apps-faqplus): the wrong tenant, a single-tenant bot that
signs in as a multi-tenant one, the secret's id in the place of its value, and a secret that ran
out a year later. The codes are Entra's
(learn.microsoft.com/entra/identity-platform/reference-error-codes).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta

from cryptography import x509

from bots.outgoing.credentials import AppType, Credentials, token_source
from errors import SettingsError, TokenUnavailable
from manifest.package import is_guid
from operation.doctor.finding import Finding, Subject, fine, note, problem

ABOUT = "Registration"
SOON = timedelta(days=30)
_CODE = re.compile(r"AADSTS(\d+)")
_ANOTHER = (
    "make a new client secret in Entra (App registrations > the bot's app > Certificates & "
    "secrets) and set SIGNPOST_APP_PASSWORD to its Value"
)
_NEW_PROOF = (
    "make a new one, upload it to the app in Entra (App registrations > the bot's app > "
    "Certificates & secrets) and set SIGNPOST_APP_CERTIFICATE to it"
)
_TENANT = (
    "set SIGNPOST_TENANT_ID to the directory (tenant) id that the app's Overview page in Entra "
    "shows, and SIGNPOST_APP_ID to the application (client) id beside it"
)
_ADMIN = (
    "ask an administrator of Entra: the app must be allowed to sign in, by Enterprise "
    "applications > the bot's app > Properties, and by Conditional Access for workload identities"
)
CAUSES: dict[int, tuple[str, str]] = {
    700016: (
        "the tenant does not know the app: either id is wrong, or the app is registered in "
        "another tenant, or the type is (a SingleTenant app must not sign in as MultiTenant)",
        f"{_TENANT}; set SIGNPOST_APP_TYPE to the type that the Azure Bot's Configuration shows",
    ),
    90002: ("there is no such tenant", _TENANT),
    900023: ("the tenant's id is none", _TENANT),
    7000215: (
        "the client secret is wrong: often its Secret ID was taken, and its Value is needed",
        _ANOTHER,
    ),
    7000222: ("the client secret has run out", _ANOTHER),
    700027: (
        "the certificate is not the app's, or has run out",
        _NEW_PROOF,
    ),
    7000229: (
        "the app has no service principal in the tenant",
        "register the app in this tenant, or have an administrator of it consent to the app",
    ),
    7000112: ("the app is switched off in the tenant", _ADMIN),
    53003: ("a policy of the organisation blocks the app (Conditional Access)", _ADMIN),
    530034: ("a policy of the organisation blocks the app", _ADMIN),
    50105: ("an administrator has not assigned the app to anybody", _ADMIN),
}


async def registration(subject: Subject) -> AsyncIterator[Finding]:
    """Signs in as the bot does before it sends."""
    if subject.is_a_trial:
        yield note(
            ABOUT,
            "The development switch is on, and the bot has no registration: it serves this "
            "machine only.",
            'README.md ("Put it to work") says how to register it for Teams',
        )
        return
    settings = subject.settings
    password = settings.app_password.get_secret_value()
    if is_guid(password):
        yield problem(
            ABOUT,
            "SIGNPOST_APP_PASSWORD has the form of a Secret ID, which is not the secret.",
            _ANOTHER,
        )
    if settings.app_type is AppType.MULTI_TENANT:
        yield note(
            ABOUT,
            "SIGNPOST_APP_TYPE is MultiTenant, of which none were made since July 2025.",
            "if the Azure Bot's Configuration shows Single Tenant, set SingleTenant",
        )
    try:
        credentials = Credentials(
            app_id=settings.app_id,
            app_type=settings.app_type,
            tenant_id=settings.tenant_id,
            password=password,
            certificate=settings.app_certificate,
        )
        if credentials.certificate:
            pem = credentials.certificate.read_bytes()
            ends_at = x509.load_pem_x509_certificate(pem).not_valid_after_utc
            if ends_at - subject.now < SOON:
                yield note(ABOUT, f"The certificate runs out on {ends_at:%d %B %Y}.", _NEW_PROOF)
        await asyncio.to_thread(token_source(credentials, subject.http_client))
    except SettingsError as error:
        yield problem(ABOUT, f"{error}.", "set it right; docs/configuration.md describes each")
    except TokenUnavailable as error:
        yield _refused(str(error))
    else:
        yield fine(ABOUT, f"The sign-in service gives the bot {settings.app_id} its token.")


def _refused(said: str) -> Finding:
    code = next((int(found) for found in _CODE.findall(said)), None)
    if code is None:
        return problem(
            ABOUT,
            f"Microsoft's sign-in service cannot be asked: {said}.",
            "let this machine reach https://login.microsoftonline.com, by its proxy if it has one "
            "(HTTPS_PROXY)",
        )
    cause, to_do = CAUSES.get(code, (said.splitlines()[0], ""))
    return problem(
        ABOUT,
        f"Microsoft's sign-in service refuses the bot (AADSTS{code}): {cause}.",
        to_do or f"https://login.microsoftonline.com/error?code={code} explains the code",
    )
