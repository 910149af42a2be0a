"""The interface for other programs is as its description says, over HTTP."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import fields, replace
from typing import Any
from xml.etree import ElementTree

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from jsonschema import Draft202012Validator

from portal.search.answer_view import (
    AnswerView,
    CareView,
    ExcerptView,
    PinnedView,
    ResultView,
    TableView,
)
from portal.search.filters import MAX_MINUTES, NAMES
from portal.search.search_api import OPENAPI, SearchApi
from portal.search.search_page import SearchPage
from portal.search.suggestions import Suggestion
from portal.visitors import Allowance
from retrieval.answer import Answer, NotUnderstood, Outcome, Question
from retrieval.pins.sensitive import Sensitive
from snapshot.formats.format_row import Kind
from snapshot.manifest import Pinned, Topic
from snapshot.models import EVERYONE, Page
from tests.fakes.parts import FakeRecorder
from tests.portal.fakes import (
    ANNA,
    ORIGIN,
    RESULTS,
    TRAVEL,
    VALIDATION,
    FixedAnswerer,
    PlainLinks,
    hit,
    pseudonyms,
    visitors,
)

DESCRIBED = json.loads(OPENAPI)
SCHEMAS = DESCRIBED["components"]["schemas"]
ROWS = "Place: London; Limit: £170\nPlace: Lisbon; Limit: €140"


class Everything(FixedAnswerer):
    """An answer with all that an answer can have, unless it is asked for something else."""

    async def answer(self, question: Question) -> Answer:
        found = await super().answer(question)
        if question.text == "plain":
            return found
        if question.text == "foreign":
            return replace(
                found,
                outcome=Outcome.CLOSEST,
                not_understood=NotUnderstood("de", ("en",)),
                understood=(("wfh", "work from home"),),
            )
        return replace(
            found,
            pinned=Pinned(("claim",), VALIDATION, texts={"": "Ask Maria."}),
            sensitive=Sensitive(Topic.HARASSMENT, "en"),
        )


class Fixed:
    """Suggests one heading, to everybody."""

    async def suggest(self, typed: str, audience: frozenset[str]) -> list[Suggestion]:
        assert audience == {EVERYONE}
        return [Suggestion("Claims & costs", "Travel")] if typed else []


@pytest.fixture
async def client() -> AsyncIterator[TestClient]:
    table = replace(TRAVEL, hits=(hit(ROWS, ROWS.split("\n")[0], Page(4)),))
    answerer = Everything([table, *RESULTS[1:]], Outcome.ANSWERED)
    page = SearchPage(answerer, FakeRecorder(), PlainLinks(), visitors(), pseudonyms())
    app = web.Application()
    app.add_routes(SearchApi(page, Fixed(), ORIGIN).routes())
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        yield client


def _check(body: Any, name: str) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": DESCRIBED["components"]}
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(body)


@pytest.mark.parametrize("question", ["plain", "foreign", "everything", "plain&kind=course"])
async def test_answers_are_as_described(client: TestClient, question: str) -> None:
    response = await client.get(f"/api/search?q={question}")
    body = await response.json()
    assert response.status == 200
    _check(body, "Answer")
    if question == "everything":
        assert all(body[name] for name in ("pinned", "care"))
        assert body["results"][0]["table"]


@pytest.mark.parametrize(
    "path", ["/api/search", "/api/search?q=a&top_k=31", "/api/search?q=a&max_minutes=0"]
)
async def test_refusals_are_as_described(client: TestClient, path: str) -> None:
    response = await client.get(path)
    assert response.status == 400
    _check(await response.json(), "Error")


async def test_suggestions_are_as_described(client: TestClient) -> None:
    body = await (await client.get("/api/suggest?q=cla")).json()
    assert body == {
        "q": "cla",
        "suggestions": [{"text": "Claims & costs", "about": "Travel"}],
    }
    _check(body, "Suggestions")
    assert (await (await client.get("/api/suggest")).json())["suggestions"] == []
    long = await (await client.get(f"/api/suggest?q={'x' * 501}")).json()
    assert long["suggestions"] == []


async def test_a_browser_gets_suggestions_in_its_own_form(client: TestClient) -> None:
    response = await client.get("/api/suggest?q=cla&format=opensearch")
    assert response.content_type == "application/x-suggestions+json"
    assert json.loads(await response.text()) == [
        "cla",
        ["Claims & costs"],
        ["Travel"],
        [f"{ORIGIN}/?q=Claims+%26+costs"],
    ]


@pytest.mark.parametrize(
    ("view", "name"),
    [
        (AnswerView, "Answer"),
        (ResultView, "Result"),
        (ExcerptView, "Excerpt"),
        (TableView, "Table"),
        (PinnedView, "Pinned"),
        (CareView, "Care"),
    ],
)
def test_the_description_has_every_field(view: type, name: str) -> None:
    assert list(SCHEMAS[name]["properties"]) == [field.name for field in fields(view)]


def test_the_description_has_every_parameter_and_value() -> None:
    search = DESCRIBED["paths"]["/api/search"]["get"]["parameters"]
    named = {one["name"]: one["schema"] for one in search}
    assert set(named) == {"q", "top_k", "settled", MAX_MINUTES, *NAMES}
    assert named["kind"]["items"]["enum"] == [kind.value for kind in Kind]
    assert SCHEMAS["Answer"]["properties"]["outcome"]["enum"] == [one.value for one in Outcome]
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)


async def test_top_k_is_how_many_come_at_most(client: TestClient) -> None:
    body = await (await client.get("/api/search?q=plain&top_k=2")).json()
    assert [one["rank"] for one in body["results"]] == [1, 2]


async def test_a_browser_can_add_the_page_as_a_search_engine(client: TestClient) -> None:
    response = await client.get("/opensearch.xml")
    assert response.content_type == "application/opensearchdescription+xml"
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    root = ElementTree.fromstring(await response.text())  # noqa: S314 (our own)
    assert root.findtext(f"{space}ShortName") == "Signpost"
    assert {url.get("type"): url.get("template") for url in root.iter(f"{space}Url")} == {
        "text/html": f"{ORIGIN}/?q={{searchTerms}}",
        "application/x-suggestions+json": (
            f"{ORIGIN}/api/suggest?format=opensearch&q={{searchTerms}}"
        ),
    }


def test_a_program_is_held_back_for_one_person_and_for_a_minute() -> None:
    now = 90.0
    allowance = Allowance(2, lambda: now)
    other = replace(ANNA, object_id="other")
    assert [allowance.wait_s(ANNA) for _ in range(3)] == [0, 0, 30]
    assert allowance.wait_s(other) == 0
    now = 120.0
    assert allowance.wait_s(ANNA) == 0


async def test_the_description_is_served(client: TestClient) -> None:
    assert await (await client.get("/api/openapi.json")).json() == DESCRIBED
