"""What somebody thinks of an answer, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from bs4 import BeautifulSoup

from analytics.events import RatingSource
from portal.search.search_page import SearchPage
from retrieval.answer import Outcome
from tests.fakes.parts import FakeRecorder
from tests.portal.fakes import (
    ANNA,
    RESULTS,
    FixedAnswerer,
    PlainLinks,
    pseudonyms,
    search_routes,
    visitors,
)

QUERY_ID = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def recorder() -> FakeRecorder:
    return FakeRecorder()


@pytest.fixture
async def client(recorder: FakeRecorder) -> AsyncIterator[TestClient]:
    answerer = FixedAnswerer(RESULTS, Outcome.ANSWERED)
    page = SearchPage(answerer, recorder, PlainLinks(), visitors(ANNA), pseudonyms())
    app = web.Application()
    app.add_routes(search_routes(page))
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        yield client


async def test_the_form_below_an_answer_rates_it_and_leads_back(
    client: TestClient, recorder: FakeRecorder
) -> None:
    page = BeautifulSoup(await (await client.get("/?q=claim")).text(), "lxml")
    rate = page.select_one("form.rate")
    fields = {one["name"]: one["value"] for one in rate.select("[type=hidden]")}
    given = {**fields, "helpful": "0", "comment": "  Out\n of date\x00 "}
    thanks = await client.post(rate["action"], data=given)
    asked, rated = recorder.events
    assert (rated.query_id, rated.asker) == (asked.query_id, asked.asker)
    assert (rated.helpful, rated.comment) == (False, "Out of date")
    assert rated.source is RatingSource.PORTAL
    way = BeautifulSoup(await thanks.text(), "lxml").find("a", string="Back to the answer")
    await client.get(way["href"])
    assert len(recorder.events) == 2


async def test_nothing_that_was_said_in_distress_is_kept(
    client: TestClient, recorder: FakeRecorder
) -> None:
    form = {"query_id": QUERY_ID, "helpful": "1"}
    await client.post("/rate", data={**form, "q": "I want to kill myself"})
    assert recorder.events == []
    await client.post("/rate", data={**form, "q": "claim", "comment": "I want to kill myself"})
    assert [event.comment for event in recorder.events] == [""]


@pytest.mark.parametrize(
    "form", [{}, {"query_id": "1", "helpful": "1"}, {"query_id": QUERY_ID, "helpful": "very"}]
)
async def test_what_is_no_judgement_is_refused(
    client: TestClient, recorder: FakeRecorder, form: dict[str, str]
) -> None:
    assert (await client.post("/rate", data=form)).status == 400
    assert recorder.events == []


async def test_another_site_cannot_rate_for_somebody(
    client: TestClient, recorder: FakeRecorder
) -> None:
    form = {"q": "claim", "query_id": QUERY_ID, "helpful": "1"}
    response = await client.post("/rate", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status == 403
    assert recorder.events == []
