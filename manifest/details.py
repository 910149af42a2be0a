"""What an organisation says about its own Signpost, checked as Teams would."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from errors import SettingsError

_NEEDED = {
    "app_id": "the bot's application (client) id",
    "public_url": "the https address at which Teams and people's browsers reach the server",
    "developer_name": "who runs Signpost in your organisation, up to 32 characters",
    "developer_url": "the https address of a page that helps people with it",
    "privacy_url": "the https address of your privacy statement",
    "terms_url": "the https address of your terms of use",
}
_HTTPS = ("public_url", "developer_url", "privacy_url", "terms_url")
_GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_VERSION = re.compile(r"(0|[1-9]\d{0,4})(\.(0|[1-9]\d{0,4})){2}")
_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


def is_guid(value: str) -> bool:
    return _GUID.fullmatch(value) is not None


def is_public_host(value: str) -> bool:
    """Whether it can be a host name, or domain, of the public DNS, in lower case."""
    return _HOST.fullmatch(value) is not None


def app_id_problem(app_id: str) -> str:
    """Why that is no application id, with the setting's name; empty if it is one."""
    if is_guid(app_id):
        return ""
    return (
        f"SIGNPOST_APP_ID={app_id!r}: an application id is a GUID, such as "
        "11111111-2222-4333-8444-555555555555"
    )


@dataclass(frozen=True, slots=True)
class AppDetails:
    """The settings that the manifest is filled from, each named as its setting is."""

    app_id: str
    public_url: str
    developer_name: str
    developer_url: str
    privacy_url: str
    terms_url: str
    app_name: str
    app_version: str
    link_domains: tuple[str, ...] = ()

    @property
    def domain(self) -> str:
        """The bare host of `public_url`, without a port."""
        return urlsplit(self.public_url).hostname or ""

    def values(self) -> dict[str, str]:
        """What each name in the template stands for."""
        strings = {name: one for name, one in asdict(self).items() if isinstance(one, str)}
        return {**strings, "domain": self.domain}


def setting(name: str) -> str:
    """The setting behind a name of the template."""
    return f"SIGNPOST_{'public_url' if name == 'domain' else name}".upper()


def check_details(details: AppDetails) -> None:
    """Raises SettingsError that names every setting which is missing or unfit for Teams, and what
    it takes."""
    values = asdict(details)
    missing = [
        f"  {setting(name)}: {what}" for name, what in _NEEDED.items() if not values[name].strip()
    ]
    if missing:
        raise SettingsError("the app package cannot be made. Set\n" + "\n".join(missing))
    unfit = [f"  {problem}" for problem in _unfit(details, values)]
    if unfit:
        raise SettingsError("the app package cannot be made:\n" + "\n".join(unfit))


def _unfit(details: AppDetails, values: dict[str, str]) -> list[str]:
    problems = [
        f"{setting(name)}={values[name]!r}: Teams takes https addresses only"
        for name in _HTTPS
        if urlsplit(values[name]).scheme != "https"
    ]
    if problem := app_id_problem(details.app_id):
        problems.append(problem)
    if not is_public_host(details.domain):
        problems.append(
            f"SIGNPOST_PUBLIC_URL={details.public_url!r}: Teams needs a host name of the public "
            "DNS in it, not an IP address or a local name"
        )
    if not _VERSION.fullmatch(details.app_version):
        problems.append(
            f"SIGNPOST_APP_VERSION={details.app_version!r}: a version is three numbers, such as "
            "1.0.0, and grows with each upload"
        )
    # https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/link-unfurling
    problems += [
        f"SIGNPOST_LINK_DOMAINS names {one!r}, which is no host name, such as docs.example.com: "
        "each is named in full, in small letters, without https:// and wildcards"
        for one in details.link_domains
        if not is_public_host(one)
    ]
    return problems
