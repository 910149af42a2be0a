"""The whole application as it is started: real index, real model, real log, Teams' own JSON."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from app import _ready, make_app
from bots import wording
from errors import SettingsError, SignpostError, SnapshotNotFound
from settings import Settings
from snapshot.store import SnapshotStore
from tests.fakes import activities
from tests.fakes.activities import ANNA, BEN
from tests.fakes.cards import Card, buttons, elements, lines, urls
from tests.fakes.connector import FakeConnector

pytestmark = pytest.mark.asyncio(loop_scope="module")

ANSWERED = "what do I do if my laptop is stolen?"
MANAGERS_ONLY = "how do I put somebody on a performance improvement plan"


@dataclass
class Product:
    """The running application, and what stands around it."""

    client: TestClient[web.Request, web.Application]
    connector: FakeConnector
    data_dir: Path
    snapshots_dir: Path

    async def post(self, activity: dict[str, Any]) -> ClientResponse:
        return await self.client.post(
            "/api/messages", json=activity | {"serviceUrl": self.connector.url}
        )

    async def ask(self, activity: dict[str, Any]) -> Card:
        """The one card that answers the activity."""
        before = len(self.connector.messages)
        response = await self.post(activity)
        assert response.status == 200
        [reply] = self.connector.messages[before:]
        [attachment] = reply["attachments"]
        card: Card = attachment["content"]
        return card

    async def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What the query log holds, once its writer has come to it."""
        for _ in range(100):
            with sqlite3.connect(self.data_dir / "signpost.db") as database:
                if found := database.execute(statement).fetchall():
                    return found
            await asyncio.sleep(0.05)
        return []


@pytest.fixture(scope="module")
def folders(sample_snapshots: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A data folder, and a copy of the sample's snapshots that a test may change."""
    data_dir, snapshots = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("s") / "s"
    shutil.copytree(sample_snapshots, snapshots)
    return data_dir, snapshots


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def product(folders: tuple[Path, Path]) -> AsyncIterator[Product]:
    data_dir, snapshots_dir = folders
    audiences = data_dir / "audiences.yaml"
    audiences.write_text(f"managers: [{ANNA['aadObjectId']}]\n")
    settings = Settings(
        _env_file=None,
        development=True,
        data_dir=data_dir,
        snapshots_dir=snapshots_dir,
        audiences_file=audiences,
        contact_name="the Learning team",
        snapshot_poll_s=0.05,
    )
    app = await make_app(settings)
    async with FakeConnector() as connector, TestClient(TestServer(app)) as client:
        yield Product(client, connector, data_dir, snapshots_dir)


def _texts(card: Card) -> str:
    return " ".join(lines(card))


def _open_links(card: Card) -> list[str]:
    paths = [urlsplit(url).path for url in urls(card)]
    return [path for path in paths if path.startswith("/o/")]


async def test_a_question_gets_one_card_with_the_sentence_its_place_and_who_validated_it(
    product: Product,
) -> None:
    card = await product.ask(activities.message(ANSWERED))
    texts = _texts(card)
    assert "Lost or stolen laptop, phone or badge" in texts
    assert "is lost or stolen, ring 4444 at once" in texts
    assert "Validated by Callum Reid on 19 Oct 2026" in texts
    assert len(_open_links(card)) == 3


async def test_a_card_of_a_recording_has_a_picture_that_teams_can_fetch(product: Product) -> None:
    card = await product.ask(activities.message("how do I empty the tray of the coffee machine?"))
    [picture] = elements(card, "Image")
    assert picture["altText"] == "The coffee machine in one minute: Video · 1 min · at 0:34"
    path = urlsplit(picture["url"]).path
    response = await product.client.get(path)
    assert (response.status, response.content_type) == (200, "image/jpeg")
    assert (await product.client.get(f"{path[:-8]}AAAAAA==")).status == 404


async def test_what_was_asked_shown_opened_and_rated_is_in_the_log(product: Product) -> None:
    """From the question to the export, through the real links and buttons."""
    question = "where can I park my car in Utrecht?"
    card = await product.ask(activities.message(question))
    [(query_id, asker, channel_kind, outcome)] = await product.rows(
        f"SELECT query_id, asker, channel_kind, outcome FROM questions WHERE text = '{question}'"  # noqa: S608
    )
    assert (channel_kind, outcome) == ("personal", "answered")
    assert ANNA["id"] not in asker
    shown = await product.rows(
        f"SELECT rank, url FROM results WHERE query_id = '{query_id}' ORDER BY rank"  # noqa: S608
    )
    assert shown[0][1].startswith("/content/workplace/parking.html#")

    link = _open_links(card)[0]
    opened = await product.client.get(link, allow_redirects=False)
    assert (opened.status, opened.headers["Location"]) == (302, shown[0][1])
    assert await product.rows(
        f"SELECT rank FROM openings WHERE query_id = '{query_id}'"  # noqa: S608
    ) == [(1,)]

    button = buttons(card)["Helpful"]
    pressed = await product.post(activities.execute(button["data"], verb=button["verb"]))
    replaced = (await pressed.json())["value"]
    assert replaced["type"] == "AdaptiveCard"
    assert "Thank" in _texts(replaced)
    ratings = f"SELECT helpful, source FROM ratings WHERE query_id = '{query_id}'"  # noqa: S608
    assert await product.rows(ratings) == [(1, "card")]


async def test_a_link_that_was_changed_leads_nowhere(product: Product) -> None:
    link = _open_links(await product.ask(activities.message(ANSWERED)))[0]
    changed = link[:-2] + ("AA" if link[-2:] != "AA" else "BB")
    assert (await product.client.get(changed, allow_redirects=False)).status == 400


async def test_a_thumb_is_matched_to_the_message_that_it_rates(product: Product) -> None:
    await product.ask(activities.message("how do I book a meeting room?"))
    activity_id = product.connector.ids[-1]
    await product.post(activities.thumbs("dislike", "wrong office", reply_to_id=activity_id))
    found = await product.rows(
        "SELECT text, helpful, comment FROM ratings JOIN questions USING (query_id)"
        " WHERE source = 'thumbs'"
    )
    assert found == [("how do I book a meeting room?", 0, "wrong office")]


async def test_where_nothing_is_found_a_question_that_is_answered_can_be_pressed(
    product: Product,
) -> None:
    async def asks() -> list[dict[str, Any]]:
        card = await product.ask(activities.message("sabbatical"))
        assert wording.NOTHING_HEADING in lines(card)
        executes = elements(card, "Action.Execute")
        return [one["data"] for one in executes if one["verb"] == "ask"]

    async with asyncio.timeout(60):
        while "Ask for leave" not in [one["question"] for one in await asks()]:
            await asyncio.sleep(0.1)  # it is learned aside after the start
    for data in await asks():
        before = len(product.connector.messages)
        response = await product.post(activities.execute(data))
        assert (await response.json())["value"] == wording.ANSWERED_BELOW
        [reply] = product.connector.messages[before:]
        answered = reply["attachments"][0]["content"]
        assert wording.CLOSEST_HEADING not in lines(answered)
        assert f"You asked: “{data['question']}”" in lines(answered)


async def test_managers_read_in_private_what_is_theirs_and_nobody_does_in_a_channel(
    product: Product,
) -> None:
    managers = "people/underperformance.md"
    state = SnapshotStore(product.snapshots_dir).open()
    [title] = [r.title for r in state.resources if r.path == managers]

    def sees(card: Any) -> bool:
        return title in _texts(card)

    assert sees(await product.ask(activities.message(MANAGERS_ONLY, **{"from": ANNA})))
    assert not sees(await product.ask(activities.message(MANAGERS_ONLY, **{"from": BEN})))
    assert not sees(await product.ask(activities.channel_message(MANAGERS_ONLY, **{"from": ANNA})))


async def test_nothing_validated_is_said_and_logged(product: Product) -> None:
    question = "who won the football world cup in 1974?"
    card = await product.ask(activities.message(question))
    assert question in _texts(card)
    assert "the Learning team" in _texts(card)
    assert _open_links(card) == []
    found = f"SELECT outcome FROM questions WHERE text = '{question}'"  # noqa: S608
    assert await product.rows(found) == [("nothing_validated",)]


async def test_questions_are_answered_while_another_snapshot_takes_over(product: Product) -> None:
    store = SnapshotStore(product.snapshots_dir)
    old = store.active_id()
    new = f"{old[:-8]}ffffffff"
    shutil.copytree(store.path(old), store.folder / new)
    manifest = store.folder / new / "snapshot.json"
    manifest.write_text(manifest.read_text().replace(old, new))
    asking = asyncio.create_task(_ask_until(product, new))
    with store.lock():
        await asyncio.to_thread(store.activate, new)
    async with asyncio.timeout(60):
        assert await asking == {200}


async def _ask_until(product: Product, snapshot_id: str) -> set[int]:
    """Asks until that snapshot answers; the statuses that came back meanwhile."""
    statuses = set()
    while True:
        statuses.add((await product.post(activities.message(ANSWERED))).status)
        ready = await product.client.get("/readyz")
        statuses.add(ready.status)
        if (await ready.json())["snapshot"] == snapshot_id:
            return statuses


async def test_health_names_what_answers(product: Product) -> None:
    assert (await product.client.get("/healthz")).status == 200
    ready = await (await product.client.get("/readyz")).json()
    assert (ready["status"], ready["refused"]) == ("ready", None)
    assert ready["resources"] == 93  # two more are for managers


async def test_health_names_a_damaged_snapshot_and_the_one_that_serves_instead(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    store = SnapshotStore(tmp_path / "snapshots")
    shutil.copytree(folders[1], store.folder)
    good = store.active_id()
    damaged = f"{good[:-8]}dddddddd"
    shutil.copytree(store.path(good), store.folder / damaged)
    with store.lock():
        store.activate(damaged)
    (store.path(damaged) / "passages.jsonl").write_text("")
    settings = Settings(
        _env_file=None, development=True, data_dir=tmp_path, snapshots_dir=store.folder
    )
    async with TestClient(TestServer(await make_app(settings))) as client:
        response = await client.get("/readyz")
        ready = await response.json()
    assert (response.status, ready["status"]) == (200, "degraded")
    assert store.path(ready["snapshot"]) == store.path(good)
    assert ready["refused"]["snapshot"] == damaged
    assert "passages.jsonl has SHA-256" in ready["refused"]["reason"]


async def test_freed_memory_is_given_back_until_the_server_stops(
    sample_snapshots: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = 0

    def give() -> bool:
        nonlocal given
        given += 1
        return True

    monkeypatch.setattr("operation.lifetime.give_back_freed", give)
    monkeypatch.setattr("operation.lifetime._GIVE_BACK_EACH_S", 0.01)
    settings = Settings(
        _env_file=None, development=True, data_dir=tmp_path, snapshots_dir=sample_snapshots
    )
    async with TestClient(TestServer(await make_app(settings))):
        while given < 3:
            await asyncio.sleep(0.01)
    stopped = given
    await asyncio.sleep(0.1)
    assert given == stopped


async def test_the_search_page_answers_alike(product: Product) -> None:
    page = await (await product.client.get("/", params={"q": ANSWERED})).text()
    assert "Lost or stolen laptop, phone or badge" in page
    found = await (await product.client.get("/api/search", params={"q": ANSWERED})).json()
    assert found["results"][0]["title"] == "Lost or stolen laptop, phone or badge"


async def test_without_credentials_it_does_not_start(folders: tuple[Path, Path]) -> None:
    with pytest.raises(SettingsError, match="SIGNPOST_APP_ID"):
        await make_app(Settings(_env_file=None, data_dir=folders[0], snapshots_dir=folders[1]))


async def test_without_an_index_it_does_not_start_and_says_how_to_build_one(tmp_path: Path) -> None:
    settings = Settings(
        _env_file=None, development=True, data_dir=tmp_path, snapshots_dir=tmp_path / "none"
    )
    with pytest.raises(SnapshotNotFound, match="python -m index build"):
        await make_app(settings)


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """It was taken for a port that is in use."""
    (tmp_path / "file").touch()
    settings = Settings(_env_file=None, development=True, data_dir=tmp_path / "file" / "data")
    with pytest.raises(SignpostError, match="file/data"):
        await _ready(settings)


async def test_a_start_that_its_settings_stop_opens_no_query_log(tmp_path: Path) -> None:
    settings = Settings(
        _env_file=None, development=True, data_dir=tmp_path, audiences_file=tmp_path / "none"
    )
    with pytest.raises(SettingsError, match="SIGNPOST_AUDIENCES_FILE"):
        await make_app(settings)
    assert not (tmp_path / "signpost.db").exists()


async def test_in_production_there_is_no_page_and_no_preview_and_no_turn_without_a_token(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    settings = Settings(
        _env_file=None,
        app_id=activities.APP_ID,
        tenant_id=activities.TENANT_ID,
        app_password="made up",
        public_url="https://signpost.example.com",
        secret="s" * 32,
        data_dir=tmp_path,
        snapshots_dir=folders[1],
    )
    async with TestClient(TestServer(await make_app(settings))) as client:
        for path in ("/", "/api/search?q=x", "/content/security/lost-or-stolen-device.md"):
            assert (await client.get(path)).status == 404
        assert (await client.post("/api/messages", json=activities.message())).status == 401
        assert (await client.get("/readyz")).status == 200
