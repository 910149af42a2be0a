"""Where the bot's messages, and the token that it shows with them, may go.

An activity says in `serviceUrl` where its reply goes. Whoever could choose that address would be
sent the bot's token. So the address must be written exactly as Teams writes it, and its host be
listed; it is looked at before a turn begins, and again where the token would leave.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from typing import TypeAlias

from yarl import URL

from errors import SettingsError

# Regions and tenants are in the path ("/emea/", "/emea/<tenant id>/"), so these are all that Teams
# uses: the world's, and those of the US government's clouds GCC, GCC High and DoD.
# learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages
# ("GCC", "GCCH" and "DOD" there), and TeamsServiceEndpoints of the Microsoft 365 Agents SDK:
# microsoft.github.io/Agents-for-js/variables/_microsoft_agents-hosting.TeamsServiceEndpoints.html
SERVICE_HOSTS = (
    "smba.trafficmanager.net",
    "smba.infra.gcc.teams.microsoft.com",
    "smba.infra.gov.teams.microsoft.us",
    "smba.infra.dod.teams.microsoft.us",
)
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_PLAIN = re.compile(rf"https://({_HOST.pattern})(?::443)?(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?")

ServiceUrlCheck: TypeAlias = Callable[[str], str]
"""Says why nothing may be sent to a service URL; empty if it may."""


def listed_hosts(hosts: Iterable[str]) -> ServiceUrlCheck:
    """Lets messages go by https to exactly these hosts. Anything in an address beside host and
    plain path (a user, another port, capitals, a dot behind the host, letters beyond ASCII, a
    query) is refused rather than understood. Raises SettingsError for what is no host's name."""
    known = frozenset(hosts)
    for host in known:
        if not _HOST.fullmatch(host):
            raise SettingsError(
                f"{host!r} in SIGNPOST_SERVICE_HOSTS is no host: write its name alone, in lower "
                f"case, such as {SERVICE_HOSTS[0]}"
            )

    def problem(service_url: str) -> str:
        match = _PLAIN.fullmatch(service_url)
        if match is None:
            return "its serviceUrl is not plain https://host/path"
        if match[1] not in known:
            return f"its serviceUrl's host {match[1][:100]!r} is not in SIGNPOST_SERVICE_HOSTS"
        return ""

    return problem


def this_machine(service_url: str) -> str:
    """Lets messages go to this machine alone: nobody was asked who they are."""
    return "" if is_loopback(service_url) else "in development replies go to this machine only"


def is_loopback(url: str) -> bool:
    """Whether an http(s) URL leads to this machine, without asking a name server."""
    try:
        parts = URL(url)  # as the request itself will read it
        if parts.scheme not in {"http", "https"} or not parts.host:
            return False
    except ValueError:
        return False
    return is_loopback_host(parts.host)


def is_loopback_host(host: str) -> bool:
    """Whether that name or address is this machine's own."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
