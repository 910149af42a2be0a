"""Filters on the search page, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from bs4 import BeautifulSoup, Tag

from portal.search.search_page import SearchPage
from retrieval.answer import Outcome, Result
from retrieval.questions.narrowing import Narrowing
from tests.fakes.parts import FakeRecorder
from tests.portal.fakes import (
    RESULTS,
    TRAVEL,
    FixedAnswerer,
    PlainLinks,
    pseudonyms,
    search_routes,
    visitors,
)


@dataclass
class Narrowed:
    """The page, and what it asked and recorded."""

    client: TestClient
    answerer: FixedAnswerer
    recorder: FakeRecorder

    async def page(self, path: str, status: int = 200) -> Tag:
        response = await self.client.get(path)
        assert response.status == status
        return BeautifulSoup(await response.text(), "lxml")


def _numbered(count: int) -> list[Result]:
    return [
        replace(
            TRAVEL,
            rank=number,
            resource=replace(TRAVEL.resource, id=f"r{number}", path=f"finance/{number}.pdf"),
        )
        for number in range(1, count + 1)
    ]


@pytest.fixture
async def narrowed(request: pytest.FixtureRequest) -> AsyncIterator[Narrowed]:
    results = getattr(request, "param", RESULTS)
    answerer, recorder = FixedAnswerer(results, Outcome.ANSWERED), FakeRecorder()
    page = SearchPage(answerer, recorder, PlainLinks(), visitors(), pseudonyms())
    app = web.Application()
    app.add_routes(search_routes(page))
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        yield Narrowed(client, answerer, recorder)


def _choices(page: Tag) -> dict[str, dict[str, tuple[int, str]]]:
    """By facet, what can be chosen, with its count and where it leads."""
    found = {}
    for group in page.select(".narrow [role=group]"):
        choices = {}
        for link in group.select("a"):
            count = int("".join(filter(str.isdigit, link.select_one(".count").extract().text)))
            choices[" ".join(link.get_text().split())] = count, link["href"]
        found[group.h3.get_text()] = choices
    return found


async def test_what_was_found_can_be_narrowed_with_how_many_there_are(narrowed: Narrowed) -> None:
    page = await narrowed.page("/?q=claim")
    choices = _choices(page)
    assert choices["Kind"] == {
        "Document": (1, "/?q=claim&kind=document"),
        "Page": (1, "/?q=claim&kind=page"),
        "Video": (1, "/?q=claim&kind=video"),
    }
    assert choices["Language"] == {
        "English": (2, "/?q=claim&language=en"),
        "German": (1, "/?q=claim&language=de"),
    }
    assert choices["Length"]["Five minutes or less"] == (1, "/?q=claim&max_minutes=5")


async def test_a_filter_narrows_the_question_and_can_be_taken_back(narrowed: Narrowed) -> None:
    """Of what is filtered by, the other values stay on offer with what they would add."""
    page = await narrowed.page("/?q=claim&kind=video")
    assert narrowed.answerer.questions[0].only == Narrowing(kinds=frozenset({"video"}))
    assert [h3.a.span.get_text() for h3 in page.select(".result h3")] == [RESULTS[1].resource.title]
    assert _choices(page)["Kind"] == {
        "Document": (1, "/?q=claim&kind=document&kind=video"),
        "Page": (1, "/?q=claim&kind=page&kind=video"),
        "Chosen, take back: Video": (1, "/?q=claim"),
    }
    assert [(one["name"], one["value"]) for one in page.select("form.ask [type=hidden]")] == [
        ("kind", "video")
    ]
    [event] = narrowed.recorder.events
    assert [one.resource_id for one in event.shown] == ["video"]


async def test_filters_that_leave_nothing_say_so_and_are_no_gap(narrowed: Narrowed) -> None:
    page = await narrowed.page("/?q=claim&kind=course")
    assert page.select_one("#results h2").get_text() == "Nothing with these filters"
    assert page.find("a", string="Remove the filters")["href"] == "/?q=claim"
    query_id = page.select_one("#results")["data-query-id"]
    form = {"q": "claim", "query_id": query_id, "kind": "course"}
    assert (await narrowed.client.post("/api/asked", data=form)).status == 204
    assert narrowed.recorder.events == []


@pytest.mark.parametrize(
    "filters", ["kind=film", "max_minutes=-1", "max_minutes=1&max_minutes=2", f"tag={'x' * 201}"]
)
async def test_what_is_no_filter_is_refused_with_a_way_on(narrowed: Narrowed, filters: str) -> None:
    page = await narrowed.page(f"/?q=claim&{filters}", status=400)
    assert page.select_one("#results h2").get_text() == "These filters are not known"
    assert " takes " in page.select_one("#results p").get_text()
    assert page.find("a", string="Search without filters")["href"] == "/?q=claim"
    answer = await narrowed.client.get(f"/api/search?q=claim&{filters}")
    assert answer.status == 400
    assert " takes " in (await answer.json())["error"]
    assert narrowed.answerer.questions == []


async def test_only_what_answers_is_shown_in_full(narrowed: Narrowed) -> None:
    page = await narrowed.page("/?q=claim")
    first, *others = page.select(".result")
    assert first.details is None
    for one in others:
        assert "open" not in one.details.attrs
        assert one.summary.mark.get_text()
        assert one.details.select_one("blockquote, .table")


@pytest.mark.parametrize("narrowed", [_numbered(40)], indirect=True)
async def test_more_results_come_without_asking_again(narrowed: Narrowed) -> None:
    page = await narrowed.page("/?q=claim")
    more = page.find("a", string="More results")
    page = await narrowed.page(more["href"])
    assert [len(page.select(".result")), page.find("a", string="More results")] == [30, None]
    [event] = narrowed.recorder.events
    assert page.select_one("#results")["data-query-id"] == event.query_id
