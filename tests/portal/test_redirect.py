"""Following a signed link."""

from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from analytics.events import Opened
from analytics.links import Links
from portal.redirect import open_routes
from tests.fakes.parts import FakeRecorder
from tests.portal.fakes import RaisingRecorder

LINKS = Links(b"a secret of the tests, long enough", "http://127.0.0.1:3978")
TARGET = "https://intranet.example.com/guide.pdf#page=4"
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Teams/26.1"


def _path(url: str = TARGET) -> str:
    return LINKS.link("q1", 2, url).removeprefix("http://127.0.0.1:3978")


def _client(recorder) -> TestClient:
    app = web.Application()
    app.add_routes(open_routes(LINKS, recorder))
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
    assert 'href="/"' not in text  # in production there is no search page to go to
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
