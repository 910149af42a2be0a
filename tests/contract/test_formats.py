"""Every row of the table of formats: a real file of it is read, its link followed and previewed.

What the row says is compared with what happens: what the reader gives, what the links lead to,
what browsers are known to do, and which libraries the reader imports.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.metadata import packages_distributions
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, assert_never
from urllib.parse import unquote

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from bs4 import BeautifulSoup
from PIL import Image
from pypdf import PdfReader

from bots import wording
from index.content.entry import Entry
from index.content.scan import scan
from index.readers import reader
from index.readers.extraction import Extraction
from index.recognition.installed import why_not
from index.recognition.recognition import Recognition
from index.splitter import Limits, split
from portal.library.video_pages import VideoPages
from portal.preview import preview_routes
from retrieval.answer import Question
from snapshot import formats
from snapshot.formats.format_row import Format, Opening, UrlStyle
from snapshot.media import Media
from snapshot.models import Passage, Resource
from tests.conftest import ROOT
from tests.fakes import scans, signatures
from tests.fakes.signatures import SIGNATURES
from tests.portal.fakes import PlainLinks, visitors
from words.catalogue import words_for

CONTENT = ROOT / "content"
SITE = "https://files.example.com/"
# How a browser that is given a file opens a place in it, by the file's content type.
BROWSERS = {
    "application/pdf": {Opening.PAGE},
    "text/html": {Opening.SECTION, Opening.WORDS},
    "text/plain": {Opening.WORDS},
    "video": {Opening.SECOND},
    "audio": {Opening.SECOND},
}
READ = sorted(name for name, row in formats.BY_EXTENSION.items() if not row.is_recording)


def _sample(row: Format) -> bytes:
    """The first file of that format in the sample content; of one that is converted first, what it
    becomes, which is read without a conversion. A picture is drawn."""
    row = formats.BY_EXTENSION.get(row.converted_to, row)
    if row.is_picture:
        return scans.picture(
            scans.page(scans.VISITORS), Image.registered_extensions()[row.extensions[0]]
        )
    files = sorted(path for path in CONTENT.rglob("[!_]*") if formats.of(path.name) is row)
    files = [path for path in files if "_source" not in path.parts]
    assert files, f"{row.extensions[0]}: put a file of this format into the sample content"
    return files[0].read_bytes()


@dataclass(frozen=True)
class Served:
    """A file as it is served from the content folder, on our own server and published elsewhere."""

    folder: Path
    entries: dict[str, Entry]

    def one(self, extension: str, where: str) -> tuple[Entry, list[Passage]]:
        name = next((x for x in self.entries if x.startswith(f"{where}/{extension[1:]}/")), "")
        assert name, f"{extension}: the scan does not serve it"
        entry = self.entries[name]
        passages = split(entry.resource, entry.document, _count_words, Limits())
        assert passages, f"{extension}: there is no passage in it"
        return entry, passages


def _count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def serve(folder: Path, samples: dict[str, bytes]) -> Served:
    """Scans a folder that has each sample twice. A recording lies beside a transcript."""
    (folder / "_folder.yaml").write_text("validated_by: Ann\nvalidated_on: 2026-01-15\n")
    for where, base_url in (("local", "/content/local/"), ("published", SITE)):
        for extension, data in samples.items():
            place = folder / where / extension[1:]
            place.mkdir(parents=True)
            (place / f"sample{extension}").write_bytes(data)
            if formats.BY_EXTENSION[extension].is_picture:
                (place / f"sample{extension}.meta.yaml").touch()
            if formats.BY_EXTENSION[extension].is_recording:
                (place / "sample.vtt").write_bytes(_sample(formats.WEBVTT))
        settings = f"base_url: {base_url}\nurl_style: file\n"
        (folder / where / "_folder.yaml").write_text(settings)
    reading = Recognition(Extraction(workers=1), Extraction(1, 120, 2048), 0.95, why_not("auto"))
    found = scan(folder, today=date(2026, 11, 26), extraction=reading)
    assert found.refused == ()
    # The same words under several extensions are served once.
    every = (*found.entries, *(copy.entry for copy in found.copies))
    return Served(folder, {entry.resource.path: entry for entry in every})


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Served:
    """A file for each extension in the table."""
    samples = {
        extension: bytes(2_000) if row.is_recording else _sample(row)
        for extension, row in formats.BY_EXTENSION.items()
        if not (row.is_picture and why_not("auto"))
    }
    return serve(tmp_path_factory.mktemp("content"), samples)


class Shelf:
    """A library with one resource."""

    def __init__(self, resource: Resource, passages: Sequence[Passage]) -> None:
        self._resource, self._passages = resource, passages
        self.snapshot: Any = SimpleNamespace(
            manifest=SimpleNamespace(collections=()),
            resources=[resource],
            passages_of=lambda number: passages,
        )

    async def resource_at(self, url_path: str) -> tuple[Resource, Sequence[Passage]] | None:
        return (self._resource, self._passages) if url_path == self._resource.url else None

    def resource(self, resource_id: str) -> Resource | None:
        return self._resource if resource_id == self._resource.id else None

    def resources(self, question: Question) -> tuple[Resource, ...]:
        return (self._resource,)


@asynccontextmanager
async def _previewed(
    entry: Entry, passages: Sequence[Passage], folder: Path
) -> AsyncIterator[ClientResponse]:
    app = web.Application()
    app.add_routes(preview_routes(Shelf(entry.resource, passages), folder, visitors()))
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        yield await client.get(entry.resource.url)


# the contract, in four parts


def check_reading(extension: str, served: Served) -> None:
    """The reader gives what the row says: kind, cues or sections, and how their places open."""
    row = formats.BY_EXTENSION[extension]
    entry, passages = served.one(extension, "local")
    assert entry.resource.kind is row.kind
    assert bool(entry.document.cues) is (row.is_transcript or row.is_recording)
    found = {passage.locator.opening for passage in passages} - {Opening.WHOLE}
    assert found == {row.local} - {Opening.WHOLE}


async def check_preview(extension: str, served: Served) -> None:
    """The link on our own server is answered, and leads to the place if it says so."""
    row = formats.BY_EXTENSION[extension]
    entry, passages = served.one(extension, "local")
    assert entry.resource.url.endswith(f"/sample{extension}")
    async with _previewed(entry, passages, served.folder) as response:
        assert response.status == 200
        assert response.content_type == (row.content_type or "text/html").partition(";")[0]
        policy = response.headers["Content-Security-Policy"]
        assert ("sandbox " in policy) is (bool(row.content_type) and row.is_sandboxed)
        body = await response.read()
        if row.content_type:
            assert (
                body == (served.folder / entry.resource.url.removeprefix("/content/")).read_bytes()
            )
        else:
            assert entry.resource.title in BeautifulSoup(body, "lxml").h1.get_text()
    for passage in passages:
        if passage.locator.opening is row.local is not Opening.WHOLE:
            url = entry.resource.url_at(passage.locator)
            assert url.startswith(f"{entry.resource.url}#"), f"{url} leads to no place"
            assert _leads(row.local, unquote(url.partition("#")[2]), response.content_type, body)


async def check_player(extension: str, served: Served) -> None:
    """A recording that browsers play has a page of ours, on which its links lead to their line."""
    entry, passages = served.one(extension, "local")
    assert entry.recording.endswith(f"/sample{extension}")
    resource = replace(entry.resource, media=f"{'0' * 64}{extension}")
    app = web.Application()
    shelf = Shelf(resource, passages)
    app.add_routes(VideoPages(shelf, Media(served.folder), PlainLinks(), visitors()).routes())
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        response = await client.get(resource.url)
        page = BeautifulSoup(await response.text(), "lxml")
    row = formats.BY_EXTENSION[extension]
    assert response.status == 200
    assert page.select_one("video source, audio")["src"] == f"/media/{resource.id}"
    assert bool(page.audio) is row.content_type.startswith("audio/")
    for passage in passages:
        url = resource.url_at(passage.locator)
        assert page.find(id=url.partition("#")[2]), f"{url} leads to no line"


def _leads(opening: Opening, fragment: str, content_type: str, body: bytes) -> bool:
    """Whether a browser finds the place that the fragment names in what the server sends."""
    page = BeautifulSoup(body, "lxml") if content_type.startswith("text/") else None
    said = " ".join(page.get_text().split()) if page else ""
    match opening:
        case Opening.PAGE if page:
            return page.find(id=fragment) is not None
        case Opening.PAGE:
            number = int(fragment.removeprefix("page="))
            is_pdf = content_type == "application/pdf"
            return is_pdf and 0 < number <= len(PdfReader(BytesIO(body)).pages)
        case Opening.SECTION | Opening.SLIDE if not fragment.startswith(":~:"):
            return page is not None and page.find(id=fragment) is not None
        case Opening.SECTION | Opening.SLIDE | Opening.WORDS:
            return fragment.removeprefix(":~:text=") in said
        case Opening.SECOND if page:
            return page.find(id=fragment) is not None
        case Opening.SECOND:
            return content_type.startswith(("video/", "audio/")) and fragment.startswith("t=")
        case Opening.WHOLE:
            return not fragment
        case _:
            assert_never(opening)


def check_published(extension: str, served: Served) -> None:
    """A published file claims no place that no browser opens, and its button says what it does."""
    row = formats.BY_EXTENSION[extension]
    entry, passages = served.one(extension, "published")
    resource = entry.resource
    content_type = row.content_type.partition(";")[0]
    known = BROWSERS.get(content_type) or BROWSERS.get(content_type.partition("/")[0]) or set()
    if UrlStyle.PAGE in row.url_styles:  # sites make pages of it
        known = known | BROWSERS["text/html"]
    assert row.published in {*known, Opening.WHOLE}
    assert resource.url == f"{SITE}{extension[1:]}/sample{extension}"
    for passage in passages:
        place = passage.locator
        opens = place.opening is row.published is not Opening.WHOLE
        assert resource.opens_at(place) is opens
        label = place.opening.button.format(place=place.label) if opens else f"Open {row.kind}"
        assert wording.open_button(words_for("en"), resource, place) == label


def check_metadata(extension: str) -> None:
    """Front matter is read if the row says so, and is text otherwise."""
    row = formats.BY_EXTENSION[extension]
    front = b"---\nowner: HR\n---\n" if row.has_front_matter else b""
    found = reader.read(front + _sample_of(row), f"a{extension}")
    assert (found.metadata == {"owner": "HR"}) if row.has_front_matter else not found.metadata


def _sample_of(row: Format) -> bytes:
    return signatures.SAMPLE if row.extensions == SIGNATURES.extensions else _sample(row)


def check_libraries(extension: str) -> None:
    """The row names the libraries that its reader imports, so that the cache knows of them."""
    row = formats.BY_EXTENSION[extension]
    distributions = _distributions()
    imported = _imports(row.reader) - _imports("index.readers.documents")
    if "bs4" in imported:
        imported.add("lxml")  # which it is told to parse with, by name
    assert {distributions[name][0] for name in imported} == set(row.libraries)


@cache
def _distributions() -> dict[str, list[str]]:
    return dict(packages_distributions())


def _imports(module: str) -> set[str]:
    """The packages outside of this repository that a module imports, by way of others of ours."""
    outside: set[str] = set()
    todo, seen = [module], {module}
    while todo:
        path = _path(todo.pop())
        assert path is not None
        for name in _names(ast.parse(path.read_text(encoding="utf-8"))):
            first = name.partition(".")[0]
            if first in sys.stdlib_module_names:
                continue
            if not (ROOT / first).is_dir() and _path(first) is None:
                outside.add(first)
            elif name not in seen and _path(name) is not None:
                seen.add(name)
                todo.append(name)
    return outside


def _names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _path(module: str) -> Path | None:
    """The file of a module of ours."""
    path = ROOT / module.replace(".", "/")
    files = (path.with_suffix(".py"), path / "__init__.py")
    return next((file for file in files if file.exists()), None)


# every row


@pytest.mark.parametrize(
    "extension",
    [
        pytest.param(name, marks=[scans.needs_recognition] if row.is_picture else [])
        for name, row in formats.BY_EXTENSION.items()
    ],
)
class TestEveryFormat:
    def test_is_read_as_its_row_says(self, extension: str, served: Served) -> None:
        check_reading(extension, served)

    async def test_is_previewed_where_its_links_lead(self, extension: str, served: Served) -> None:
        row = formats.BY_EXTENSION[extension]
        check = check_player if row.is_recording and row.content_type else check_preview
        await check(extension, served)

    def test_claims_only_places_that_open(self, extension: str, served: Served) -> None:
        check_published(extension, served)


@pytest.mark.parametrize("extension", READ)
class TestEveryReader:
    def test_reads_front_matter_if_its_row_says_so(self, extension: str) -> None:
        check_metadata(extension)

    def test_needs_the_libraries_in_its_row(self, extension: str) -> None:
        check_libraries(extension)


# the only place

PRODUCT = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"}


def test_no_extension_stands_outside_of_the_table() -> None:
    """What is known of a format in two places is known in one of them only, in time."""
    extensions = "|".join(re.escape(extension) for extension in formats.BY_EXTENSION)
    of_format = re.compile(rf"(?:readme|index)?(?:{extensions})", re.IGNORECASE)
    files = [ROOT / "app.py", *(x for name in PRODUCT for x in (ROOT / name).rglob("*.py"))]
    found = {
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}"
        for path in files
        if path != Path(formats.__file__)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if of_format.fullmatch(node.value)
    }
    assert found == set()
