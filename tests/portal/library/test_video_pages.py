"""The library shows what there is to watch, and a recording plays for those whom it is for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import ClientPayloadError, web
from aiohttp.test_utils import TestClient, TestServer
from bs4 import BeautifulSoup

from portal.library.video_pages import VideoPages
from portal.visitors import Unknown, Visitors
from retrieval.answer import Question
from retrieval.search import Visibility
from snapshot.formats.format_row import Kind
from snapshot.manifest import Collection, CollectionStep
from snapshot.media import Media
from snapshot.models import Passage, Resource, TimeRange, Validation
from tests.fakes.content import VALIDATION, resource
from tests.portal.fakes import ANYONE, PlainLinks, visitors

DATA = bytes(range(256)) * 40
SAID = "Hello & <b>welcome</b>. Take a key. Ride on."
STILL = f"{'0' * 64}.jpg"
HOSTILE = "<script>alert(1)</script>"


def _video(path: str, **changes: Any) -> Resource:
    url = f"/watch/{path.rpartition('.')[0]}"
    return resource(path, url=url, kind=Kind.VIDEO, **changes)


TALK = _video("it/talk.vtt", title="A talk", duration_minutes=5, owner="IT help desk")
BOARD = _video("board/plans.vtt", title="The board's plans", audience=("board",), still=STILL)
ELSEWHERE = resource("people/far.vtt", title="Far away", kind=Kind.VIDEO, duration_minutes=16)
PAGE = resource("it/page.md", title="A page")


def _passages(owner: Resource) -> list[Passage]:
    marks = ((0, 0.5), (SAID.index("Take"), 4.0), (SAID.index("Ride"), 9.25))
    return [Passage(owner.id, 0, (), TimeRange(0.5, 12.0), SAID, marks)]


def _files_of(one: Resource) -> tuple[str, ...]:
    return (
        f"/media/{one.id}",
        f"/stills/{one.id}",
        f"/captions/{one.id}.vtt",
        f"/chapters/{one.id}.vtt",
    )


@dataclass
class Library:
    """Serves these, as the retriever does."""

    every: Sequence[Resource]
    collections: Sequence[Collection] = ()
    said: Sequence[Passage] = ()

    @property
    def snapshot(self) -> Any:
        return SimpleNamespace(
            manifest=SimpleNamespace(collections=self.collections),
            resources=self.every,
            passages_of=lambda number: self.said or _passages(self.every[number]),
        )

    def resource(self, resource_id: str) -> Resource | None:
        return next((one for one in self.every if one.id == resource_id), None)

    def resources(self, question: Question) -> tuple[Resource, ...]:
        hidden = set(Visibility(self.every).hidden_from(question).tolist())
        return tuple(one for number, one in enumerate(self.every) if number not in hidden)

    async def resource_at(self, url_path: str) -> tuple[Resource, Sequence[Passage]] | None:
        found = next((one for one in self.every if one.url == url_path), None)
        return (found, self.said or _passages(found)) if found else None


@pytest.fixture
async def watch(tmp_path: Path) -> AsyncIterator[Any]:
    """Starts the pages with a recording for each video that has a page of ours."""
    clients: list[TestClient[Any, Any]] = []
    file = tmp_path / "talk.mp4"
    file.write_bytes(DATA)
    media = Media(tmp_path / "media")
    name = media.keep(file)
    (tmp_path / "media" / STILL).write_bytes(b"a still")

    async def start(
        *every: Resource,
        who: Visitors | None = None,
        plays_from: Sequence[str] = (),
        **more: Sequence[Any],
    ) -> TestClient[Any, Any]:
        kept = [replace(one, media=name) if one.url.startswith("/watch/") else one for one in every]
        library = Library(kept, **more)
        app = web.Application()
        app.add_routes(
            VideoPages(library, media, PlainLinks(), who or visitors(), plays_from).routes()
        )
        client = TestClient(TestServer(app, host="127.0.0.1"))
        await client.start_server()
        clients.append(client)
        return client

    yield start
    for client in clients:
        await client.close()


async def _text(client: TestClient[Any, Any], path: str, status: int = 200) -> str:
    response = await client.get(path)
    assert response.status == status
    return " ".join(BeautifulSoup(await response.text(), "lxml").get_text(" ").split())


async def test_the_page_plays_the_recording_and_holds_what_is_said_line_by_line(watch: Any) -> None:
    client = await watch(TALK)
    response = await client.get(TALK.url)
    page = BeautifulSoup(await response.text(), "lxml")
    assert page.select_one("video source")["src"] == f"/media/{TALK.id}"
    assert page.select_one("video source")["type"] == "video/mp4"
    assert page.select_one("track[kind=captions]")["src"] == f"/captions/{TALK.id}.vtt"
    lines = page.select(".lines-said li")
    assert [(one["data-at"], one.a["href"]) for one in lines] == [
        ("0.5", "#t=0"),
        ("4.0", "#t=4"),
        ("9.25", "#t=9"),
    ]
    assert lines[0].select_one(".words").get_text() == "Hello & <b>welcome</b>."
    assert "media-src 'self'" in response.headers["Content-Security-Policy"]


async def test_captions_are_what_is_said_at_its_times(watch: Any) -> None:
    client = await watch(TALK)
    response = await client.get(f"/captions/{TALK.id}.vtt")
    assert response.content_type == "text/vtt"
    assert await response.text() == (
        "WEBVTT\n\n"
        "00:00:00.500 --> 00:00:04.000\nHello &amp; &lt;b&gt;welcome&lt;/b&gt;.\n\n"
        "00:00:04.000 --> 00:00:09.250\nTake a key.\n\n"
        "00:00:09.250 --> 00:00:12.000\nRide on.\n"
    )


async def test_chapters_are_listed_and_a_track_of_the_player(watch: Any) -> None:
    chapters = {"Arriving": "Come <in>. ", "Leaving": "Go out."}
    said = [
        Passage(TALK.id, n, (title,), TimeRange(n * 60.0, n * 60.0 + 60), text, ((0, n * 60.0),))
        for n, (title, text) in enumerate(chapters.items())
    ]
    client = await watch(TALK, said=said)
    page = BeautifulSoup(await (await client.get(TALK.url)).text(), "lxml")
    listed = page.select(".chapters a")
    assert [(one["href"], one["data-at"]) for one in listed] == [("#t=0", "0.0"), ("#t=60", "60.0")]
    assert [one.get_text() for one in listed] == ["0:00 Arriving", "1:00 Leaving"]
    assert "As the recording itself marks them" in page.get_text()
    track = page.select_one("track[kind=chapters]")["src"]
    response = await client.get(track)
    assert response.content_type == "text/vtt"
    assert await response.text() == (
        "WEBVTT\n\n00:00:00.000 --> 00:01:00.000\nArriving\n\n"
        "00:01:00.000 --> 00:02:00.000\nLeaving\n"
    )


YOUTUBE = resource(
    "it/tube.vtt", url="https://youtu.be/M7lc1UVf-VE", kind=Kind.VIDEO, title="On YouTube"
)
FILE = resource("it/file.vtt", url="https://media.example.com/a.mp4", kind=Kind.VIDEO)


async def test_what_is_elsewhere_has_a_page_of_what_is_said_and_the_way_there(watch: Any) -> None:
    """Nothing of it is loaded; its moments open there if its links can name them."""
    client = await watch(YOUTUBE, ELSEWHERE)
    library = BeautifulSoup(await (await client.get("/videos")).text(), "lxml")
    links = [one["href"] for one in library.select(".tiles a")]
    assert links == [f"/videos/{YOUTUBE.id}", f"/videos/{ELSEWHERE.id}"]
    response = await client.get(links[0])
    page = BeautifulSoup(await response.text(), "lxml")
    assert "frame-src" not in response.headers["Content-Security-Policy"]
    assert page.select("iframe, video, [data-frame]") == []
    assert page.select_one(".way").get_text() == "Open at youtu.be"
    assert page.select_one(".way")["href"].endswith(YOUTUBE.url)
    assert [one["href"] for one in page.select(".lines-said a")] == [
        f"{YOUTUBE.url}?t={second}s" for second in (0, 4, 9)
    ]
    page = BeautifulSoup(await (await client.get(links[1])).text(), "lxml")
    assert [one["href"] for one in page.select(".lines-said a")] == ["#t=0", "#t=4", "#t=9"]


async def test_where_it_is_allowed_a_platform_s_player_is_loaded_on_a_press(watch: Any) -> None:
    client = await watch(YOUTUBE, plays_from=("youtube",))
    response = await client.get(f"/videos/{YOUTUBE.id}")
    page = BeautifulSoup(await response.text(), "lxml")
    policy = response.headers["Content-Security-Policy"]
    assert policy.endswith("; frame-src https://www.youtube-nocookie.com")
    assert page.select_one("iframe") is None
    assert page.select_one("#screen")["data-frame"].startswith("https://www.youtube-nocookie.com/")
    assert "youtu.be knows the address of your computer" in page.get_text()


async def test_a_media_file_elsewhere_plays_with_our_captions(watch: Any) -> None:
    client = await watch(FILE, plays_from=("media.example.com",))
    response = await client.get(f"/videos/{FILE.id}")
    page = BeautifulSoup(await response.text(), "lxml")
    assert page.select_one("video source")["src"] == FILE.url
    assert (
        "media-src 'self' https://media.example.com;" in response.headers["Content-Security-Policy"]
    )
    captions = await client.get(page.select_one("track[kind=captions]")["src"])
    assert "Take a key." in await captions.text()
    assert page.select_one(".lines-said a")["href"] == "#t=0"


async def test_a_page_elsewhere_is_for_those_whom_it_is_for(watch: Any) -> None:
    secret = replace(YOUTUBE, audience=("board",))
    client = await watch(secret, TALK, PAGE)
    for name in (secret.id, PAGE.id, "none"):
        response = await client.get(f"/videos/{name}")
        assert response.status == 404
        assert "YouTube" not in await response.text()
    own = await client.get(f"/videos/{TALK.id}", allow_redirects=False)
    assert (own.status, own.headers["Location"]) == (302, TALK.url)


async def test_a_transcript_alone_is_a_page_without_a_player(watch: Any) -> None:
    alone = resource("it/alone.vtt", url="/content/it/alone.vtt", kind=Kind.VIDEO)
    client = await watch(alone)
    said = await _text(client, f"/videos/{alone.id}")
    assert "There is no recording to play, only what is said in it." in said
    assert "Take a key." in said
    assert "Open at" not in said


async def test_what_is_short_and_not_marked_has_no_chapters(watch: Any) -> None:
    client = await watch(TALK)
    page = BeautifulSoup(await (await client.get(TALK.url)).text(), "lxml")
    assert page.select(".chapters, track[kind=chapters]") == []
    assert await (await client.get(f"/chapters/{TALK.id}.vtt")).text() == "WEBVTT\n"


async def test_a_still_shows_what_there_is_to_watch_else_one_is_drawn(watch: Any) -> None:
    client = await watch(replace(TALK, still=STILL), _video("it/other.vtt", title="The other"))
    page = BeautifulSoup(await (await client.get("/videos")).text(), "lxml")
    shown, drawn = page.select(".tiles .still")
    assert drawn.select_one("svg")
    assert drawn.select_one("img") is None
    assert shown.img["alt"] == ""  # the title stands below it
    assert shown.select_one(".length").get_text() == "5 min"
    response = await client.get(shown.img["src"])
    assert (response.content_type, await response.read()) == ("image/jpeg", b"a still")
    player = BeautifulSoup(await (await client.get(TALK.url)).text(), "lxml").video
    assert player["poster"] == shown.img["src"]
    assert (await client.get(f"/stills/{_video('it/other.vtt').id}")).status == 404


async def test_a_player_gets_the_ranges_that_it_asks_for(watch: Any) -> None:
    client = await watch(TALK)
    whole = await client.get(f"/media/{TALK.id}")
    assert (whole.status, whole.content_type) == (200, "video/mp4")
    assert await whole.read() == DATA
    part = await client.get(f"/media/{TALK.id}", headers={"Range": "bytes=1000-1999"})
    assert (part.status, part.headers["Content-Range"]) == (206, f"bytes 1000-1999/{len(DATA)}")
    assert await part.read() == DATA[1000:2000]
    beyond = await client.get(f"/media/{TALK.id}", headers={"Range": "bytes=99999999-"})
    assert beyond.status == 416


@pytest.mark.parametrize("asked", [{}, {"Range": "bytes=1000-"}])
async def test_a_recording_cut_short_while_it_is_sent_ends_at_once(
    watch: Any, tmp_path: Path, asked: dict[str, str]
) -> None:
    """Whoever reads on is told that the rest does not come, and the server answers on."""
    client = await watch(TALK)
    [file] = (tmp_path / "media").glob("*.mp4")
    file.write_bytes(bytes(32 << 20))  # more than the system holds in between
    response = await client.get(f"/media/{TALK.id}", headers=asked)
    await response.content.readexactly(1000)
    with file.open("r+b") as cut:
        cut.truncate(2000)
    with pytest.raises(ClientPayloadError):
        await response.content.read()
    again = await client.get(f"/media/{TALK.id}")
    assert len(await again.read()) == 2000


async def test_a_recording_replaced_while_it_is_sent_is_sent_to_its_end(
    watch: Any, tmp_path: Path
) -> None:
    client = await watch(TALK)
    [file] = (tmp_path / "media").glob("*.mp4")
    data = bytes(range(256)) * (32 << 12)
    file.write_bytes(data)
    response = await client.get(f"/media/{TALK.id}")
    begun = await response.content.readexactly(1000)
    other = tmp_path / "other"
    other.write_bytes(b"recorded anew")
    other.replace(file)
    assert begun + await response.content.read() == data
    assert await (await client.get(f"/media/{TALK.id}")).read() == b"recorded anew"


async def test_what_is_for_others_is_as_if_it_were_not_there(watch: Any) -> None:
    outside = await watch(TALK, BOARD)
    for path in (BOARD.url, *_files_of(BOARD)):
        closed, missing = await outside.get(path), await outside.get(path.replace("a", "zz") + "x")
        assert (closed.status, missing.status) == (404, 404)
        assert "board" not in (await closed.text()).lower()
    assert "board" not in (await _text(outside, "/videos")).lower()
    assert "board" not in (await _text(outside, TALK.url)).lower()
    inside = await watch(TALK, BOARD, who=visitors(ANYONE, "board"))
    assert (await inside.get(f"/media/{BOARD.id}")).status == 200
    assert "The board's plans" in await _text(inside, "/videos")


async def test_what_is_past_its_review_plays_for_nobody(watch: Any) -> None:
    past = replace(TALK, validation=Validation("Ann", date(2025, 1, 1), date(2025, 2, 1)))
    client = await watch(past)
    for path in (past.url, *_files_of(past)):
        assert (await client.get(path)).status == 404


@pytest.mark.parametrize("path", ["/watch/nothing", "/watch/..%2f..%2fetc/passwd", "/media/none"])
async def test_what_is_not_there_is_said(watch: Any, path: str) -> None:
    client = await watch(TALK)
    assert (await client.get(path)).status == 404


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["A talk", "Far away"]),
        ("?topic=it", ["A talk"]),
        ("?minutes=5", ["A talk"]),
        ("?minutes=15&topic=people", []),
        ("?minutes=30&topic=people", ["Far away"]),
        ("?minutes=7&topic=nowhere&tag=none", ["A talk", "Far away"]),
        ("?tag=it", ["A talk"]),
        ("?tag=talks&minutes=5", []),
    ],
)
async def test_the_library_is_narrowed_by_topic_length_and_tag(
    watch: Any, query: str, shown: list[str]
) -> None:
    client = await watch(replace(TALK, tags=("IT",)), replace(ELSEWHERE, tags=("talks",)), PAGE)
    response = await client.get(f"/videos{query}")
    page = BeautifulSoup(await response.text(), "lxml")
    assert [one.get_text() for one in page.select(".tiles .name")] == shown
    if not shown:
        assert "There is no such video" in page.get_text()


async def test_each_way_to_narrow_says_how_many_it_leaves(watch: Any) -> None:
    client = await watch(TALK, ELSEWHERE, PAGE)
    page = BeautifulSoup(await (await client.get("/videos?minutes=5")).text(), "lxml")
    chips = {one.get_text(" ", strip=True): one["href"] for one in page.select(".filter a")}
    assert chips == {
        "Any length 2": "/videos",
        "5 minutes or less 1": "/videos?minutes=5",
        "15 minutes or less 1": "/videos?minutes=15",
        "30 minutes or less 2": "/videos?minutes=30",
        "All topics 1": "/videos?minutes=5",
        "IT 1": "/videos?topic=it&minutes=5",
        "People 0": "/videos?topic=people&minutes=5",
    }
    assert len(page.select(".filter [aria-current]")) == 2


async def test_tags_that_tell_recordings_apart_are_offered(watch: Any) -> None:
    """What all have narrows nothing, one alone is no choice, and what others may see counts for
    nobody else."""
    talk, far = replace(TALK, tags=("Video", "Screens")), replace(ELSEWHERE, tags=("video", "far"))
    near = _video("it/near.vtt", title="Near", tags=("screens", "video"))
    board = replace(BOARD, tags=("far", "screens"))
    client = await watch(talk, far, near, board)

    async def chips(query: str) -> dict[str, str]:
        page = BeautifulSoup(await (await client.get(f"/videos{query}")).text(), "lxml")
        nav = page.select("nav.filter[aria-label=Tag] a")
        return {one.get_text(" ", strip=True): one["href"] for one in nav}

    assert await chips("") == {"All tags 3": "/videos", "screens 2": "/videos?tag=screens"}
    assert await chips("?topic=it&tag=Screens") == {
        "All tags 2": "/videos?topic=it",
        "screens 2": "/videos?topic=it&tag=screens",
    }
    assert await chips("?topic=people") == {}


async def test_what_comes_next_follows_the_collection_of_a_recording(watch: Any) -> None:
    def step(one: Resource) -> CollectionStep:
        return CollectionStep(one.id, one.url, note=f"Why {one.title}")

    steps = tuple(map(step, (PAGE, TALK, BOARD, ELSEWHERE)))
    week = Collection("first-week", "First week", "", VALIDATION, steps=steps)
    for_board = replace(week, slug="plans", title="Plans", audience=("board",))
    other = _video("it/other.vtt", title="Another talk")
    client = await watch(TALK, BOARD, ELSEWHERE, PAGE, other, collections=[for_board, week])

    async def following(of: Resource) -> list[str]:
        page = BeautifulSoup(await (await client.get(of.url)).text(), "lxml")
        return [one.get_text() for one in page.select(".next :is(p a, .name)")]

    assert await following(TALK) == ["First week", "Far away", "All videos"]
    assert await following(other) == ["A talk", "Far away", "All videos"]


async def test_behind_the_last_of_a_collection_come_others(watch: Any) -> None:
    week = Collection("week", "Week", "", VALIDATION, steps=(CollectionStep(TALK.id, TALK.url),))
    far, near = _video("a/far.vtt", title="Far"), _video("it/near.vtt", title="Near")
    client = await watch(far, TALK, near, collections=[week])
    page = BeautifulSoup(await (await client.get(TALK.url)).text(), "lxml")
    assert [one.get_text() for one in page.select(".next .name")] == ["Near", "Far"]
    assert "Week" not in page.get_text()


async def test_words_of_the_content_make_no_markup(watch: Any) -> None:
    hostile = replace(TALK, title=HOSTILE, owner=HOSTILE)
    client = await watch(hostile)
    for path in ("/videos", hostile.url):
        assert HOSTILE not in await (await client.get(path)).text()


async def test_where_nobody_is_known_a_card_s_link_ends_in_words(watch: Any) -> None:
    unknown = Visitors(Unknown(), visitors().audiences)
    client = await watch(TALK, who=unknown)
    response = await client.get(TALK.url)
    assert response.status == 403
    assert "In Teams it knows you" in await response.text()
    assert (await client.get(f"/media/{TALK.id}")).status == 403
