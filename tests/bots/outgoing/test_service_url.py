"""Which addresses the bot's messages, and its token with them, may go to."""

from __future__ import annotations

import pytest

from bots.outgoing.service_url import SERVICE_HOSTS, is_loopback, listed_hosts, this_machine
from errors import SettingsError


@pytest.mark.parametrize(
    "url",
    [
        "https://smba.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net/uk/66666666-7777-4888-8999-000000000000/",
        "https://smba.trafficmanager.net/teams",
        "https://smba.trafficmanager.net:443/amer/",
        "https://smba.trafficmanager.net",
        "https://smba.infra.gcc.teams.microsoft.com/gcc",
        "https://smba.infra.gov.teams.microsoft.us/gcch/",
        "https://smba.infra.dod.teams.microsoft.us/dod/",
    ],
)
def test_what_microsoft_documents_is_let_through(url: str) -> None:
    assert listed_hosts(SERVICE_HOSTS)(url) == ""


def test_a_list_of_one_s_own_takes_the_place_of_microsoft_s() -> None:
    check = listed_hosts(["connector.example"])
    assert check("https://connector.example/emea/") == ""
    assert "'smba.trafficmanager.net' is not in" in check("https://smba.trafficmanager.net/emea/")


@pytest.mark.parametrize("host", ["https://a.example", "A.example", "a.example:443", "*.example"])
def test_what_is_no_host_stops_the_start(host: str) -> None:
    with pytest.raises(SettingsError, match="SIGNPOST_SERVICE_HOSTS"):
        listed_hosts([host])


def test_in_development_only_this_machine_is() -> None:
    assert this_machine("http://127.0.0.1:56150/_connector") == ""
    assert this_machine("https://smba.trafficmanager.net/emea/")


@pytest.mark.parametrize(
    ("url", "leads_here"),
    [
        ("http://127.0.0.1:3978/", True),
        ("http://localhost:56150/_connector", True),
        ("http://LOCALHOST/", True),
        ("https://[::1]/", True),
        ("http://127.8.9.1/", True),
        ("http://localhost.evil.example/", False),
        ("http://127.0.0.1@evil.example/", False),
        ("http://evil.example/@127.0.0.1", False),
        ("http://evil.example\\@127.0.0.1/", False),
        ("http://0.0.0.0/", False),
        ("http://2130706433/", False),
        ("http://[::ffff:8.8.8.8]/", False),
        ("ftp://127.0.0.1/", False),
        ("127.0.0.1", False),
        ("", False),
        ("http://[", False),
    ],
)
def test_an_address_leads_here_if_its_host_says_so(url: str, leads_here: bool) -> None:
    assert is_loopback(url) is leads_here
