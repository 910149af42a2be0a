"""Before anybody asks: what is there for them, and nothing of what is not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from bs4 import BeautifulSoup

from analytics.problem_reports import Problem
from identity.person import Person, Role
from portal.home.home_pages import HomePages
from portal.home.home_view import HomeView, home_view
from portal.pages import page
from portal.visitors import Visitors
from retrieval.answer import Question
from retrieval.search import Visibility
from snapshot.formats.format_row import Kind
from snapshot.manifest import Collection, CollectionStep
from snapshot.models import EVERYONE, Resource, Validation
from tests.fakes.content import VALIDATION, resource
from tests.portal.fakes import PlainLinks, visitors

TODAY = date(2026, 6, 30)
LEAVE = resource("leave.md")
BANDS = resource("bands.md", audience=("managers",), title="Pay bands of managers")
HOSTILE = "<script>alert(1)</script>"


def _collection(*shown: Resource, **changes: Any) -> Collection:
    steps = tuple(CollectionStep(one.id, one.url, note=f"Why {one.title}") for one in shown)
    made = Collection("first-week", "First week", "In order.", VALIDATION, steps=steps)
    return replace(made, **changes)


@dataclass
class Library:
    """Serves these, as the retriever does."""

    every: Sequence[Resource]
    collections: Sequence[Collection] = ()

    @property
    def snapshot(self) -> Any:
        return SimpleNamespace(manifest=SimpleNamespace(collections=self.collections))

    def resources(self, question: Question) -> tuple[Resource, ...]:
        hidden = set(Visibility(self.every).hidden_from(question).tolist())
        return tuple(one for number, one in enumerate(self.every) if number not in hidden)


def _view(*seen: Resource, audience: str = EVERYONE, keeps: bool = False) -> HomeView:
    return home_view(
        seen, [], PlainLinks(), frozenset({audience}), TODAY, looks_after_content=keeps
    )


def _validated(path: str, on: date, review_by: date | None = None) -> Resource:
    return resource(path, validation=Validation("Ann", on, review_by))


def test_what_was_validated_lately_is_new_the_latest_first() -> None:
    old = _validated("old.md", TODAY - timedelta(days=61))
    earlier = _validated("earlier.md", TODAY - timedelta(days=60))
    later = _validated("later.md", TODAY)
    assert [one.resource for one in _view(old, earlier, later).new] == [later, earlier]


def test_only_recordings_of_five_minutes_or_less_are_short() -> None:
    five = resource("five.vtt", kind=Kind.VIDEO, duration_minutes=5)
    six = resource("six.vtt", kind=Kind.VIDEO, duration_minutes=6)
    page_ = resource("page.md", duration_minutes=2)
    untold = resource("untold.vtt", kind=Kind.VIDEO)
    assert [one.resource for one in _view(five, six, page_, untold).short] == [five]


def test_what_is_due_is_for_those_who_look_after_content() -> None:
    soon = _validated("soon.md", date(2026, 1, 1), TODAY + timedelta(days=30))
    sooner = _validated("sooner.md", date(2026, 1, 1), TODAY)
    late = _validated("late.md", date(2026, 1, 1), TODAY + timedelta(days=31))
    assert _view(soon, sooner, late).due == ()
    assert [one.resource for one in _view(soon, sooner, late, keeps=True).due] == [sooner, soon]


@pytest.fixture
async def open_home() -> AsyncIterator[Any]:
    clients: list[TestClient[Any, Any]] = []

    async def start(
        library: Library, who: Visitors | None = None, *popular: str
    ) -> TestClient[Any, Any]:
        async def most() -> Sequence[str]:
            return popular

        async def problems(since: datetime, most: int) -> Sequence[Problem]:
            assert most == 500
            assert datetime.now(UTC) - since > timedelta(days=89)
            return [
                Problem(datetime.now(UTC), one.id, one.title, f"{HOSTILE} of {one.path}")
                for one in (LEAVE, BANDS, resource("gone.md"))
            ]

        pages = HomePages(library, PlainLinks(), who or visitors(), most, problems)

        async def show(request: web.Request) -> web.Response:
            context = {"home": await pages.view(request)}
            return page(request, "home.html", context)

        app = web.Application()
        app.add_routes([*pages.routes(), web.get("/", pages.visitors.require()(show))])
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


async def test_a_collection_shows_its_places_in_order(open_home: Any) -> None:
    client = await open_home(
        Library([LEAVE, BANDS], [_collection(BANDS, LEAVE)]), visitors(Person(), "managers")
    )
    said = await _text(client, "/collections/first-week")
    assert said.index("Why Pay bands") < said.index("Why Leave")
    assert "First week In order. 2 steps" in await _text(client, "/")


async def test_nothing_of_a_restricted_place_is_told(open_home: Any) -> None:
    """Neither its title, nor its note, nor that there is a second step."""
    client = await open_home(Library([LEAVE, BANDS], [_collection(BANDS, LEAVE)]))
    for path in ("/", "/collections/first-week"):
        assert "bands" not in (await _text(client, path)).lower()
    assert "1 step" in await _text(client, "/")


@pytest.mark.parametrize(
    "hidden",
    [
        _collection(BANDS),
        _collection(LEAVE, audience=("managers",)),
        _collection(LEAVE, validation=Validation("Ann", date(2026, 1, 1), date(2026, 1, 2))),
        _collection(resource("withdrawn.md")),
    ],
    ids=["all of it for others", "itself for others", "past its review", "nothing served"],
)
async def test_a_collection_that_holds_nothing_for_them_is_not_there(
    open_home: Any, hidden: Collection
) -> None:
    client = await open_home(Library([LEAVE, BANDS], [hidden]))
    assert "First week" not in await _text(client, "/")
    said = await _text(client, "/collections/first-week", 404)
    assert "There is no such collection" in said
    assert said == await _text(client, "/collections/never-was", 404)


async def test_words_of_the_content_make_no_markup(open_home: Any) -> None:
    hostile = replace(_collection(LEAVE), title=HOSTILE, description=HOSTILE)
    client = await open_home(Library([replace(LEAVE, title=HOSTILE)], [hostile]))
    for path in ("/", "/collections/first-week"):
        drawn = await (await client.get(path)).text()
        assert HOSTILE not in drawn


async def test_editors_see_what_is_to_be_reviewed(open_home: Any) -> None:
    today = datetime.now(UTC).date()
    due = _validated("due.md", date(2026, 1, 1), today + timedelta(days=3))
    editor = visitors(Person(roles=frozenset({Role.EDITOR})))
    assert "To be reviewed soon" in await _text(await open_home(Library([due]), editor), "/")
    assert "To be reviewed soon" not in await _text(await open_home(Library([due])), "/")


async def test_editors_see_what_was_reported_of_what_they_may_see(open_home: Any) -> None:
    editor = visitors(Person(roles=frozenset({Role.EDITOR})))
    library = Library([LEAVE, BANDS])
    said = await _text(await open_home(library, editor), "/")
    assert f"Reported lately Leave Page · {HOSTILE} of leave.md" in said
    assert "bands.md" not in said
    assert "gone.md" not in said
    assert "Reported lately" not in await _text(await open_home(library), "/")


async def test_what_is_short_leads_to_all_videos(open_home: Any) -> None:
    clip = resource("five.vtt", kind=Kind.VIDEO, duration_minutes=5, title="A clip")
    said = await _text(await open_home(Library([clip])), "/")
    assert "Five minutes or less 5 min A clip Video, 5 min All videos" in said
    assert "All videos" not in await _text(await open_home(Library([LEAVE])), "/")


async def test_what_is_opened_most_is_shown_in_its_order_if_they_may_see_it(open_home: Any) -> None:
    other = resource("other.md", title="Other")
    library = Library([LEAVE, BANDS, other])
    most = [other.id, BANDS.id, "withdrawn", LEAVE.id]
    said = await _text(await open_home(library, None, *most), "/")
    assert "Opened most this week Other Page Leave Page" in said
    assert "Pay bands" not in said
    assert "Opened most" not in await _text(await open_home(library), "/")
