"""A person without the audience never sees title, snippet, count, suggestion or link target of a
restricted resource on any page: the whole application, with its real index."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from bs4 import BeautifulSoup

from app import make_app
from settings import Settings
from snapshot.models import Resource
from snapshot.store import SnapshotStore

pytestmark = pytest.mark.asyncio(loop_scope="module")

INSIDER = "11111111-1111-4111-8111-111111111111"
OUTSIDER = "22222222-2222-4222-8222-222222222222"
QUESTIONS = (
    "how do I put somebody on a performance improvement plan",
    "what do I do if somebody does not perform",
    "underperformance",
    "warning letter",
)


@dataclass
class Pages:
    """The application as people see it, and what is for managers in it."""

    client: TestClient[web.Request, web.Application]
    restricted: list[Resource]

    async def be(self, key: str) -> None:
        response = await self.client.post("/who", data={"key": key}, allow_redirects=False)
        assert response.status == 303

    async def text(self, path: str, status: int = 200, **query: str) -> str:
        response = await self.client.get(path, params=query, allow_redirects=False)
        assert response.status == status
        return unescape(await response.text())

    def shows(self, text: str) -> bool:
        """Whether a page tells of any of it."""
        return any(one.title in text or one.url in text for one in self.restricted)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pages(
    sample_snapshots: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Pages]:
    folder = tmp_path_factory.mktemp("outsiders")
    shutil.copytree(sample_snapshots, folder / "snapshots")
    (folder / "audiences.yaml").write_text(f"managers: [{INSIDER}]\nother: [{OUTSIDER}]\n")
    settings = Settings(
        _env_file=None,
        development=True,
        data_dir=folder,
        snapshots_dir=folder / "snapshots",
        audiences_file=folder / "audiences.yaml",
    )
    restricted = [
        one for one in SnapshotStore(folder / "snapshots").open().resources if one.only_for
    ]
    async with TestClient(TestServer(await make_app(settings), host="127.0.0.1")) as client:
        yield Pages(client, restricted)


async def test_an_insider_finds_it_and_an_outsider_does_not(pages: Pages) -> None:
    for key, found in {INSIDER: True, OUTSIDER: False, "": False, "analyst": False}.items():
        await pages.be(key)
        for surface in ("/", "/api/search"):
            shown = [pages.shows(await pages.text(surface, q=one)) for one in QUESTIONS]
            assert any(shown) is found, (key, surface)


async def test_a_preview_is_for_an_outsider_as_one_of_what_never_was(pages: Pages) -> None:
    local = [one for one in pages.restricted if one.url.startswith("/content/")]
    assert local
    for one in local:
        path = one.url.partition("#")[0]
        await pages.be(INSIDER)
        assert one.title in await pages.text(path)
        await pages.be(OUTSIDER)
        assert await pages.text(path, 404) == await pages.text("/content/never-was.md", 404)


async def test_an_insiders_link_tells_an_outsider_nothing(pages: Pages) -> None:
    await pages.be(INSIDER)
    page = BeautifulSoup(await pages.text("/", q=QUESTIONS[0]), "lxml")
    [link] = [
        urlsplit(a["href"]).path
        for a in page.select("h3 a")
        if any(one.title in a.get_text() for one in pages.restricted)
    ][:1]
    await pages.text(link, 302)
    for key in (OUTSIDER, ""):
        await pages.be(key)
        assert not pages.shows(await pages.text(link, 404))


async def test_pages_without_a_question_and_health_count_nothing_of_it(pages: Pages) -> None:
    await pages.be(OUTSIDER)
    for path in ("/", "/who", "/readyz", "/healthz"):
        assert not pages.shows(await pages.text(path))
