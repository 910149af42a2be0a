"""Pages are drawn with the sentence marked, for what is for everyone, and nothing hurts
the server."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import FloatObject, NameObject

from analytics.links import STILL, Links
from keys import Keys
from portal.pictures import page_pictures
from portal.pictures.draw_page import draw
from portal.pictures.page_pictures import PagePictures
from showing.ports import card_picture_of, picture_of
from snapshot.formats.format_row import Kind
from snapshot.media import STILL_SIZE, Media
from snapshot.models import Heading, Resource, Validation
from tests.fakes.content import resource
from tests.fakes.pdfs import drawn, lines
from tests.portal.fakes import ORIGIN, TRAVEL

SENTENCE = "Mileage is 45 pence a mile."
PDF = drawn(lines("Fares"), lines("Rates", "Mileage is 45 pence", "a mile. Ask first."))
MARK = (255, 231, 160)
RATES = resource("rates.pdf")
HILLS = (238, 247, 245)


def _marked_rows(picture: Image.Image) -> list[int]:
    wide = picture.convert("RGB")
    return [y for y in range(wide.height) if any(wide.getpixel((x, y)) == MARK for x in range(900))]


def _drawn(tmp_path: Path, data: bytes, page: int, sentence: str) -> Image.Image:
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    return draw(str(path), page, sentence)


def test_the_sentence_is_marked_where_it_stands_across_lines(tmp_path: Path) -> None:
    picture = _drawn(tmp_path, PDF, 2, SENTENCE)
    assert picture.size == (900, 450)
    rows = _marked_rows(picture)
    assert len(rows) > 30  # two lines
    assert 150 < rows[0] < rows[-1] < 300  # in the middle


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (PDF, "Nothing of this is there."),
        (PDF, "a mile"),
        (drawn(lines("Fares"), lines(SENTENCE, SENTENCE)), SENTENCE),
    ],
)
def test_what_is_not_found_exactly_once_is_not_marked(
    tmp_path: Path, data: bytes, sentence: str
) -> None:
    assert _marked_rows(_drawn(tmp_path, data, 2, sentence)) == []


def _shaped(width: float, height: float) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(PDF)))
    box = writer.pages[1].mediabox
    box.upper_right = (FloatObject(width), FloatObject(height))
    writer.pages[1][NameObject("/MediaBox")] = box
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


@pytest.mark.parametrize("number", [0, -1, 3])
def test_a_page_that_is_none_is_not_drawn(tmp_path: Path, number: int) -> None:
    with pytest.raises(ValueError, match="there is no page"):
        _drawn(tmp_path, PDF, number, SENTENCE)


def test_a_page_of_no_sensible_shape_is_not_drawn(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be drawn"):
        _drawn(tmp_path, _shaped(10, 14_000), 2, SENTENCE)
    assert _drawn(tmp_path, _shaped(14_000, 14_000), 2, SENTENCE).size == (900, 450)


class Shelf:
    def __init__(self, *every: Resource) -> None:
        self.every = every

    def resource(self, resource_id: str) -> Resource | None:
        return next((one for one in self.every if one.id == resource_id), None)


LINKS = Links(Keys(b"the secret of these tests"), ORIGIN)


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Any]:
    clients: list[TestClient[Any, Any]] = []

    async def begin(data: bytes = PDF, still: bytes = b"", **changes: Any) -> TestClient[Any, Any]:
        (tmp_path / "rates.pdf").write_bytes(data)
        media = Media(tmp_path / "media")
        kept = replace(RATES, pages=media.keep(tmp_path / "rates.pdf"), **changes)
        kept = replace(kept, still=media.keep_still(still)) if still else kept
        app = web.Application()
        app.add_routes(PagePictures(Shelf(kept), media, LINKS).routes())
        client = TestClient(TestServer(app, host="127.0.0.1"))
        await client.start_server()
        clients.append(client)
        return client

    yield begin
    for client in clients:
        await client.close()


def _path(page: int = 2, resource_id: str = RATES.id) -> str:
    return LINKS.picture(resource_id, page, SENTENCE).removeprefix(ORIGIN)


async def test_whoever_has_the_address_sees_the_page(start: Any) -> None:
    client = await start()
    for _ in range(2):
        response = await client.get(_path())
        assert (response.status, response.content_type) == (200, "image/png")
        body = await response.read()
        assert Image.open(io.BytesIO(body)).size == (900, 450)
        assert len(body) < 100_000


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"audience": ("managers",)}, _path()),
        ({"validation": Validation("Ann", date(2020, 1, 1), date(2020, 12, 31))}, _path()),
        ({}, _path(resource_id="gone")),
        ({}, _path(page=9)),
        ({}, "/pages/forged"),
        ({"data": b"%PDF-1.7 cut short"}, _path()),
        ({"data": _shaped(10, 14_000)}, _path()),
        ({"kind": Kind.VIDEO, "audience": ("managers",)}, _path(STILL)),
        ({}, _path(STILL)),
    ],
)
async def test_what_may_not_or_cannot_be_drawn_is_not_there(
    start: Any, changes: dict[str, Any], path: str
) -> None:
    client = await start(**changes)
    response = await client.get(path)
    assert (response.status, await response.text()) == (404, "There is no such picture.")


def _still() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", STILL_SIZE, "red").save(made, "JPEG")
    return made.getvalue()


@pytest.mark.parametrize(
    ("still", "colour"), [(_still(), (254, 0, 0)), (b"", HILLS), (b"damaged", HILLS)]
)
async def test_a_recording_is_shown_by_its_still_with_its_length_else_by_a_drawing(
    start: Any, still: bytes, colour: tuple[int, int, int]
) -> None:
    client = await start(still=still, kind=Kind.VIDEO, duration_minutes=6)
    response = await client.get(_path(STILL))
    assert (response.status, response.content_type) == (200, "image/jpeg")
    with Image.open(io.BytesIO(await response.read())) as shown:
        assert shown.size == STILL_SIZE
        assert all(abs(a - b) < 4 for a, b in zip(shown.getpixel((5, 5)), colour, strict=True))
        assert sum(shown.getpixel((STILL_SIZE[0] - 30, STILL_SIZE[1] - 22))) < 200  # the length


def test_a_card_has_an_address_of_recordings_that_are_for_everyone() -> None:
    of_everyone = replace(TRAVEL, resource=replace(TRAVEL.resource, kind=Kind.VIDEO))
    assert card_picture_of(LINKS, of_everyone).startswith(f"{ORIGIN}/pages/")
    assert picture_of(LINKS, of_everyone) == ""
    assert card_picture_of(LINKS, TRAVEL) == ""
    some = replace(of_everyone, resource=replace(of_everyone.resource, audience=("managers",)))
    assert card_picture_of(LINKS, some) == ""


def test_only_pages_of_what_is_for_everyone_have_an_address() -> None:
    kept = replace(TRAVEL, resource=replace(TRAVEL.resource, pages=f"{'0' * 64}.pdf"))
    assert picture_of(LINKS, kept).startswith(f"{ORIGIN}/pages/")
    assert picture_of(LINKS, TRAVEL) == ""
    restricted = replace(kept, resource=replace(kept.resource, audience=("managers",)))
    assert picture_of(LINKS, restricted) == ""
    [best, *_] = kept.hits
    section = replace(best, passage=replace(best.passage, locator=Heading("a", "A")))
    assert picture_of(LINKS, replace(kept, hits=(section,))) == ""


async def test_what_failed_is_not_tried_again_and_a_long_queue_is_refused(
    start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []
    gate = asyncio.Event()

    async def fail(file: Path, number: int, sentence: str) -> bytes:
        tries.append(number)
        await gate.wait()
        return b""

    monkeypatch.setattr(page_pictures, "_draw", fail)
    client = await start()
    asked = [asyncio.create_task(client.get(_path(page=page))) for page in range(1, 31)]
    while sum(one.done() for one in asked) < 10:
        await asyncio.sleep(0)
    gate.set()
    statuses = [(await one).status for one in asked]
    assert (statuses.count(503), statuses.count(404)) == (10, 20)
    tried = len(tries)
    again = {(await client.get(_path(page=page))).status for page in set(tries)}
    assert (again, len(tries)) == ({404}, tried)
