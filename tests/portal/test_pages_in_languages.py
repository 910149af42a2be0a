"""Pages in the language of whoever reads them."""

from __future__ import annotations

import ast
import re
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from bs4 import BeautifulSoup
from jinja2 import Environment, nodes

from portal.languages import locale_of, words_of
from portal.pages import message_page

PORTAL = Path(__file__).parents[2] / "portal"
READ = ("title", "aria-label", "placeholder", "alt", "label", "value", "content")
NAMES = {"Signpost", "min", "utf-8", "en", "on"}
WIDE = "width=device-width, initial-scale=1"


async def _shown(request: web.Request) -> web.Response:
    say = words_of(request)
    text = f"{locale_of(request)} {say.long_day(date(2026, 3, 1))}"
    return message_page(request, say("Thank you"), text, status=200)


@pytest.fixture
async def client() -> AsyncIterator[TestClient]:
    app = web.Application()
    app.add_routes([web.get("/", _shown)])
    async with TestClient(TestServer(app, host="127.0.0.1")) as client:
        yield client


@pytest.mark.parametrize(
    ("wanted", "title", "text"),
    [
        (None, "Thank you", "en 1 March 2026"),
        ("", "Thank you", "en 1 March 2026"),
        ("de-AT, en;q=0.5", "Danke", "de-AT 1. März 2026"),
        ("fr", "Merci", "fr 1 mars 2026"),
        ("es-MX;q=0.4, it;q=0.9", "Gracias", "it 1 de marzo de 2026"),
        ("en;q=0.2,de;q=0.8", "Danke", "de 1. März 2026"),
        ("de;q=0, fr;q=0.1", "Merci", "fr 1 mars 2026"),
        ("it, pt;q=0.5", "Thank you", "it 1 March 2026"),
        ("*", "Thank you", "en 1 March 2026"),
        ("../../etc, q=1, de;q=x", "Thank you", "en 1 March 2026"),
    ],
)
async def test_the_browsers_best_liked_language_of_ours_is_read(
    client: TestClient, wanted: str | None, title: str, text: str
) -> None:
    response = await client.get("/", headers={} if wanted is None else {"Accept-Language": wanted})
    drawn = BeautifulSoup(await response.text(), "html.parser")
    assert [drawn.h1.get_text(), drawn.main.p.get_text()] == [title, text]
    assert drawn.html["lang"] == response.headers["Content-Language"]
    assert response.headers["Vary"] == "Accept-Language, Cookie"


async def test_a_chosen_language_goes_before_the_browsers_and_stays(client: TestClient) -> None:
    browser = {"Accept-Language": "fr"}
    chosen = await client.get("/?lang=de-de", headers=browser)
    assert "<h1>Danke</h1>" in await chosen.text()
    assert chosen.headers["Set-Cookie"] == (
        "signpost-lang=de; Max-Age=31536000; Path=/; HttpOnly; SameSite=Lax"
    )
    assert "<h1>Danke</h1>" in await (await client.get("/", headers=browser)).text()
    unknown = await client.get("/?lang=xx;%20Path=/", headers=browser)
    assert "Set-Cookie" not in unknown.headers
    in_teams = await client.get("/?lang=es-es", headers={"Sec-Fetch-Dest": "iframe"})
    assert in_teams.headers["Set-Cookie"].endswith("SameSite=None; Partitioned; Secure")


@pytest.mark.parametrize(
    "template", sorted(PORTAL.glob("templates/*.html")), ids=lambda one: one.name
)
def test_a_template_holds_no_sentence_of_its_own(template: Path) -> None:
    source = template.read_text()
    environment = Environment(autoescape=True)
    kept = [text if kind == "data" else " " for _, kind, text in environment.lex(source)]
    drawn = BeautifulSoup("".join(kept), "html.parser")
    texts = list(drawn.stripped_strings)
    texts += [
        str(tag[name])
        for tag in drawn(True)
        for name in tag.attrs
        if name in READ or name.startswith("data-")
    ]
    assert [one for one in texts if _says_something(one)] == []
    assert [one for one in _constants(environment.parse(source)) if _says_something(one)] == []


def _says_something(text: str) -> bool:
    if text == WIDE or text.startswith(("light dark", "application/")):
        return False
    return any(word not in NAMES for word in re.findall(r"[^\W\d_]{2,}[-\w]*", text))


def _constants(tree: nodes.Node) -> Iterator[str]:
    """Texts that a template puts on the page by themselves, not by `say`."""
    if isinstance(tree, nodes.Const) and isinstance(tree.value, str):
        if re.search(r"^[A-Z]|\w \w", tree.value):
            yield tree.value
    elif not (isinstance(tree, nodes.Call) and _is_say(tree.node)):
        for child in tree.iter_child_nodes():
            yield from _constants(child)
    else:
        for given in tree.kwargs:
            yield from _constants(given)


def _is_say(node: nodes.Node) -> bool:
    root = node.node if isinstance(node, nodes.Getattr) else node
    return isinstance(root, nodes.Name) and root.name == "say"


@pytest.mark.parametrize(
    "module", sorted(PORTAL.glob("**/*.py")), ids=lambda one: str(one.relative_to(PORTAL))
)
def test_a_page_is_given_no_sentence_that_is_not_said(module: Path) -> None:
    for call in ast.walk(ast.parse(module.read_text())):
        if isinstance(call, ast.Call) and ast.unparse(call.func) in ("message_page", "Way"):
            told = call.args[:1] if ast.unparse(call.func) == "Way" else call.args[1:]
            for given in told:
                parts = given.values if isinstance(given, ast.JoinedStr) else [given]
                texts = [str(one.value) for one in parts if isinstance(one, ast.Constant)]
                assert [one for one in texts if re.search(r"[^\W\d_]", one)] == []
