"""The preview of the content folder in development: files as they are, or drawn from passages with
anchors where `Resource.url_at` links to."""

import io
import zipfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from bs4 import BeautifulSoup
from yarl import URL

from portal.preview import Part, SpokenLine, Title, preview_routes, to_parts
from snapshot.formats.format_row import Kind
from snapshot.models import Fragment, Heading, Locator, Passage, Resource, Slide, TimeRange, Whole
from tests.portal.fakes import ANNA, VALIDATION, visitors

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
    with zipfile.ZipFile(content / "forms.zip", "w") as archive:
        archive.writestr("in/page.html", "<p>packed</p><script>alert(1)</script>")
        archive.writestr("draft.txt", "not validated, a secret")
        archive.writestr("../up.txt", "secret")
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w") as part:
            part.writestr("page.html", "<p>part</p>")
        archive.writestr("in/part.zip", inner.getvalue())
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
        "forms.zip/in/page.html",
        "forms.zip/in/part.zip/page.html",
        "forms.zip/in/part.zip/gone.html",
        "forms.zip/gone.html",
        "forms.zip/../up.txt",
    )
    app = web.Application()
    app.add_routes(preview_routes(shelf, folder, visitors()))
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "content_type", "body"),
    [
        ("/content/a%20b/guide.pdf", "application/pdf", b"%PDF-1.7 guide"),
        ("/content/note.txt", "text/plain", "Überstunden".encode()),
        (
            "/content/forms.zip/in/page.html",
            "text/html",
            b"<p>packed</p><script>alert(1)</script>",
        ),
        ("/content/forms.zip/in/part.zip/page.html", "text/html", b"<p>part</p>"),
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


@pytest.mark.parametrize("path", ["page.html", "forms.zip/in/page.html"])
async def test_html_of_the_content_runs_no_script_and_has_no_origin(
    client: TestClient, path: str
) -> None:
    policy = (await client.get(f"/content/{path}")).headers["Content-Security-Policy"]
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
        "/content/forms.zip/draft.txt",  # packed, but no resource that is served
        "/content/forms.zip/gone.html",
        "/content/forms.zip/in/part.zip/gone.html",
        "/content/forms.zip/%2e%2e/up.txt",
        "/content/forms.zip/..%2fup.txt",
        "/content/forms.zip",
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
    assert [one["src"].partition("?")[0] for one in page("script")] == ["/static/tab.js"]
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]


async def test_hostile_content_is_drawn_as_text(tmp_path: Path) -> None:
    passages = [Passage("r", 0, (HOSTILE,), Heading(HOSTILE, HOSTILE), HOSTILE)]
    app = web.Application()
    app.add_routes(
        preview_routes(Shelf("x.md", passages=passages, title=HOSTILE), tmp_path, visitors())
    )
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        page = BeautifulSoup(await (await client.get("/content/x.md")).text(), "html.parser")
    assert [one["src"].partition("?")[0] for one in page("script")] == ["/static/tab.js"]
    assert len(page("img")) == 1
    assert page.h1.get_text() == page.h2.get_text() == HOSTILE
    assert page.select_one("section")["id"] == HOSTILE


def _passage(locator: Locator, text: str, *path: str, marks=()) -> Passage:
    return Passage("r", 0, path, locator, text, marks)


def test_headings_stand_once_above_all_that_is_under_them() -> None:
    parts = to_parts(
        [
            _passage(Heading("a", "A"), "one", "A"),
            _passage(Heading("b", "B"), "two", "A", "B"),
            _passage(Heading("c", "C"), "three", "A", "C"),
            _passage(Heading("d", "D"), "four", "D"),
        ]
    )
    assert [part.titles for part in parts] == [
        (Title(2, "A"),),
        (Title(3, "B"),),
        (Title(3, "C"),),
        (Title(2, "D"),),
    ]


def test_headings_below_the_sixth_level_stay_at_the_sixth() -> None:
    [part] = to_parts([_passage(Whole(), "x", *"ABCDEFG")])
    assert [title.level for title in part.titles] == [2, 3, 4, 5, 6, 6, 6]


def test_passages_of_one_place_are_one_part() -> None:
    """A link to the section marks all of it, whichever passage of it answered."""
    place = Heading("leave", "Leave")
    [part] = to_parts([_passage(place, "one\n\ntwo", "Leave"), _passage(place, "three", "Leave")])
    assert part == Part("leave", "", (Title(2, "Leave"),), ("one", "two", "three"))


def test_an_anchor_that_comes_twice_leads_to_its_first_place() -> None:
    parts = to_parts(
        [_passage(Heading("faq", "FAQ"), "1", "FAQ"), _passage(Heading("faq", "FAQ "), "2", "FAQ ")]
    )
    assert [part.anchor for part in parts] == ["faq", ""]


def test_slides_are_labelled() -> None:
    parts = to_parts([_passage(Slide(1), "Welcome"), _passage(Slide(3), "Safety", "Safety")])
    assert [(part.anchor, part.label) for part in parts] == [
        ("slide-1", "slide 1"),
        ("slide-3", "slide 3"),
    ]


def test_a_transcript_has_a_line_a_cue_with_its_second() -> None:
    text = "Hello and welcome. Tap the plus sign."
    [part] = to_parts([_passage(TimeRange(61.4, 70.0), text, marks=((0, 61.4), (19, 65.9)))])
    assert part.lines == (
        SpokenLine("t=61", "1:01", "Hello and welcome."),
        SpokenLine("t=65", "1:05", "Tap the plus sign."),
    )
    assert part.paragraphs == ()


def test_two_cues_within_a_second_do_not_share_an_anchor() -> None:
    [part] = to_parts([_passage(TimeRange(1.0, 2.0), "Yes. No.", marks=((0, 1.1), (5, 1.8)))])
    assert [line.anchor for line in part.lines] == ["t=1", ""]


@pytest.mark.parametrize(
    ("file", "passage", "character"),
    [
        ("guide.md", _passage(Heading("überblick-1", "Überblick"), "x", "Überblick"), 0),
        ("deck.pptx", _passage(Slide(12), "x"), 0),
        (
            "talk.vtt",
            _passage(TimeRange(130.0, 150.0), "One. Two.", marks=((0, 130.0), (5, 134.7))),
            5,
        ),
        ("talk.srt", _passage(TimeRange(0.0, 9.0), "One.", marks=((0, 0.0),)), 0),
    ],
)
def test_a_deep_link_finds_its_anchor(file: str, passage: Passage, character: int) -> None:
    resource = Resource("r", "T", f"/content/{file}", Kind.DOCUMENT, file, VALIDATION)
    fragment = unquote(resource.url_at(passage.locator_at(character)).partition("#")[2])
    [part] = to_parts([passage])
    assert fragment in {part.anchor, *(line.anchor for line in part.lines)} - {""}


def test_a_place_without_an_anchor_gets_none() -> None:
    parts = to_parts([_passage(Whole(), "a"), _passage(Fragment("b c"), "b c")])
    assert [part.anchor for part in parts] == ["", ""]


async def test_what_is_for_others_is_as_if_it_were_not_there(folder: Path) -> None:
    shelf = Shelf("guide.md", title="The secret title")
    resource = shelf._resources["/content/guide.md"]
    shelf._resources["/content/guide.md"] = replace(resource, audience=("managers",))
    pages = {}
    for name, person in {"insider": visitors(ANNA, "managers"), "outsider": visitors()}.items():
        app = web.Application()
        app.add_routes(preview_routes(shelf, folder, person))
        async with TestClient(TestServer(app, host="127.0.0.1")) as client:
            pages[name] = await client.get("/content/guide.md")
            gone = await client.get("/content/none.md")
            pages[f"{name}'s text"] = await pages[name].text(), await gone.text()
    assert (pages["insider"].status, pages["outsider"].status) == (200, 404)
    restricted, none = pages["outsider's text"]
    assert restricted == none
    assert "secret title" not in restricted
