"""Somebody in a browser reads what is kept of them, and is forgotten if they say so."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from analytics.erasing.erasure import Cause, Known
from analytics.erasing.retention import Keep
from errors import DatabaseAway
from identity.person import Person
from portal.own_data_page import OwnDataPage
from tests.fakes.parts import FakeOwnData
from tests.portal.fakes import ANNA, ANYONE, visitors

SINCE = datetime(2026, 11, 3, 9, tzinfo=UTC)
KNOWN = Known({"openings": 1, "ratings": 4, "results": 30, "questions": 12}, 3, 1, SINCE)
ASKERS = [f"<t1|{ANNA.object_id}>", f"<old t1|{ANNA.object_id}>"]
SURE = {"sure": "1"}
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def own() -> FakeOwnData:
    own = FakeOwnData()
    own.is_known = KNOWN
    return own


def serving(
    own: FakeOwnData, person: Person | None = ANNA
) -> TestClient[web.Request, web.Application]:
    app = web.Application()
    records = own.records(keep=Keep(180, 730), privacy_url="https://example.com/privacy")
    app.add_routes(OwnDataPage(records).routes(visitors(person)))
    return TestClient(TestServer(app))


async def test_the_page_says_what_is_kept_and_for_how_long(own: FakeOwnData) -> None:
    async with serving(own) as client:
        response = await client.get("/privacy")
        text = await response.text()
    assert response.status == 200
    assert "12 questions since 3 November 2026" in text
    assert "3 ratings of answers, 1 with a comment" in text
    assert "after 180 days" in text
    assert "after 730 days" in text
    assert 'href="https://example.com/privacy"' in text
    assert own.asked_for == [ASKERS]


async def test_who_is_sure_is_forgotten(own: FakeOwnData) -> None:
    async with serving(own) as client:
        response = await client.post("/privacy", data=SURE, headers=OURS)
        text = await response.text()
    assert response.status == 200
    assert "your questions (12) and ratings (4)" in text
    assert (own.erased, own.causes, own.let_go) == ([ASKERS], [Cause.PAGE], ASKERS)


@pytest.mark.parametrize(
    ("data", "headers"),
    [({}, OURS), (SURE, {"Origin": "https://evil.example"})],
    ids=["not sure", "from another site"],
)
async def test_nobody_is_forgotten_by_accident_or_by_another_site(
    own: FakeOwnData, data: dict[str, str], headers: dict[str, str]
) -> None:
    async with serving(own) as client:
        response = await client.post("/privacy", data=data, headers=headers, allow_redirects=False)
    assert response.status in {303, 403}
    assert own.erased == []


async def test_somebody_unknown_is_asked_who_it_is(own: FakeOwnData) -> None:
    async with serving(own, None) as client:
        response = await client.get("/privacy", allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (302, "/sign-in")
    assert own.asked_for == []


async def test_where_nothing_is_kept_there_is_nothing_to_erase() -> None:
    async with serving(FakeOwnData(), ANYONE) as client:
        text = await (await client.get("/privacy")).text()
    assert "No question and no rating of yours." in text
    assert "Forget me" not in text


async def test_a_database_that_is_away_is_said(own: FakeOwnData) -> None:
    own.fails = DatabaseAway("the disk is gone")
    async with serving(own) as client:
        shown = await client.get("/privacy")
        pressed = await client.post("/privacy", data=SURE, headers=OURS)
        assert "Nothing was erased" in await pressed.text()
    assert (shown.status, pressed.status) == (503, 503)
