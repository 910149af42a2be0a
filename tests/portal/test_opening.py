"""The links of cards and pages: for whom they open, and what is recorded."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from analytics.events import Opened
from analytics.links import NO_RESULT, Links
from keys import Keys
from portal.opening import open_routes
from portal.visitors import Unknown, Visitors
from showing.ports import Contact
from snapshot.models import Resource
from tests.fakes.parts import FakeRecorder
from tests.portal.fakes import ANNA, ORIGIN, TRAVEL, Everybody, RaisingRecorder, visitors

LINKS = Links(Keys(b"a secret of the tests, long enough"), ORIGIN)
TARGET = "https://intranet.example.com/guide.pdf#page=4"
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Teams/26.1"
OPEN = replace(TRAVEL.resource, id="r1", title="The secret title", url=TARGET)
RESTRICTED = replace(OPEN, audience=("managers",))


def _path(url: str = TARGET) -> str:
    return LINKS.link("q1", 2, url).removeprefix("http://127.0.0.1:3978")


class Shelf:
    """Serves these resources."""

    def __init__(self, *resources: Resource) -> None:
        self._by_id = {one.id: one for one in resources}

    def resource(self, resource_id: str) -> Resource | None:
        return self._by_id.get(resource_id)


def _client(recorder, shelf=None, visitor=None, **options) -> TestClient:
    app = web.Application()
    visitor = visitor or visitors(None)
    app.add_routes(open_routes(LINKS, recorder, shelf or Shelf(), visitor, **options))
    return TestClient(TestServer(app, host="127.0.0.1"))


@pytest.mark.parametrize("url", [TARGET, "/content/guide.pdf#page=4", "/content/a%20b.md#x%C3%BC"])
async def test_a_link_leads_to_what_was_shown_and_the_opening_is_recorded(url: str) -> None:
    recorder = FakeRecorder()
    before = datetime.now(UTC)
    async with _client(recorder) as client:
        response = await client.get(
            _path(url), allow_redirects=False, headers={"User-Agent": BROWSER}
        )
    assert (response.status, response.headers["Location"]) == (302, url)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    [opened] = recorder.events
    assert opened == Opened("q1", 2, opened.opened_at)
    assert before <= opened.opened_at <= datetime.now(UTC)


async def test_a_link_within_a_passage_opens_and_is_no_opening_of_a_result() -> None:
    recorder = FakeRecorder()
    path = LINKS.link("q1", NO_RESULT, TARGET).removeprefix("http://127.0.0.1:3978")
    async with _client(recorder) as client:
        response = await client.get(path, allow_redirects=False, headers={"User-Agent": BROWSER})
    assert (response.status, response.headers["Location"]) == (302, TARGET)
    assert recorder.events == []


async def test_a_header_holds_ascii_only_and_escapes_stay_as_they_are() -> None:
    """ "%2D" is syntax in a text directive: decoded, the browser would find another place."""
    async with _client(FakeRecorder()) as client:
        response = await client.get(
            _path("https://example.com/férias b#:~:text=a%2Db,ü"), allow_redirects=False
        )
    assert response.headers["Location"] == (
        "https://example.com/f%C3%A9rias%20b#:~:text=a%2Db,%C3%BC"
    )


@pytest.mark.parametrize("token", ["nonsense", "a.b", "%00", "x" * 5000])
async def test_a_forged_or_damaged_link_is_refused_in_plain_words(token: str) -> None:
    recorder = FakeRecorder()
    async with _client(recorder) as client:
        response = await client.get(f"/o/{token}", allow_redirects=False)
        text = await response.text()
    assert response.status == 400
    assert "<h1>This link does not work</h1>" in text
    assert 'href="/"' not in text  # without sign-in there is no search page to go to
    assert "Location" not in response.headers
    assert recorder.events == []


async def test_one_changed_character_is_enough_to_refuse() -> None:
    path = _path()
    changed = path[:-1] + ("A" if path[-1] != "A" else "B")
    async with _client(FakeRecorder()) as client:
        response = await client.get(changed, allow_redirects=False)
    assert response.status == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5"},
        {"User-Agent": "Slackbot-LinkExpanding 1.0"},
        {"User-Agent": BROWSER, "Sec-Purpose": "prefetch;prerender"},
        {"User-Agent": BROWSER, "Purpose": "prefetch"},
        {"User-Agent": BROWSER, "X-Purpose": "preview"},
    ],
)
async def test_a_preview_or_prefetch_is_redirected_but_is_no_opening(
    headers: dict[str, str],
) -> None:
    recorder = FakeRecorder()
    async with _client(recorder) as client:
        response = await client.get(_path(), allow_redirects=False, headers=headers)
    assert (response.status, recorder.events) == (302, [])


async def test_a_head_request_is_no_opening() -> None:
    recorder = FakeRecorder()
    async with _client(recorder) as client:
        response = await client.head(_path(), allow_redirects=False)
    assert (response.status, recorder.events) == (302, [])


async def test_a_failing_recorder_keeps_nobody_from_the_place() -> None:
    async with _client(RaisingRecorder()) as client:
        response = await client.get(_path(), allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (302, TARGET)


def _restricted(restricted: bool = True) -> str:
    return LINKS.link("q1", 2, TARGET, "r1", restricted).removeprefix(ORIGIN)


async def test_a_restricted_link_opens_for_whom_it_is_meant() -> None:
    recorder = FakeRecorder()
    async with _client(recorder, Shelf(RESTRICTED), visitors(ANNA, "managers")) as client:
        response = await client.get(_restricted(), allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (302, TARGET)
    assert len(recorder.events) == 1


async def test_a_restricted_link_asks_somebody_unknown_who_they_are() -> None:
    async with _client(FakeRecorder(), Shelf(RESTRICTED), visitors(None)) as client:
        response = await client.get(_restricted(), allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (302, "/sign-in")


async def test_without_sign_in_it_opens_for_nobody_and_says_what_to_do() -> None:
    who = Unknown(Contact("the learning team", "mailto:learn@example.com"))
    nobody = Visitors(who, Everybody())
    async with _client(FakeRecorder(), Shelf(RESTRICTED), nobody) as client:
        response = await client.get(_restricted(), allow_redirects=False)
        text = await response.text()
    assert response.status == 403
    assert "ask your question there" in text
    assert '<a href="mailto:learn@example.com">Ask the learning team</a>' in text
    _tells_nothing(text)


async def test_others_and_what_is_gone_get_the_same_page() -> None:
    """Else the page would tell whether there is something."""
    pages = []
    for shelf, person in [
        (Shelf(RESTRICTED), visitors(ANNA, "finance")),
        (Shelf(), visitors(ANNA, "finance")),
        (Shelf(), visitors(ANNA, "managers")),
    ]:
        recorder = FakeRecorder()
        async with _client(recorder, shelf, person, search=True) as client:
            response = await client.get(_restricted(), allow_redirects=False)
            pages.append((response.status, await response.text()))
        assert recorder.events == []
    assert len(set(pages)) == 1
    status, text = pages[0]
    assert (status, 'href="/"' in text) == (404, True)
    _tells_nothing(text)


async def test_a_link_made_before_its_resource_was_restricted_asks_too() -> None:
    async with _client(FakeRecorder(), Shelf(RESTRICTED), visitors(None)) as client:
        response = await client.get(_restricted(False), allow_redirects=False)
    assert response.headers["Location"] == "/sign-in"


async def test_a_link_whose_resource_is_for_everyone_by_now_opens_for_all() -> None:
    async with _client(FakeRecorder(), Shelf(OPEN), visitors(None)) as client:
        response = await client.get(_restricted(), allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (302, TARGET)


async def test_a_link_to_what_was_open_and_is_gone_still_opens() -> None:
    """It may be that only the index does not know it any more."""
    async with _client(FakeRecorder(), Shelf(), visitors(None)) as client:
        response = await client.get(_restricted(False), allow_redirects=False)
    assert response.headers["Location"] == TARGET


async def test_a_link_that_has_expired_says_so_and_what_to_do() -> None:
    now = datetime.now(UTC).timestamp()
    old = Links(Keys(b"a secret of the tests, long enough"), ORIGIN, clock=lambda: now - 31 * 86400)
    path = old.link("q1", 2, TARGET).removeprefix(ORIGIN)
    async with _client(FakeRecorder(), search=True) as client:
        response = await client.get(path, allow_redirects=False)
        text = await response.text()
    assert response.status == 400
    assert "<h1>This link has expired</h1>" in text
    assert "Links open for 30 days" in text
    assert '<a href="/">Search the library</a>' in text
    _tells_nothing(text)


def _tells_nothing(text: str) -> None:
    assert "secret title" not in text
    assert "intranet.example.com" not in text
