"""Registrations: whether Microsoft's sign-in service takes the bot for what it says, and the
application with which people sign in.

What goes wrong most, by the threads of those who set up Microsoft's own FAQ Plus
(github.com/OfficeDev/microsoft-teams-apps-faqplus): the wrong tenant, a single-tenant bot that
signs in as a multi-tenant one, the secret's id in the place of its value, and a secret that ran
out a year later. The codes are Entra's
(learn.microsoft.com/entra/identity-platform/reference-error-codes).
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509

from bots.outgoing.credentials import AppType, Credentials, token_source
from errors import SettingsError, TokenUnavailable
from identity.entra import BACK
from identity.registration import confidential_client, read_certificate
from manifest.details import is_guid
from operation.doctor.finding import Finding, Subject, fine, note, problem

SOON = timedelta(days=30)
_GRAPH = "https://graph.microsoft.com/.default"  # any application may ask for a token for it
_CODE = re.compile(r"AADSTS(\d+)")
_ANOTHER = (
    "make a new client secret in Entra (App registrations > {app} > Certificates & secrets) and "
    "set {secret} to its Value"
)
_NEW_PROOF = (
    "make a new one, upload it to the app in Entra (App registrations > {app} > Certificates & "
    "secrets) and set {certificate} to it"
)
_TENANT = (
    "set SIGNPOST_TENANT_ID to the directory (tenant) id that the app's Overview page in Entra "
    "shows, and {id} to the application (client) id beside it"
)
_ADMIN = (
    "ask an administrator of Entra: the app must be allowed to sign in, by Enterprise "
    "applications > {app} > Properties, and by Conditional Access for workload identities"
)
CAUSES: dict[int, tuple[str, str]] = {
    700016: (
        "the tenant does not know the app: either id is wrong, or the app is registered in "
        "another tenant, or the type is (a SingleTenant app must not sign in as MultiTenant)",
        f"{_TENANT}{{type}}",
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


@dataclass(frozen=True, slots=True)
class Application:
    """A registration, and the settings that hold its parts; `type` is advice on its own."""

    about: str
    called: str
    id: str
    secret: str
    certificate: str
    type: str = ""

    def to_do(self, advice: str) -> str:
        """The advice, for this application."""
        return advice.format(
            app=self.called,
            id=self.id,
            secret=self.secret,
            certificate=self.certificate,
            type=self.type,
        )


BOT = Application(
    "Registration",
    "the bot's app",
    "SIGNPOST_APP_ID",
    "SIGNPOST_APP_PASSWORD",
    "SIGNPOST_APP_CERTIFICATE",
    "; set SIGNPOST_APP_TYPE to the type that the Azure Bot's Configuration shows",
)
PEOPLE = Application(
    "Sign-in",
    "the app for sign-in",
    "SIGNPOST_SIGN_IN_CLIENT_ID",
    "SIGNPOST_SIGN_IN_CLIENT_SECRET",
    "SIGNPOST_SIGN_IN_CERTIFICATE",
)


async def registration(subject: Subject) -> AsyncIterator[Finding]:
    """Signs in as the bot does before it sends."""
    if subject.is_a_trial:
        yield note(
            BOT.about,
            "The development switch is on, and the bot has no registration: it serves this "
            "machine only.",
            'README.md ("Put it to work") says how to register it for Teams',
        )
        return
    settings = subject.settings
    password = settings.app_password.get_secret_value()
    if settings.app_type is AppType.MULTI_TENANT:
        yield note(
            BOT.about,
            "SIGNPOST_APP_TYPE is MultiTenant, of which none were made since July 2025.",
            "if the Azure Bot's Configuration shows Single Tenant, set SingleTenant",
        )

    def ask() -> None:
        credentials = Credentials(
            app_id=settings.app_id,
            app_type=settings.app_type,
            tenant_id=settings.tenant_id,
            password=password,
            certificate=settings.app_certificate,
        )
        token_source(credentials, subject.http_client)()

    async for finding in _proven(subject, BOT, password, settings.app_certificate, ask):
        yield finding


async def people_sign_in(subject: Subject) -> AsyncIterator[Finding]:
    """Has the application with which people sign in in a browser prove itself."""
    settings = subject.settings
    if not settings.sign_in:
        return
    entra = settings.entra
    back = f"Its redirect URIs (Entra > Authentication > Web) must hold {entra.origin}{BACK}."
    if not settings.sign_in_client_id:
        yield fine(PEOPLE.about, f"People sign in with the bot's own registration. {back}")
        return

    def ask() -> None:
        try:
            answer = confidential_client(
                entra.client_id,
                f"{entra.authority}/{entra.tenant}",
                password=entra.password,
                certificate=entra.certificate,
                http_client=subject.http_client,
            ).acquire_token_for_client([_GRAPH])
        except SettingsError:
            raise
        except Exception as error:  # msal lets through whatever requests and its parsers raise
            raise TokenUnavailable(repr(error)) from error
        if "access_token" not in answer:
            raise TokenUnavailable(f"{answer.get('error')}: {answer.get('error_description')}")

    async for finding in _proven(subject, PEOPLE, entra.password, entra.certificate, ask, back):
        yield finding


async def _proven(
    subject: Subject,
    app: Application,
    password: str,
    certificate: Path | None,
    ask: Callable[[], None],
    further: str = "",
) -> AsyncIterator[Finding]:
    """Whether the application gets a token by `ask`, which blocks and raises TokenUnavailable, and
    how long its proof holds. `further` is said if all is well."""
    if is_guid(password):
        said = f"{app.secret} has the form of a Secret ID, which is not the secret."
        yield problem(app.about, said, app.to_do(_ANOTHER))
    try:
        if certificate:
            _, public = await asyncio.to_thread(read_certificate, certificate)
            ends_at = x509.load_pem_x509_certificate(public.encode()).not_valid_after_utc
            if ends_at - subject.now < SOON:
                said = f"The certificate runs out on {ends_at:%d %B %Y}."
                yield note(app.about, said, app.to_do(_NEW_PROOF))
        await asyncio.to_thread(ask)
    except SettingsError as error:
        yield problem(app.about, f"{error}.", "set it right; docs/configuration.md describes each")
    except TokenUnavailable as error:
        yield _refused(app, str(error))
    else:
        said = f"The sign-in service knows {app.called} and takes its proof. {further}"
        yield fine(app.about, said.strip())


def _refused(app: Application, said: str) -> Finding:
    code = next((int(found) for found in _CODE.findall(said)), None)
    if code is None:
        return problem(
            app.about,
            f"Microsoft's sign-in service cannot be asked: {said}.",
            "let this machine reach https://login.microsoftonline.com, by its proxy if it has one "
            "(HTTPS_PROXY)",
        )
    cause, to_do = CAUSES.get(code, (said.splitlines()[0], ""))
    return problem(
        app.about,
        f"Microsoft's sign-in service refuses {app.called} (AADSTS{code}): {cause}.",
        app.to_do(to_do)
        or f"https://login.microsoftonline.com/error?code={code} explains the code",
    )
