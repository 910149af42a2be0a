"""The search page answers people in distress as the bot does, and tells the log as little."""

from dataclasses import replace

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from structlog.testing import capture_logs

from analytics.events import TopicRaised
from portal.pages import static_routes
from portal.search.search_page import SearchPage
from retrieval.answer import Outcome
from retrieval.pins.sensitive import Sensitive
from snapshot.manifest import Topic
from tests.fakes.answers import CONTACT, answer
from tests.fakes.parts import FakeAnswerer, FakeLinks, FakeRecorder
from tests.portal.fakes import pseudonyms, search_routes, visitors

SAID = "je veux mourir"


async def test_the_page_is_kind_and_the_log_learns_the_topic_alone() -> None:
    answerer, recorder = FakeAnswerer(), FakeRecorder()
    answerer.answer_given = replace(
        answer(outcome=Outcome.NOTHING_VALIDATED), sensitive=Sensitive(Topic.SELF_HARM, "fr")
    )
    page = SearchPage(
        answerer,
        recorder,
        FakeLinks(),
        visitors(),
        pseudonyms(),
        contact=CONTACT,
        emergency_number="15",
    )
    app = web.Application()
    app.add_routes([*search_routes(page), *static_routes()])
    async with TestClient(TestServer(app)) as client:
        with capture_logs() as logged:
            shown = await (await client.get("/", params={"q": SAID})).text()
            told = await (
                await client.get("/api/search", params={"q": SAID, "settled": "1"})
            ).json()
    assert "Appelez le 15." in shown
    assert "the Learning team" in shown
    assert "in other words" not in shown
    assert "Nothing validated" not in shown
    assert (told["care"]["topic"], told["care"]["language"]) == ("self_harm", "fr")
    assert [type(event) for event in recorder.events] == [TopicRaised, TopicRaised]
    assert SAID not in repr(recorder.events) + repr(logged)
