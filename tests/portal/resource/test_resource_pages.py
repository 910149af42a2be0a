"""The page of one resource: for those who may see it, with nothing of what they may not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer
from bs4 import BeautifulSoup

from analytics.problem_reports import Problem, ProblemReported
from errors import LogError
from identity.person import Person, Role
from portal.home.home_pages import HomePages
from portal.resource.resource_pages import ResourcePages
from portal.resource.resource_view import beginning_of, owner_way, places_of
from retrieval.retriever import Retriever
from snapshot.models import Page, Passage, TimeRange
from snapshot.store import SnapshotStore
from tests.fakes.content import passage, resource
from tests.fakes.encoder import WordEncoder
from tests.fakes.parts import FakeRecorder
from tests.fakes.snapshots import publish
from tests.portal.fakes import ANNA, ORIGIN, PlainLinks, pseudonyms, visitors

HOSTILE = "<script>alert(1)</script>"
LEAVE = resource("hr/leave.md", owner="People <people@example.com>", tags=("leave", HOSTILE))
NEAR = resource("hr/carry.md", title="Carry over")
FAR = resource("it/vpn.md", title="VPN")
BOARD = resource("hr/board.md", title="Leave of the board", audience=("board",))
PASSAGES = (
    passage(LEAVE, "Leave is 25 days a year. Ask your manager.", 0, "How much"),
    passage(LEAVE, f"Unused leave carries over. {HOSTILE}", 1, "Carry over"),
    passage(NEAR, "Unused leave carries over until March.", 0, "Carry over"),
    passage(FAR, "Open the network client.", 0, "Connect"),
    passage(BOARD, "Leave of the board is 25 days a year.", 0, "How much"),
)
REPORTED = Problem(datetime(2026, 11, 1, tzinfo=UTC), LEAVE.id, "Leave", "Out of date")


async def _nobody_asked(_: str) -> Sequence[str]:
    return ()


async def _nothing_reported(_: datetime, most: int) -> Sequence[Problem]:
    return ()


async def _reported(_: datetime, most: int) -> Sequence[Problem]:
    return (REPORTED,) * 30


async def _away(_: datetime, most: int) -> Sequence[Problem]:
    raise LogError("the database is away")


@pytest.fixture
def recorder() -> FakeRecorder:
    return FakeRecorder()


@pytest.fixture
async def start(tmp_path: Path, recorder: FakeRecorder) -> AsyncIterator[Any]:
    """Starts the pages over a snapshot in which one resource is for the board alone."""
    clients: list[TestClient[Any, Any]] = []
    store = SnapshotStore(tmp_path / "snapshots")
    publish(store, resources=[LEAVE, NEAR, FAR, BOARD], passages=PASSAGES)
    retriever = Retriever(store.open(), WordEncoder())

    async def begin(
        *audiences: str,
        person: Person = ANNA,
        asked_about: Any = _nobody_asked,
        problems: Any = _nothing_reported,
    ) -> TestClient[Any, Any]:
        async def popular() -> Sequence[str]:
            return ()

        home = HomePages(retriever, PlainLinks(), visitors(person, *audiences), popular, problems)
        pages = ResourcePages(home, recorder, pseudonyms(), asked_about, ORIGIN)
        app = web.Application()
        app.add_routes(pages.routes())
        client = TestClient(TestServer(app, host="127.0.0.1"))
        await client.start_server()
        clients.append(client)
        return client

    yield begin
    for client in clients:
        await client.close()


async def _page(client: TestClient[Any, Any], path: str, status: int = 200) -> BeautifulSoup:
    response = await client.get(path)
    assert response.status == status
    return BeautifulSoup(await response.text(), "lxml")


async def test_it_says_what_it_is_who_vouches_what_is_inside_and_what_is_near(start: Any) -> None:
    page = await _page(await start(), f"/resources/{LEAVE.id}")
    assert page.h1.text == LEAVE.title
    assert (
        page.blockquote.text
        == "Leave is 25 days a year. Ask your manager. Unused leave carries over."
    )
    assert "Validated by Learning team" in page.select_one(".validated").text
    assert [one.text for one in page.select(".places a")] == ["How much", "Carry over"]
    assert page.select(".places a")[1]["href"].endswith("#carry-over")
    assert [one.text for one in page.select("[aria-labelledby=related] a span")] == [
        "Carry over",
        "VPN",
    ]
    assert page.select_one("#share")["data-link"] == f"{ORIGIN}/resources/{LEAVE.id}"
    assert "mailto:people@example.com?" in page.select_one(".problem a")["href"]
    assert page.select_one("main script") is None
    assert not page.select("[aria-labelledby=asked], [aria-labelledby=reported]")


async def test_what_is_for_others_is_not_there_and_is_near_to_nothing(start: Any) -> None:
    outside = await start()
    await _page(outside, f"/resources/{BOARD.id}", 404)
    await _page(outside, "/resources/none", 404)
    seen = await _page(outside, f"/resources/{LEAVE.id}")
    assert "board" not in str(seen).lower()
    inside = await _page(await start("board"), f"/resources/{LEAVE.id}")
    near = [one.text for one in inside.select("[aria-labelledby=related] a span")]
    assert "Leave of the board" in near
    assert (await outside.post(f"/resources/{BOARD.id}/problem", data={"text": "x"})).status == 404


async def test_what_colleagues_ask_leads_to_its_answer(start: Any) -> None:
    async def asked(resource_id: str) -> Sequence[str]:
        return ("days off & more", HOSTILE) if resource_id == LEAVE.id else ()

    page = await _page(await start(asked_about=asked), f"/resources/{LEAVE.id}")
    first, second = page.select("[aria-labelledby=asked] a")
    assert first["href"] == "/?q=days+off+%26+more"
    assert second.text == HOSTILE


async def test_a_report_is_kept_without_a_name_and_read_by_editors_alone(
    start: Any, recorder: FakeRecorder
) -> None:
    client = await start(problems=_reported)
    path = f"/resources/{LEAVE.id}"
    thanks = await client.post(
        f"{path}/problem", data={"text": " It is\n 26 days\x00 " + "x" * 2000}
    )
    assert "noted for People, without your name" in await thanks.text()
    [report] = recorder.events
    assert isinstance(report, ProblemReported)
    assert report.text.startswith("It is 26 days xxx")
    assert len(report.text) <= 1000
    assert (report.resource_id, report.title) == (LEAVE.id, LEAVE.title)
    assert ANNA.object_id not in report.asker
    assert not (await _page(client, path)).select("[aria-labelledby=reported]")
    editor = Person(object_id="e", tenant_id="t1", roles=frozenset({Role.EDITOR}))
    page = await _page(await start(person=editor, problems=_reported), path)
    assert "Out of date" in page.select_one("[aria-labelledby=reported]").text
    assert len(page.select("[aria-labelledby=reported] li")) == 20
    page = await _page(await start(person=editor, problems=_away), path)
    assert page.h1.text == LEAVE.title


@pytest.mark.parametrize(
    ("text", "status"), [("", 400), (" \n", 400), ("I want to kill myself", 200)]
)
async def test_nothing_and_what_is_sensitive_is_not_kept(
    start: Any, recorder: FakeRecorder, text: str, status: int
) -> None:
    client = await start()
    response = await client.post(f"/resources/{LEAVE.id}/problem", data={"text": text})
    assert response.status == status
    assert "Thank you" not in await response.text()
    assert recorder.events == []


async def test_a_report_from_another_site_is_refused(start: Any, recorder: FakeRecorder) -> None:
    client = await start()
    headers = {"Sec-Fetch-Site": "cross-site"}
    sent = await client.post(
        f"/resources/{LEAVE.id}/problem", data={"text": "spam"}, headers=headers
    )
    assert (sent.status, recorder.events) == (403, [])


@pytest.mark.parametrize(
    ("owner", "label", "href"),
    [
        ("People team", "People team", ""),
        ("People <people@example.com>", "People", "mailto:people@example.com?"),
        ("<people@example.com>", "people@example.com", "mailto:people@example.com?"),
        ("People <none>", "People <none>", ""),
        ("a@b, c@d", "a@b, c@d", ""),
        ("P <p@example.com?bcc=all>", "P <p@example.com?bcc=all>", ""),
    ],
)
def test_an_owner_with_an_address_can_be_written_to(owner: str, label: str, href: str) -> None:
    way = owner_way(resource("a.md", owner=owner), "https://signpost.example.com/resources/x")
    assert way is not None
    assert (way.label, way.href[: len(href)]) == (label, href)
    assert bool(way.href) == bool(href)


def test_places_of_a_recording_are_seconds_and_of_a_document_pages() -> None:
    talk = resource("talk.vtt", url="/watch/talk")
    said = [
        Passage(talk.id, n, (), TimeRange(60.0 * n, 60.0 * n + 50), f"Part {n}.") for n in (0, 1)
    ]
    assert [one.name for one in places_of(talk, said, PlainLinks())] == ["0:00", "1:00"]
    guide = resource("guide.pdf", url="https://intranet.example.com/guide.pdf")
    read = [
        Passage(guide.id, 0, (), Page(1), "Guide\nVersion 2"),
        Passage(guide.id, 1, ("Fares",), Page(2), "Fares rise. Book early."),
        Passage(guide.id, 2, ("Fares",), Page(2), "Book by Tuesday."),
    ]
    places = places_of(guide, read, PlainLinks())
    assert [(one.name, one.words) for one in places] == [
        ("page 1", "Guide"),
        ("Fares, page 2", "Fares rise."),
    ]
    assert beginning_of(read) == "Fares rise. Book early. Book by Tuesday."
    assert places_of(guide, read[:1], PlainLinks()) == ()
    assert beginning_of([]) == ""


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded; charset=nonsense",
    ],
)
async def test_what_is_no_form_is_told_so_and_not_kept(
    start: Any, recorder: FakeRecorder, content_type: str
) -> None:
    client = await start()
    response = await client.post(
        f"/resources/{LEAVE.id}/problem",
        data=b"text=late",
        headers={"Content-Type": content_type},
    )
    assert response.status == 400
    assert recorder.events == []


async def test_a_file_is_no_report(start: Any, recorder: FakeRecorder) -> None:
    form = FormData()
    form.add_field("text", b"late", filename="anna.txt")
    response = await (await start()).post(f"/resources/{LEAVE.id}/problem", data=form)
    assert response.status == 400
    assert recorder.events == []
