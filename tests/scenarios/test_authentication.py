"""Only Teams gets in, and of it only the tenants that are allowed."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from cryptography.hazmat.primitives import serialization

from bots.adapter import TeamsAdapter, bot_routes
from bots.outgoing.credentials import Credentials
from bots.teams_bot import TeamsBot
from tests.fakes import activities as teams
from tests.fakes.connector import Failure, FakeConnector
from tests.fakes.conversation import FakeConversation
from tests.fakes.key_server import KeyServer, private_key, published, token

URL = "/api/messages"
CREDENTIALS = Credentials(teams.APP_ID, tenant_id=teams.TENANT_ID, password="made up")


@dataclass
class SignIn:
    """The sign-in service: hands out numbered tokens, and knows in which threads."""

    gate: threading.Event = field(default_factory=threading.Event)
    given: list[str] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)

    def __call__(self) -> tuple[str, float]:
        self.gate.wait(10)
        self.threads.add(threading.get_ident())
        self.given.append(f"bot-token-{len(self.given) + 1}")
        return self.given[-1], 3600.0


@dataclass
class Guarded:
    """A bot with credentials, and the services around it."""

    client: TestClient[web.Request, web.Application]
    connector: FakeConnector
    conversation: FakeConversation
    keys: KeyServer
    sign_in: SignIn

    async def post(self, authorization: str | None, **fields: Any) -> ClientResponse:
        activity = teams.message() | {"serviceUrl": self.connector.url} | fields
        headers = {} if authorization is None else {"Authorization": authorization}
        return await self.client.post(URL, json=activity, headers=headers)

    def bearer(self, **changes: Any) -> str:
        return f"Bearer {token(self.connector.url, **changes)}"


@pytest.fixture
def keys() -> Iterator[KeyServer]:
    with KeyServer() as server:
        yield server


@pytest.fixture
async def guarded(keys: KeyServer) -> AsyncIterator[Guarded]:
    conversation, sign_in = FakeConversation(), SignIn()
    sign_in.gate.set()
    adapter = TeamsAdapter(
        CREDENTIALS,
        allowed_tenants=[teams.TENANT_ID.upper()],
        openid_url=keys.openid_url,
        acquire=sign_in,
    )
    app = web.Application()
    app.add_routes(bot_routes(adapter, TeamsBot(conversation)))
    async with FakeConnector() as connector, TestClient(TestServer(app)) as client:
        yield Guarded(client, connector, conversation, keys, sign_in)
        await adapter.close()


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that another thread or task brings about."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.005)


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """A token without its signature."""

    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part(header)}.{part(claims)}"


def claims(service_url: str) -> dict[str, Any]:
    exp = int(time.time()) + 300
    iss = "https://api.botframework.com"
    return {"iss": iss, "aud": teams.APP_ID, "serviceurl": service_url, "exp": exp}


def signed_with_the_public_key(service_url: str) -> str:
    """The oldest trick: the key that everybody knows, taken for a shared secret."""
    public = private_key("k1").public_key()
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    text = unsigned({"alg": "HS256", "kid": "k1", "typ": "JWT"}, claims(service_url))
    digest = hmac.new(pem, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def forgeries(url: str) -> dict[str, str | None]:
    """Authorization headers that must not open the door to a bot that replies to `url`."""
    now = int(time.time())
    good = token(url)
    head, body, signature = good.split(".")
    deep = base64.urlsafe_b64encode(b"[" * 3000).rstrip(b"=").decode()
    other_body = token(url, sub="x").split(".")[1]
    tokens = {
        "garbage": "abc",
        "three parts of garbage": "a.b.c",
        "not even text": "\u00e9.\u00e9.\u00e9",
        "no signature": f"{head}.{body}.",
        "another signature": f"{head}.{body}.{signature[:-8]}AAAAAAAA",
        "other claims under the signature": f"{head}.{other_body}.{signature}",
        "deeply nested": f"{deep}.{body}.{signature}",
        "deeply nested claims": f"{head}.{deep}.{signature}",
        "alg none": unsigned({"alg": "none", "kid": "k1"}, claims(url)) + ".",
        "HS256 with the public key": signed_with_the_public_key(url),
        "RS512": token(url, algorithm="RS512"),
        "expired ten minutes ago": token(url, exp=now - 600, nbf=now - 4000),
        "not yet valid": token(url, nbf=now + 3600),
        "issued in the future": token(url, iat=now + 3600),
        "no exp": token(url, drop=["exp"]),
        "odd exp": unsigned({"alg": "RS256", "kid": "k1"}, claims(url) | {"exp": []}) + ".AAAA",
        "wrong aud": token(url, aud="another-bot"),
        "no aud": token(url, drop=["aud"]),
        "wrong iss": token(url, iss="https://evil.example"),
        "an Emulator's iss": token(
            url, iss="https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/", ver="1.0"
        ),
        "no iss": token(url, drop=["iss"]),
        "wrong serviceurl": token("https://evil.example/"),
        "no serviceurl": token(url, drop=["serviceurl"]),
        "odd serviceurl": token(url, serviceurl=[url]),
        "another key under a known id": token(url, signed_by="k2"),
        "unknown key": token(url, key_id="nobody's", signed_by="k2"),
        "no key id": token(url, key_id=None),
        "a key for another channel": token(url, key_id="k2", signed_by="k2"),
    }
    headers: dict[str, str | None] = {name: f"Bearer {value}" for name, value in tokens.items()}
    return headers | {
        "no header": None,
        "empty": "",
        "scheme only": "Bearer",
        "scheme and a space": "Bearer ",
        "basic": "Basic YWJjOmRlZg==",
        "token without scheme": good,
        "another scheme": f"Token {good}",
    }


@pytest.mark.parametrize("name", sorted(forgeries("https://x.example/")))
async def test_whoever_is_not_teams_is_unauthorised_and_gets_nothing(
    guarded: Guarded, name: str
) -> None:
    response = await guarded.post(forgeries(guarded.connector.url)[name])
    assert response.status == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert "not from Teams" in await response.text()
    assert guarded.conversation.messages == []
    assert guarded.connector.attempts == []


async def test_teams_is_let_in_and_the_reply_carries_the_bot_s_own_token(
    guarded: Guarded,
) -> None:
    response = await guarded.post(guarded.bearer())
    assert response.status == 200
    (sent,) = guarded.connector.sent
    assert sent.headers["Authorization"] == "Bearer bot-token-1"


async def test_clocks_may_differ_by_five_minutes(guarded: Guarded) -> None:
    now = int(time.time())
    response = await guarded.post(guarded.bearer(exp=now - 120, nbf=now - 4000))
    assert response.status == 200


async def test_the_scheme_is_read_whatever_its_case(guarded: Guarded) -> None:
    response = await guarded.post(guarded.bearer().replace("Bearer", "bearer"))
    assert response.status == 200


@pytest.mark.parametrize("channel", [None, "", "directline", "emulator"])
async def test_a_key_speaks_only_for_the_channels_it_is_endorsed_for(
    guarded: Guarded, channel: str | None
) -> None:
    assert (await guarded.post(guarded.bearer(), channelId=channel)).status == 401


async def test_a_key_without_endorsements_speaks_for_nobody(guarded: Guarded) -> None:
    guarded.keys.keys = [published("k1", None)]
    assert (await guarded.post(guarded.bearer())).status == 401


async def test_a_stranger_s_body_is_not_read(guarded: Guarded) -> None:
    response = await guarded.client.post(
        URL, data=b"{", headers={"Content-Type": "application/json"}
    )
    assert response.status == 401


@pytest.mark.parametrize(
    "channel_data",
    [
        {"tenant": {"id": "00000000-0000-4000-8000-000000000000"}},
        {"tenant": {"id": ""}},
        {"tenant": {"id": None}},
        {"tenant": "x"},
        {},
        None,
    ],
)
async def test_other_tenants_and_none_are_forbidden(
    guarded: Guarded, channel_data: dict[str, Any] | None
) -> None:
    conversation = {"id": teams.PERSONAL_ID, "conversationType": "personal"}
    response = await guarded.post(
        guarded.bearer(), channelData=channel_data, conversation=conversation
    )
    assert response.status == 403
    assert guarded.connector.attempts == []


async def test_the_channel_s_word_on_the_tenant_counts_before_the_conversation_s(
    guarded: Guarded,
) -> None:
    foreign = {"tenant": {"id": "00000000-0000-4000-8000-000000000000"}}
    assert (await guarded.post(guarded.bearer(), channelData=foreign)).status == 403
    assert (await guarded.post(guarded.bearer(), channelData={})).status == 200


async def test_keys_are_fetched_once_for_many_requests(guarded: Guarded) -> None:
    guarded.keys.gate.clear()
    waiting = asyncio.gather(*(guarded.post(guarded.bearer()) for _ in range(10)))
    await until(lambda: bool(guarded.keys.requests))
    guarded.keys.gate.set()
    assert {response.status for response in await waiting} <= {200, 202}
    assert guarded.keys.fetches == 1


async def test_made_up_key_ids_cause_one_fetch_and_not_one_each(guarded: Guarded) -> None:
    for number in range(5):
        await guarded.post(guarded.bearer(key_id=f"made-up-{number}", signed_by="k2"))
    assert guarded.keys.fetches == 1


async def test_junk_causes_no_fetch_at_all(guarded: Guarded) -> None:
    for header in ("Bearer a.b.c", guarded.bearer(aud="another-bot"), guarded.bearer(exp=1)):
        await guarded.post(header)
    assert guarded.keys.requests == []


async def test_a_slow_key_server_does_not_hold_up_the_others(guarded: Guarded) -> None:
    """While the keys are fetched the loop is free: what needs no keys is answered at once."""
    guarded.keys.gate.clear()
    waiting = asyncio.create_task(guarded.post(guarded.bearer()))
    await until(lambda: bool(guarded.keys.requests))
    assert (await guarded.post(None)).status == 401
    assert not waiting.done()
    guarded.keys.gate.set()
    assert (await waiting).status == 200


@pytest.mark.parametrize("trouble", ["failing", "garbage", "no keys", "closed"])
async def test_requests_that_cannot_be_verified_are_told_to_come_back(
    guarded: Guarded, trouble: str
) -> None:
    if trouble == "failing":
        guarded.keys.failing = True
    elif trouble == "garbage":
        guarded.keys.garbage = b"<html>"
    elif trouble == "no keys":
        guarded.keys.keys = [{"kty": "EC", "kid": "k1"}]
    else:
        guarded.keys.__exit__()
    response = await guarded.post(guarded.bearer())
    assert (response.status, response.headers["Retry-After"]) == (503, "5")
    assert guarded.conversation.messages == []


async def test_many_waiting_turns_ask_for_one_token_and_hold_up_nobody(
    guarded: Guarded,
) -> None:
    """botbuilder asks once a turn, on the event loop."""
    guarded.sign_in.gate.clear()
    turns = asyncio.gather(*(guarded.post(guarded.bearer(), id=str(n)) for n in range(5)))
    await until(lambda: len(guarded.conversation.messages) == 5)
    assert (await guarded.post(None)).status == 401
    guarded.sign_in.gate.set()
    assert [response.status for response in await turns] == [200] * 5
    assert guarded.sign_in.given == ["bot-token-1"]
    assert threading.get_ident() not in guarded.sign_in.threads
    assert len(guarded.connector.sent) == 5


async def test_a_token_that_the_connector_refuses_is_renewed_once(guarded: Guarded) -> None:
    guarded.connector.fail(Failure(401))
    await guarded.post(guarded.bearer())
    assert [sent.headers["Authorization"] for sent in guarded.connector.attempts] == [
        "Bearer bot-token-1",
        "Bearer bot-token-2",
    ]
    assert len(guarded.connector.messages) == 1
