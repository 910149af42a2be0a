"""The search page and its JSON twin, over HTTP."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from bs4 import BeautifulSoup

from analytics.events import DeliveryStatus
from errors import Overloaded, SnapshotNotFound
from portal.search.search_page import ANONYMOUS, SearchPage, question_line
from retrieval.answer import Answer, ChannelKind, OpenLink, Outcome, Question
from showing.ports import Contact
from snapshot.formats.format_row import Kind
from snapshot.models import Page
from tests.fakes.parts import FakeRecorder
from tests.portal.fakes import (
    ANNA,
    RESULTS,
    TRAVEL,
    FixedAnswerer,
    PlainLinks,
    RaisingAnswerer,
    RaisingRecorder,
    hit,
    pseudonyms,
    search_routes,
    visitors,
)

QUERY_ID = "0123456789abcdef0123456789abcdef"
HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'"

Serve = Callable[..., Awaitable[TestClient]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts the portal's routes; give what should differ from an answering portal."""
    clients: list[TestClient] = []

    async def start(answerer=None, recorder=None, **options) -> TestClient:
        app = web.Application()
        answerer = answerer or FixedAnswerer(RESULTS, Outcome.ANSWERED)
        options = {"visitors": visitors(), "pseudonymiser": pseudonyms(), **options}
        page = SearchPage(answerer, recorder or FakeRecorder(), PlainLinks(), **options)
        app.add_routes(search_routes(page))
        client = TestClient(TestServer(app, host="127.0.0.1"))
        await client.start_server()
        clients.append(client)
        return client

    yield start
    for client in clients:
        await client.close()


async def _page(client: TestClient, path: str, status: int = 200) -> BeautifulSoup:
    response = await client.get(path)
    assert response.status == status
    return BeautifulSoup(await response.text(), "lxml")


def _text(element) -> str:
    return " ".join(element.get_text(" ").split())


# What is shown


async def test_without_a_question_the_page_explains_itself_and_offers_examples(
    serve: Serve,
) -> None:
    recorder = FakeRecorder()
    client = await serve(recorder=recorder, examples=lambda: ("How do I claim?", "a & b?"))
    page = await _page(client, "/")
    links = {a.get_text(): a["href"] for a in page.select(".examples a")}
    assert links == {"How do I claim?": "/?q=How+do+I+claim%3F", "a & b?": "/?q=a+%26+b%3F"}
    assert recorder.events == []


async def test_an_answer_shows_title_place_kind_duration_sentence_and_validation(
    serve: Serve,
) -> None:
    page = await _page(await serve(), "/?q=claim")
    first = page.select_one(".result")
    assert _text(first.select_one("h3")) == "Travel expenses: the short guide , page 4"
    assert first.select_one("h3 a")["href"].endswith("?to=/content/finance/travel.pdf#page=4")
    assert _text(first.select_one(".facts")) == "Document 6 min After the trip › Claiming"
    assert first.mark.get_text().startswith("Hand in the claim within 30 days")
    assert _text(first.select_one(".validated")) == (
        "Validated by Maria Keller on 3 March 2026 , to be reviewed by 3 March 2027"
    )


async def test_linked_words_open_what_their_author_linked(serve: Serve) -> None:
    """With the title of what is served as a hint; whatever they say is only shown."""
    text = 'Read <b>"this"</b> first.'
    link = OpenLink(5, 18, "/content/guide.md", 'The "guide"')
    linked = replace(TRAVEL, hits=(replace(hit(text, text, Page(4)), links=(link,)),))
    page = await _page(await serve(FixedAnswerer([linked], Outcome.ANSWERED)), "/?q=claim")
    quoted = page.select_one("blockquote")
    assert quoted.get_text() == text
    [opening] = quoted.select("a")
    assert opening.get_text() == '<b>"this"</b>'
    assert opening["href"].endswith(".0?to=/content/guide.md")
    assert opening["title"] == 'The "guide"'


@pytest.mark.parametrize("outcome", Outcome)
async def test_words_that_were_read_as_others_are_told(serve: Serve, outcome: Outcome) -> None:
    class Reading(FixedAnswerer):
        async def answer(self, question: Question) -> Answer:
            found = await super().answer(question)
            return replace(found, understood=(("wfh", "<b>remote</b> work"),))

    results = [] if outcome is Outcome.NOTHING_VALIDATED else [TRAVEL]
    page = await _page(await serve(Reading(results, outcome)), "/?q=wfh")
    said = [_text(line) for line in page.select(".understood") if "Searched" in line.get_text()]
    assert said == ["Searched for <b>remote</b> work instead of wfh"]


async def test_a_row_that_answers_is_marked_in_its_table(serve: Serve) -> None:
    rows = ["Place: London; Limit: £170", "Place: <b>Lisbon</b>; Limit: €140"]
    found = replace(TRAVEL, hits=(hit("\n".join(rows), rows[1], Page(4)),))
    page = await _page(await serve(FixedAnswerer([found], Outcome.ANSWERED)), "/?q=claim")
    cells = [[_text(cell) for cell in row.select("th, td")] for row in page.select(".table tr")]
    assert cells == [["Place", "Limit"], ["London", "£170"], ["<b>Lisbon</b>", "€140"]]
    assert [_text(mark) for mark in page.select("mark")] == ["<b>Lisbon</b>", "€140"]
    assert page.select("blockquote") == []


async def test_every_kind_of_resource_has_a_name(serve: Serve) -> None:
    results = [replace(TRAVEL, resource=replace(TRAVEL.resource, kind=kind)) for kind in Kind]
    page = await _page(await serve(FixedAnswerer(results, Outcome.CLOSEST)), "/?q=claim")
    names = [_text(name) for name in page.select(".kind")]
    assert names == ["Document", "Page", "Slides", "Video", "Course", "Link"]


async def test_only_the_best_result_is_said_to_answer(serve: Serve) -> None:
    page = await _page(await serve(), "/?q=claim")
    assert [_text(h2) for h2 in page.select("#results h2")] == ["This answers it", "More on this"]
    assert [len(ol.select(".result")) for ol in page.select("ol")] == [1, 2]
    assert page.select_one("#results")["data-said"] == (
        "Answered in Travel expenses: the short guide, page 4. 2 resources more."
    )


async def test_closest_results_are_called_uncertain_before_they_are_shown(serve: Serve) -> None:
    client = await serve(FixedAnswerer(RESULTS[:1], Outcome.CLOSEST))
    page = await _page(client, "/?q=claim")
    assert _text(page.select_one("#results")).startswith(
        "Not certain Nothing validated clearly answers this. This comes closest; "
        "see for yourself whether it helps."
    )
    assert page.select_one("#results")["data-outcome"] == "closest"


async def test_nothing_validated_says_what_was_understood_and_what_to_try(serve: Serve) -> None:
    client = await serve(
        FixedAnswerer(), contact=Contact("the learning team", "mailto:learn@example.com")
    )
    page = await _page(client, "/?q=who+won+the+cup")
    panel = page.select_one(".nothing")
    assert _text(panel.h2) == "Nothing validated answers this"
    assert panel.q.get_text() == "who won the cup"
    assert panel.select_one("a[href='mailto:learn@example.com']").get_text() == "the learning team"
    assert page.select(".result") == []


async def test_the_question_stays_in_the_field_and_in_the_title(serve: Serve) -> None:
    page = await _page(await serve(), "/?q=claim%20it")
    assert page.select_one("#q")["value"] == "claim it"
    assert page.title.get_text() == "claim it – Signpost"


async def test_a_place_that_its_platform_cannot_open_is_said_so(serve: Serve) -> None:
    resource = replace(TRAVEL.resource, url="https://share.example.com/travel.docx")
    result = replace(TRAVEL, resource=resource)
    page = await _page(await serve(FixedAnswerer((result,), Outcome.ANSWERED)), "/?q=claim")
    assert page.select(".place") == []
    assert "Look at: page 4 (the link opens the beginning)" in _text(page.select_one(".facts"))


async def test_hostile_text_from_people_and_content_is_shown_as_text(serve: Serve) -> None:
    """Titles, passages, headings, names and questions may hold anything."""
    found = replace(
        TRAVEL,
        resource=replace(
            TRAVEL.resource,
            title=HOSTILE,
            language=HOSTILE,
            validation=replace(TRAVEL.resource.validation, validated_by=HOSTILE),
        ),
        hits=(hit(HOSTILE * 3, HOSTILE, TRAVEL.best.locator, headings=(HOSTILE,)),),
    )
    for outcome in Outcome:
        shown = () if outcome is Outcome.NOTHING_VALIDATED else (found,)
        client = await serve(
            FixedAnswerer(shown, outcome), contact=Contact(HOSTILE), examples=lambda: (HOSTILE,)
        )
        response = await client.get("/", params={"q": HOSTILE})
        page = BeautifulSoup(await response.text(), "html.parser")
        assert [script.get("src", "").partition("?")[0] for script in page("script")] == [
            "/static/tab.js",
            "/static/suggest.js",
            "/static/portal.js",
        ]
        assert page.select_one("#q")["value"] == HOSTILE
        assert all("onerror" not in tag.attrs for tag in page(True))
        assert len(page("img")) == 1
        if shown:
            assert page.mark.get_text() == HOSTILE
            assert page.select_one("h3 a span").get_text() == HOSTILE


# Headers


async def test_a_page_runs_only_our_script_and_is_framed_only_by_teams(serve: Serve) -> None:
    response = await (await serve()).get("/?q=claim")
    policy = dict(
        part.strip().partition(" ")[::2]
        for part in response.headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == (
        "'self' https://teams.microsoft.com https://*.teams.microsoft.com https://*.cloud.microsoft"
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"


async def test_no_markup_needs_an_inline_script_or_style(serve: Serve) -> None:
    page = await _page(await serve(), "/?q=claim")
    assert page("style") == []
    assert [tag.name for tag in page(True) if "style" in tag.attrs] == []
    assert [tag.name for tag in page(True) if any(a.startswith("on") for a in tag.attrs)] == []


# What is recorded


async def test_a_question_is_recorded_with_what_was_shown(serve: Serve) -> None:
    recorder = FakeRecorder()
    client = await serve(recorder=recorder)
    page = await _page(client, "/?q=claim")
    [asked] = recorder.events
    assert asked.query_id == page.select_one("#results")["data-query-id"]
    assert (asked.text, asked.outcome, asked.channel_kind) == ("claim", "answered", "portal")
    assert (asked.asker, asked.top_score, asked.took_ms) == (ANONYMOUS, 0.8, 4.25)
    assert asked.snapshot_id == "20260401-1"
    assert asked.asked_at.utcoffset().total_seconds() == 0
    assert [(s.rank, s.resource_id, s.place, s.url) for s in asked.shown] == [
        (1, "travel", "page 4", "/content/finance/travel.pdf#page=4"),
        (2, "video", "2:14", "https://videos.example.com/watch.mp4#t=134"),
        (3, "faq", "Belege einreichen", "https://intranet.example.com/reisen#belege"),
    ]
    assert (asked.shown[0].score, asked.shown[0].dense_score) == (0.9, 0.7)
    assert asked.shown[0].lexical_score == 3.5


async def test_what_is_shown_while_typing_is_not_recorded(serve: Serve) -> None:
    recorder = FakeRecorder()
    client = await serve(recorder=recorder)
    page = await _page(client, "/?q=clai&typing=1")
    assert len(page.select_one("#results")["data-query-id"]) == 32
    assert recorder.events == []


async def test_a_settled_question_is_recorded_under_the_id_that_its_links_carry(
    serve: Serve,
) -> None:
    recorder = FakeRecorder()
    client = await serve(recorder=recorder)
    page = await _page(client, "/?q=claim&typing=1")
    query_id = page.select_one("#results")["data-query-id"]
    assert page.select_one("h3 a")["href"].startswith(f"/o/{query_id}.1?")
    response = await client.post("/api/asked", data={"q": "claim", "query_id": query_id})
    assert response.status == 204
    assert [(event.query_id, event.text) for event in recorder.events] == [(query_id, "claim")]


async def test_a_question_shown_again_keeps_the_id_it_has_in_the_log(serve: Serve) -> None:
    client = await serve()
    page = await _page(client, f"/?q=claim&typing=1&query_id={QUERY_ID}")
    assert page.select_one("#results")["data-query-id"] == QUERY_ID


async def test_a_shared_link_cannot_choose_the_id_under_which_it_is_recorded(
    serve: Serve,
) -> None:
    page = await _page(await serve(), f"/?q=claim&query_id={QUERY_ID}")
    assert page.select_one("#results")["data-query-id"] != QUERY_ID


@pytest.mark.parametrize(
    "form",
    [
        {"q": "claim"},
        {"q": "claim", "query_id": "1'; drop table"},
        {"q": " ", "query_id": QUERY_ID},
        {"q": "x" * 501, "query_id": QUERY_ID},
    ],
)
async def test_a_malformed_settling_is_refused(serve: Serve, form: dict[str, str]) -> None:
    recorder = FakeRecorder()
    response = await (await serve(recorder=recorder)).post("/api/asked", data=form)
    assert response.status == 400
    assert recorder.events == []


async def test_a_preview_of_a_shared_address_asks_nothing(serve: Serve) -> None:
    """Somebody posts the address in a chat, and the chat draws its preview."""
    recorder = FakeRecorder()
    client = await serve(recorder=recorder)
    await client.get("/?q=claim", headers={"User-Agent": "SkypeUriPreview Preview/0.5"})
    await client.get("/?q=claim", headers={"Sec-Purpose": "prefetch;prerender"})
    await client.head("/?q=claim")
    assert recorder.events == []


async def test_a_failing_recorder_fails_no_page(serve: Serve) -> None:
    client = await serve(recorder=RaisingRecorder())
    page = await _page(client, "/?q=claim")
    assert len(page.select(".result")) == 3


async def test_the_question_carries_its_channel_and_the_browsers_language(serve: Serve) -> None:
    answerer = FixedAnswerer(RESULTS, Outcome.ANSWERED)
    client = await serve(answerer)
    await client.get("/?q=claim", headers={"Accept-Language": "de-CH, en;q=0.5"})
    for malformed in ("<b>", "en" + "-abcdefgh" * 100):
        await client.get("/?q=claim", headers={"Accept-Language": malformed})
    assert [q.locale for q in answerer.questions] == ["de-CH", "en", "en"]
    assert {q.channel_kind for q in answerer.questions} == {ChannelKind.PORTAL}
    assert {q.audience for q in answerer.questions} == {frozenset({"everyone"})}


# Who asks


async def test_a_question_is_asked_with_the_audience_of_the_person_and_logged_by_pseudonym(
    serve: Serve,
) -> None:
    answerer, recorder = FixedAnswerer(RESULTS, Outcome.ANSWERED), FakeRecorder()
    client = await serve(answerer, recorder, visitors=visitors(ANNA, "managers"))
    page = await _page(client, "/?q=claim")
    await client.get("/api/search?q=claim")
    assert {q.audience for q in answerer.questions} == {frozenset({"everyone", "managers"})}
    [asked] = recorder.events
    assert asked.asker == pseudonyms().pseudonym(ANNA.tenant_id, ANNA.object_id)
    assert _text(page.select_one(".badge")) == "Anna"


async def test_nobody_unknown_is_answered(serve: Serve) -> None:
    answerer = FixedAnswerer(RESULTS, Outcome.ANSWERED)
    client = await serve(answerer, visitors=visitors(None))
    response = await client.get("/?q=claim", allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (302, "/sign-in")
    for answer in (
        await client.get("/api/search?q=claim"),
        await client.post("/api/asked", data={"q": "claim", "query_id": QUERY_ID}),
    ):
        assert answer.status == 401
        assert await answer.json() == {"error": "sign in first"}
    assert answerer.questions == []


# The JSON interface


async def test_search_answers_in_json_and_records_nothing_unasked(serve: Serve) -> None:
    recorder = FakeRecorder()
    response = await (await serve(recorder=recorder)).get("/api/search?q=claim")
    body = await response.json()
    assert response.headers["Cache-Control"] == "no-store"
    assert (body["question"], body["outcome"]) == ("claim", "answered")
    assert [result["place"] for result in body["results"]] == [
        "page 4",
        "2:14",
        "Belege einreichen",
    ]
    assert recorder.events == []


async def test_search_records_a_settled_question(serve: Serve) -> None:
    recorder = FakeRecorder()
    response = await (await serve(recorder=recorder)).get("/api/search?q=claim&settled=1")
    [asked] = recorder.events
    assert asked.query_id == (await response.json())["query_id"]


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20%00", "?q=" + "x" * 501])
async def test_search_without_a_question_of_sensible_length_is_refused(
    serve: Serve, query: str
) -> None:
    response = await (await serve()).get("/api/search" + query)
    assert response.status == 400
    assert await response.json() == {"error": "q takes a question of 1 to 500 characters"}


# When it cannot answer


async def test_an_answerer_that_cannot_answer_gives_a_readable_503(serve: Serve) -> None:
    recorder = FakeRecorder()
    client = await serve(RaisingAnswerer(SnapshotNotFound("no snapshot is active")), recorder)
    page = await _page(client, "/?q=claim", status=503)
    assert _text(page.select_one("[role=alert] h2")) == "The search is not available"
    assert page.select_one("#q")["value"] == "claim"
    response = await client.get("/api/search?q=claim")
    assert response.status == 503
    assert await response.json() == {"error": "the search cannot answer at the moment"}
    settled = await client.post("/api/asked", data={"q": "claim", "query_id": QUERY_ID})
    assert settled.status == 503
    assert _missed(recorder) == [("claim", DeliveryStatus.FAILED)] * 2


async def test_if_too_many_ask_it_says_so_and_when_to_come_back(serve: Serve) -> None:
    recorder = FakeRecorder()
    client = await serve(RaisingAnswerer(Overloaded("256 questions wait already")), recorder)
    page = await _page(client, "/?q=claim", status=503)
    assert _text(page.select_one("[role=alert] h2")) == "Many people are asking right now"
    assert page.select_one("#q")["value"] == "claim"
    response = await client.get("/api/search?q=claim")
    assert (response.status, response.headers["Retry-After"]) == (503, "3")
    assert await response.json() == {
        "error": "many people are asking right now: ask again in 3 seconds"
    }
    settled = await client.post("/api/asked", data={"q": "claim", "query_id": QUERY_ID})
    assert (settled.status, settled.headers["Retry-After"]) == (503, "3")
    assert _missed(recorder) == [("claim", DeliveryStatus.BUSY)] * 2


async def test_too_long_a_question_is_said_to_be(serve: Serve) -> None:
    recorder = FakeRecorder()
    page = await _page(await serve(recorder=recorder), "/?q=" + "x" * 501, status=400)
    assert _text(page.select_one("[role=alert] h2")) == "That is too long for one question"
    assert page.select_one("#q")["value"] == "x" * 500
    assert _missed(recorder) == [("x" * 501, DeliveryStatus.REFUSED)]


def _missed(recorder: FakeRecorder) -> list[tuple[str, DeliveryStatus]]:
    return [(event.text, event.delivery) for event in recorder.asked]


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  how\r\n do\tI  ask ", "how do I ask"),
        ("nul\x00 byte", "nul byte"),
        ("half \ud83d pair", "half pair"),
        ("Überstunden 😀", "Überstunden 😀"),
        ("\u00a0", ""),
    ],
)
def test_a_question_is_one_line_that_any_database_takes(raw: str, cleaned: str) -> None:
    assert question_line(raw) == cleaned
