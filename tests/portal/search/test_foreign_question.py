"""What the search page says to whom it does not understand."""

from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from bs4 import BeautifulSoup

from portal.search.search_page import SearchPage
from retrieval.answer import Answer, NotUnderstood, Outcome, Question
from tests.fakes.parts import FakeRecorder
from tests.portal.fakes import RESULTS, FixedAnswerer, PlainLinks, pseudonyms, visitors

GERMAN = "Bisher verstehe ich nur Fragen auf Englisch gut. Bitte fragen Sie auf Englisch."


class Foreign(FixedAnswerer):
    """Takes every question for a German one."""

    async def answer(self, question: Question) -> Answer:
        found = await super().answer(question)
        return replace(found, not_understood=NotUnderstood("de", ("en",)))


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome.CLOSEST, [GERMAN]),
        (Outcome.NOTHING_VALIDATED, [GERMAN]),
        (Outcome.ANSWERED, []),
    ],
)
async def test_the_page_says_in_their_language_what_is_understood(
    outcome: Outcome, said: list[str]
) -> None:
    results = () if outcome is Outcome.NOTHING_VALIDATED else RESULTS
    app = web.Application()
    app.add_routes(
        SearchPage(
            Foreign(results, outcome), FakeRecorder(), PlainLinks(), visitors(), pseudonyms()
        ).routes()
    )
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        page = BeautifulSoup(await (await client.get("/?q=Urlaub")).text(), "lxml")
    assert [line.get_text() for line in page.select('p[lang="de"]')] == said
