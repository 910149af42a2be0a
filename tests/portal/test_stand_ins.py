"""Who stands in for people in development."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from bs4 import BeautifulSoup

from identity.audience_file import Listed
from identity.audiences import Audiences
from identity.person import Role
from portal.stand_ins import StandIns
from portal.visitors import PERSON, Visitors

ANNA = "11111111-1111-4111-8111-111111111111"
BEN = "22222222-2222-4222-8222-222222222222"


@pytest.fixture
async def client() -> AsyncIterator[TestClient]:
    members: Mapping[str, frozenset[str]] = {
        "managers": frozenset({ANNA}),
        "finance": frozenset({ANNA, BEN}),
    }
    listed = Listed(members)
    pages = StandIns(listed.current, "")
    visitors = Visitors(pages, Audiences(listed))

    async def tell(request: web.Request) -> web.Response:
        audience = sorted(await visitors.audience(request))
        return web.json_response([request[PERSON].name, audience])

    app = web.Application()
    app.add_routes(pages.routes(visitors))
    app.add_routes([web.get("/me", visitors.require()(tell))])
    app.add_routes([web.get("/figures", visitors.require(Role.ANALYST)(tell))])
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        yield client


async def _choose(client: TestClient, key: str) -> None:
    response = await client.post("/who", data={"key": key}, allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (303, "/")


async def test_somebody_is_everyone_until_they_choose(client: TestClient) -> None:
    assert await (await client.get("/me")).json() == ["Everyone", ["everyone"]]


async def test_everybody_who_can_be_chosen_is_listed(client: TestClient) -> None:
    page = BeautifulSoup(await (await client.get("/who")).text(), "lxml")
    names = [button.strong.get_text() for button in page.select("button")]
    assert names == [
        "Everyone",
        "Somebody of finance",
        "Somebody of finance, managers",
        "An editor",
        "An analyst",
        "An administrator",
    ]
    assert [b["value"] for b in page.select("button[aria-current]")] == [""]


async def test_whoever_is_chosen_sees_what_is_for_them(client: TestClient) -> None:
    await _choose(client, ANNA)
    name, audience = await (await client.get("/me")).json()
    assert (name, audience) == (
        "somebody of finance, managers",
        ["everyone", "finance", "managers"],
    )
    await _choose(client, "")
    assert await (await client.get("/me")).json() == ["Everyone", ["everyone"]]


async def test_a_role_opens_what_is_for_it(client: TestClient) -> None:
    assert (await client.get("/figures")).status == 403
    for role, status in {"editor": 403, "analyst": 200, "admin": 200}.items():
        await _choose(client, role)
        assert (await client.get("/figures")).status == status


@pytest.mark.parametrize("key", ["nobody", "33333333-2222-4222-8222-222222222222", "<b>"])
async def test_nobody_who_is_not_listed_can_be_chosen(client: TestClient, key: str) -> None:
    await _choose(client, key)
    client.session.cookie_jar.update_cookies({"signpost-stand-in": key}, client.make_url("/"))
    assert await (await client.get("/me")).json() == ["Everyone", ["everyone"]]
