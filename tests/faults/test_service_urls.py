"""A serviceUrl that is not Teams': refused before the turn, and the bot's token stays here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from botbuilder.schema import ConversationReference  # type: ignore[import-untyped]

from bots.outgoing.connector import SERVICE_URL_REFUSED
from bots.outgoing.service_url import SERVICE_HOSTS, listed_hosts, this_machine
from errors import DeliveryFailed
from tests.fakes import activities as teams
from tests.fakes.guarded import Guarded, guarding
from tests.fakes.key_server import token

BAD_URLS = {
    "http": "http://smba.trafficmanager.net/emea/",
    "this machine": "http://127.0.0.1:3978/",
    "another host": "https://evil.example/",
    "another's subdomain": "https://smba.trafficmanager.net.evil.example/",
    "a neighbour at the same provider": "https://smba-evil.trafficmanager.net/",
    "the provider itself": "https://trafficmanager.net/",
    "a look-alike": "https://smba.traff\u0456cmanager.net/",
    "a look-alike in ASCII": "https://xn--smba-xyz.trafficmanager.net/",
    "a full-width letter": "https://smba.trafficmanager.\uff4eet/",
    "the Kelvin sign": "https://smba.traffic\u212aanager.net/",
    "capitals": "https://SMBA.trafficmanager.net/",
    "a capital scheme": "HTTPS://smba.trafficmanager.net/",
    "a trailing dot": "https://smba.trafficmanager.net./",
    "a user": "https://smba.trafficmanager.net@evil.example/",
    "a user at Teams": "https://someone@smba.trafficmanager.net/",
    "a user and a password": "https://a:b@smba.trafficmanager.net/",
    "a backslash": "https://smba.trafficmanager.net\\@evil.example/",
    "another port": "https://smba.trafficmanager.net:8443/",
    "an empty port": "https://smba.trafficmanager.net:/",
    "an address": "https://10.0.0.1/",
    "an address of six groups": "https://[::1]/",
    "a query": "https://smba.trafficmanager.net/?x=",
    "a fragment": "https://smba.trafficmanager.net/#x",
    "a way up": "https://smba.trafficmanager.net/a/../b",
    "a percent sign": "https://smba.trafficmanager.net/%2e%2e/",
    "a space before": " https://smba.trafficmanager.net/",
    "a line behind": "https://smba.trafficmanager.net/\n",
    "a NUL": "https://smba.trafficmanager.net/\x00",
    "no scheme": "//smba.trafficmanager.net/",
    "a file": "file:///etc/passwd",
    "a word": "nonsense",
}


@pytest.fixture
async def strict() -> AsyncIterator[Guarded]:
    """A bot that sends to Microsoft's hosts alone."""
    async with guarding(listed_hosts(SERVICE_HOSTS)) as guarded:
        yield guarded


@pytest.mark.parametrize("name", BAD_URLS)
async def test_a_signed_request_with_a_bad_service_url_is_refused(
    strict: Guarded, name: str
) -> None:
    """Missing, http, look-alike, with user info, or in letters that only look right: the token
    names the same address, so only the list of hosts can tell."""
    url = BAD_URLS[name]
    response = await strict.post(f"Bearer {token(url)}", serviceUrl=url)
    assert response.status == 403
    assert "serviceUrl" in (await response.json())["error"]["message"]
    assert strict.conversation.messages == []
    assert strict.sign_in.given == []


@pytest.mark.parametrize(("url", "status"), [(None, 400), ("", 400), (7, 400), ([], 400)])
async def test_a_signed_request_without_a_service_url_is_refused(
    strict: Guarded, url: Any, status: int
) -> None:
    bearer = f"Bearer {token('https://smba.trafficmanager.net/emea/')}"
    assert (await strict.post(bearer, serviceUrl=url)).status == status
    assert strict.conversation.messages == []


async def test_a_service_url_other_than_the_token_s_is_refused(strict: Guarded) -> None:
    bearer = f"Bearer {token('https://smba.trafficmanager.net/emea/')}"
    for url in ("https://smba.trafficmanager.net/amer/", "https://smba.trafficmanager.net/emea"):
        assert (await strict.post(bearer, serviceUrl=url)).status == 401
    assert strict.conversation.messages == []


@pytest.mark.parametrize("name", BAD_URLS)
async def test_a_poisoned_conversation_reference_is_told_apart_and_the_others_go_out(
    name: str,
) -> None:
    """Whoever keeps references knows by the code that this one is never to be tried again. The
    bot's token is not even asked for."""

    def here_or_listed(url: str) -> str:
        return listed_hosts(SERVICE_HOSTS)(url) if url == BAD_URLS[name] else this_machine(url)

    async def hello(context: Any) -> None:
        await context.send_activity("Hello.")

    async with guarding(here_or_listed) as guarded:
        poisoned, good = BAD_URLS[name], guarded.connector.url
        with pytest.raises(DeliveryFailed, match="serviceUrl") as raised:
            await guarded.adapter.continue_conversation(_reference(poisoned), hello)
        assert raised.value.code == SERVICE_URL_REFUSED
        assert guarded.sign_in.given == []
        await guarded.adapter.continue_conversation(_reference(good), hello)
        assert guarded.connector.said == ["Hello."]


def _reference(service_url: str) -> ConversationReference:
    return ConversationReference().deserialize(
        {
            "bot": teams.BOT,
            "user": teams.ANNA,
            "conversation": {"id": teams.PERSONAL_ID, "conversationType": "personal"},
            "channelId": "msteams",
            "serviceUrl": service_url,
        }
    )
