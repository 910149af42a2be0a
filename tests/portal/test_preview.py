"""The preview of the content folder in development."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from bs4 import BeautifulSoup
from yarl import URL

from portal.preview import preview_routes
from snapshot.models import Heading, Kind, Passage, Resource
from tests.portal.fakes import VALIDATION

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
PASSAGES = (
    Passage("r", 0, (), Heading("", ""), "Before all headings."),
    Passage("r", 1, ("Claiming",), Heading("claiming", "Claiming"), "First.\n\n- a\n- b"),
)


class Shelf:
    """Serves these paths, whatever kind they are."""

    def __init__(
        self, *paths: str, passages: Sequence[Passage] = PASSAGES, title: str = "T"
    ) -> None:
        self._resources = {
            f"/content/{path}": Resource(
                "r", title, f"/content/{path}", Kind.DOCUMENT, path, VALIDATION
            )
            for path in paths
        }
        self._passages = passages

    async def resource_at(self, url_path: str) -> tuple[Resource, Sequence[Passage]] | None:
        resource = self._resources.get(url_path)
        return (resource, self._passages) if resource else None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A content folder with a file that is no resource, and a secret beside it."""
    content = tmp_path / "content"
    (content / "a b").mkdir(parents=True)
    (content / "a b" / "guide.pdf").write_bytes(b"%PDF-1.7 guide")
    (content / "page.html").write_text("<h1>Page</h1><script>alert(1)</script>")
    (content / "note.txt").write_text("Überstunden", encoding="utf-8")
    (content / "film.mp4").write_bytes(bytes(range(100)))
    (content / "guide.md").write_text("# Guide")
    (content / "draft.txt").write_text("not validated")
    (content / "way-out.txt").symlink_to(tmp_path / "secret.txt")
    (content / "circle.txt").symlink_to("circle.txt")
    (tmp_path / "secret.txt").write_text("secret")
    return content


@pytest.fixture
async def client(folder: Path) -> AsyncIterator[TestClient]:
    shelf = Shelf(
        "a b/guide.pdf",
        "page.html",
        "note.txt",
        "film.mp4",
        "guide.md",
        "gone.txt",
        "way-out.txt",
        "circle.txt",
        "../secret.txt",
    )
    app = web.Application()
    app.add_routes(preview_routes(shelf, folder))
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "content_type", "body"),
    [
        ("/content/a%20b/guide.pdf", "application/pdf", b"%PDF-1.7 guide"),
        ("/content/note.txt", "text/plain", "Überstunden".encode()),
        ("/content/page.html", "text/html", b"<h1>Page</h1><script>alert(1)</script>"),
    ],
)
async def test_what_a_browser_shows_is_sent_as_it_is(
    client: TestClient, path: str, content_type: str, body: bytes
) -> None:
    response = await client.get(URL(path, encoded=True))
    assert (response.status, response.content_type) == (200, content_type)
    assert await response.read() == body
    assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_recording_can_be_entered_in_the_middle(client: TestClient) -> None:
    response = await client.get("/content/film.mp4", headers={"Range": "bytes=10-14"})
    assert (response.status, await response.read()) == (206, bytes(range(10, 15)))


async def test_html_of_the_content_runs_no_script_and_has_no_origin(client: TestClient) -> None:
    policy = (await client.get("/content/page.html")).headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox;")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize(
    "path",
    [
        "/content/draft.txt",  # a file, but no resource that is served
        "/content/gone.txt",  # a resource whose file is gone
        "/content/way-out.txt",  # a link out of the folder
        "/content/circle.txt",
        "/content/../secret.txt",
        "/content/%2e%2e/secret.txt",
        "/content/..%2fsecret.txt",  # even if the index named it
        "/content/%00",
        "/content/a%20b",
    ],
)
async def test_nothing_else_can_be_reached(client: TestClient, path: str) -> None:
    response = await client.get(URL(path, encoded=True))
    assert response.status == 404
    assert "secret" not in await response.text()


async def test_other_formats_are_drawn_from_their_passages(client: TestClient) -> None:
    response = await client.get("/content/guide.md")
    page = BeautifulSoup(await response.text(), "lxml")
    assert page.h1.get_text() == "T"
    assert "Validated by Maria Keller on 3 March 2026" in page.select_one(".validated").get_text()
    assert [s.get("id") for s in page.select("section")] == [None, "claiming"]
    assert [p.get_text() for p in page.select("#claiming p")] == ["First.", "- a\n- b"]
    assert page.select_one("#claiming h2").get_text() == "Claiming"
    assert page("script") == []
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]


async def test_hostile_content_is_drawn_as_text(tmp_path: Path) -> None:
    passages = [Passage("r", 0, (HOSTILE,), Heading(HOSTILE, HOSTILE), HOSTILE)]
    app = web.Application()
    app.add_routes(preview_routes(Shelf("x.md", passages=passages, title=HOSTILE), tmp_path))
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        page = BeautifulSoup(await (await client.get("/content/x.md")).text(), "html.parser")
    assert page("script") == []
    assert len(page("img")) == 1
    assert page.h1.get_text() == page.h2.get_text() == HOSTILE
    assert page.select_one("section")["id"] == HOSTILE
