"""What is for others moves nothing of what somebody is shown: the page and its interface over a
real index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from portal.search.search_api import SearchApi
from portal.search.search_page import SearchPage
from portal.search.suggestions import Suggestions
from retrieval.answer import Answer, Question
from retrieval.retriever import Retriever
from snapshot.formats.format_row import Kind
from snapshot.manifest import Calibration
from snapshot.models import Passage, Resource
from snapshot.reading import Snapshot
from snapshot.store import SnapshotStore
from tests.fakes.content import passage, resource
from tests.fakes.encoder import WordEncoder
from tests.fakes.parts import FakeRecorder
from tests.fakes.snapshots import EXPENSES, LEAVE, PASSAGES, publish
from tests.portal.fakes import ANNA, ORIGIN, PlainLinks, pseudonyms, visitors

QUERY_ID = "0123456789abcdef0123456789abcdef"
SECRET = resource(
    "board/pay.md",
    audience=("board",),
    title="Mileage of the board",
    kind=Kind.VIDEO,
    tags=("board",),
    language="fr",
    duration_minutes=3,
)
SAID = "Claim mileage at 90 pence a mile."


@dataclass
class Now:
    """A retriever that answers at once."""

    retriever: Retriever

    async def answer(self, question: Question) -> Answer:
        return self.retriever.answer(question)

    @property
    def snapshot(self) -> Snapshot:
        return self.retriever.snapshot


async def _shown(
    folder: Path, resources: Sequence[Resource], passages: Sequence[Passage], *audiences: str
) -> list[str]:
    store = SnapshotStore(folder)
    lenient = Calibration(answered=0.2, closest=0.0)
    publish(store, resources=resources, passages=passages, calibration=lenient)
    served = Now(Retriever(store.open(), WordEncoder()))
    looking = visitors(ANNA, *audiences)
    page = SearchPage(served, FakeRecorder(), PlainLinks(), looking, pseudonyms())
    app = web.Application()
    app.add_routes([*page.routes(), *SearchApi(page, Suggestions(served), ORIGIN).routes()])
    asked = f"q=claim+mileage+pence&again=1&query_id={QUERY_ID}"
    paths = [
        f"/?{asked}",
        f"/?{asked}&more=1",
        f"/?{asked}&kind=video",
        f"/?{asked}&folder=board",
        f"/?{asked}&tag=board&max_minutes=5",
        "/api/suggest?q=mil",
        "/api/suggest?q=the+board+pa",
        "/api/suggest?q=mil&format=opensearch",
    ]
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        return [await (await client.get(path)).text() for path in paths]


async def test_what_is_for_others_moves_nothing(tmp_path: Path) -> None:
    """No result, count, filter or suggestion: byte for byte as if it were not there."""
    open_to_all = [EXPENSES, LEAVE]
    secret = [passage(SECRET, SAID, heading="Mileage for members of the board")]
    without = await _shown(tmp_path / "without", open_to_all, PASSAGES)
    beside = await _shown(tmp_path / "beside", [*open_to_all, SECRET], [*PASSAGES, *secret])
    assert beside == without


@pytest.mark.parametrize("place", [0, 2, 3, 4, 5])
async def test_those_it_is_for_are_shown_it(tmp_path: Path, place: int) -> None:
    passages = [*PASSAGES, passage(SECRET, SAID, heading="Mileage for members of the board")]
    resources = [EXPENSES, LEAVE, SECRET]
    assert "of the board" in (await _shown(tmp_path, resources, passages, "board"))[place]
