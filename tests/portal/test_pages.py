"""The page's files."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from portal.pages import STATIC_URLS, static_routes


@pytest.fixture
async def client() -> AsyncIterator[TestClient]:
    app = web.Application()
    app.add_routes(static_routes())
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        yield client


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("portal.css", "text/css"),
        ("portal.js", "text/javascript"),
        ("signpost.svg", "image/svg+xml"),
    ],
)
async def test_a_static_file_is_kept_as_long_as_its_address_names_its_content(
    client: TestClient, name: str, content_type: str
) -> None:
    address = STATIC_URLS[name]
    response = await client.get(address)
    assert response.status == 200
    assert response.content_type == content_type
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    again = await client.get(address, headers={"If-None-Match": response.headers["ETag"]})
    assert again.status == 304
    other = await client.get(f"/static/{name}?v=older")
    assert other.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    ["/static/nothing.js", "/static/..%2froutes.py", "/static/%2e%2e%2f%2e%2e%2fsettings.py"],
)
async def test_nothing_but_the_static_files_is_served(client: TestClient, path: str) -> None:
    response = await client.get(URL(path, encoded=True))
    assert response.status == 404
