"""Who is let in, and what the others are told: in one place, whatever checks the tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from structlog.testing import capture_logs

from bots.door.admission import Admission, refusal
from bots.door.token_check import Caller, TokenCheck
from bots.outgoing.service_url import listed_hosts, this_machine
from errors import KeysUnavailable, RequestRefused
from tests.fakes import activities

SERVICE_URL = "https://smba.example/emea/"
Post = Callable[..., Awaitable[ClientResponse]]


@dataclass
class Tokens:
    """Vouches for Teams, or raises; notes what it was given."""

    error: Exception | None = None
    given: list[str | None] = field(default_factory=list)

    async def caller(self, authorization: str | None) -> Caller:
        self.given.append(authorization)
        if self.error:
            raise self.error
        return Caller(SERVICE_URL, frozenset({"msteams"}))


@pytest.fixture
async def door() -> AsyncIterator[Callable[..., Awaitable[Post]]]:
    """Opens a door that answers who was let in; what it returns knocks with an activity."""
    clients: list[TestClient[web.Request, web.Application]] = []

    async def open_(tokens: Tokens | None = None, *tenants: str) -> Post:
        services = listed_hosts(["smba.example"]) if tokens else this_machine
        admission = Admission(cast("TokenCheck | None", tokens), tenants, services)

        async def take(request: web.Request) -> web.Response:
            try:
                incoming = await admission.admit(request)
            except (RequestRefused, KeysUnavailable) as error:
                return refusal(error)
            return web.json_response({"text": incoming.text})

        app = web.Application()
        app.router.add_route("*", "/", take)
        client = TestClient(TestServer(app))
        await client.start_server()
        clients.append(client)

        async def post(
            method: str = "POST", headers: dict[str, str] | None = None, **fields: Any
        ) -> ClientResponse:
            activity = activities.message("leave") | {"serviceUrl": SERVICE_URL} | fields
            return await client.request(method, "/", json=activity, headers=headers)

        return post

    yield open_
    for client in clients:
        await client.close()


Door = Callable[..., Awaitable[Post]]


async def said(response: ClientResponse) -> tuple[int, str]:
    """The status, and what is told in the Bot Framework's shape."""
    body = await response.json()
    assert body["error"]["code"] == "BotError"
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message"}
    return response.status, body["error"]["message"]


async def test_what_teams_signed_is_let_in(door: Door) -> None:
    tokens = Tokens()
    post = await door(tokens)
    response = await post(headers={"Authorization": "Bearer abc"})
    assert (response.status, await response.json()) == (200, {"text": "leave"})
    assert tokens.given == ["Bearer abc"]
    await post()
    assert tokens.given[1:] == [None]


async def test_what_names_another_service_or_channel_than_its_token_is_not(door: Door) -> None:
    post = await door(Tokens())
    for fields in ({"serviceUrl": "https://evil.example/"}, {"channelId": "directline"}):
        with capture_logs():
            assert await said(await post(**fields)) == (401, "the request is not from Teams")


async def test_only_post_is_taken_and_the_answer_says_so(door: Door) -> None:
    tokens = Tokens()
    post = await door(tokens)
    with capture_logs() as logs:
        response = await post(method="PUT")
    assert await said(response) == (405, "only POST is taken")
    assert response.headers["Allow"] == "POST"
    assert tokens.given == []
    assert logs == [
        {
            "event": "request.refused",
            "log_level": "warning",
            "status": 405,
            "reason": "only POST is taken",
        }
    ]


async def test_a_stranger_learns_only_that_the_request_is_not_from_teams(door: Door) -> None:
    """The log has the reason. The body is not read: this one is no activity."""
    post = await door(Tokens(RequestRefused(401, "there is no bearer token")))
    with capture_logs() as logs:
        response = await post(type=None)
    assert await said(response) == (401, "the request is not from Teams")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert [(one["event"], one["reason"]) for one in logs] == [
        ("request.refused", "there is no bearer token")
    ]


async def test_what_cannot_be_verified_now_may_come_again(door: Door) -> None:
    post = await door(Tokens(KeysUnavailable("the keys cannot be fetched: timed out")))
    with capture_logs() as logs:
        response = await post()
    assert await said(response) == (503, "the request cannot be verified now")
    assert response.headers["Retry-After"] == "5"
    assert logs == [
        {
            "event": "request.unverifiable",
            "log_level": "error",
            "error": "the keys cannot be fetched: timed out",
        }
    ]


@pytest.mark.parametrize("tokens", [Tokens(), None], ids=["signed", "in development"])
async def test_with_tenants_listed_only_theirs_are_let_in(
    door: Door, tokens: Tokens | None
) -> None:
    """In whatever case they are listed. Others are told which tenant is not."""
    post = await door(tokens, "conTOSO", activities.TENANT_ID)
    url = SERVICE_URL if tokens else "http://localhost:1"
    assert (await post(serviceUrl=url)).status == 200
    for tenant in ("contoso", "Contoso"):
        listed = {"tenant": {"id": tenant}}
        assert (await post(serviceUrl=url, channelData=listed)).status == 200
    foreign = {"tenant": {"id": "Foreign"}}
    with capture_logs():
        response = await post(serviceUrl=url, channelData=foreign)
    assert await said(response) == (403, "tenant 'foreign' is not allowed")
    assert {"Allow", "Retry-After", "WWW-Authenticate"} & response.headers.keys() == set()


async def test_without_tenants_listed_all_are_let_in(door: Door) -> None:
    post = await door(Tokens())
    assert (await post(channelData={"tenant": {"id": "foreign"}})).status == 200


async def test_in_development_both_ends_are_this_machine(door: Door) -> None:
    post = await door()
    assert (await post(serviceUrl="http://127.0.0.1:56150")).status == 200
    with capture_logs():
        assert await said(await post()) == (403, "in development replies go to this machine only")
        response = await post(
            headers={"Host": "rebound.example"}, serviceUrl="http://127.0.0.1:56150"
        )
    assert await said(response) == (403, "in development requests must name this machine")
