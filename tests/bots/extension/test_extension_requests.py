"""What Teams and others post for the message extension, to the real endpoint: each gets a clear
reply in the form that Teams takes, and nothing breaks."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from analytics.links import Links
from bots import wording
from bots.extension import extension_invokes as invokes
from errors import Overloaded
from tests.bots.extension.test_search_extension import (
    BANDS,
    CLIP,
    LEAVE,
    LINKS,
    MESSAGE,
    ORIGIN,
    Box,
)
from tests.fakes import activities as teams
from tests.fakes.running import running
from tests.portal.fakes import KEYS
from words.catalogue import words_for

QUERY = {"parameters": [{"name": "question", "value": "how do I claim"}]}
LONG_AGO = Links(KEYS, ORIGIN, clock=lambda: 0.0)
GONE = LINKS.link("q", 1, "https://example.com/gone", "gone.md")


async def _answered(box: Box, name: str, value: Any, **fields: Any) -> dict[str, Any]:
    """The body of the reply, which is 200 with nothing said in the chat and nothing failed."""
    async with running(extension=box.it) as bot:
        with capture_logs() as logs:
            response = await bot.post(teams.invoke(name, value, **fields))
        assert response.status == 200
        assert bot.connector.said == []
        assert [log for log in logs if log["event"].endswith(".failed")] == []
        body: dict[str, Any] = await response.json()
        return body


def _said(body: dict[str, Any]) -> str:
    """The words that are shown in the place of what was asked for."""
    shown = body["composeExtension"] if "composeExtension" in body else body["task"]
    assert shown["type"] == "message"
    return str(shown["text"] if "text" in shown else shown["value"])


async def test_a_search_is_answered_and_breaks_with_words() -> None:
    box = Box()
    async with running(extension=box.it) as bot:
        response = await bot.post(teams.invoke(invokes.QUERY, QUERY))
        assert response.status == 200
        assert len((await response.json())["composeExtension"]["attachments"]) == 3
        box.answerer.error = RuntimeError("broken")
        response = await bot.post(teams.invoke(invokes.QUERY, {**QUERY, "again": 1}))
        assert response.status == 200
        assert "broken" not in _said(await response.json())
        assert bot.connector.said == []


async def test_a_dialog_that_breaks_says_so() -> None:
    box = Box()
    box.answerer.error = RuntimeError("broken")
    async with running(extension=box.it) as bot:
        response = await bot.post(teams.invoke(invokes.FETCH, MESSAGE))
        assert response.status == 200
        assert "broken" not in _said(await response.json())
    box.answerer.error = Overloaded("many")
    body = await _answered(box, invokes.FETCH, MESSAGE, locale="de-DE")
    assert _said(body) == words_for("de")(wording.BUSY)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (invokes.QUERY, {**QUERY, "commandId": "about"}),
        (invokes.QUERY, {**QUERY, "commandId": "searchCmd"}),
        (invokes.QUERY, {**QUERY, "commandId": ["search"]}),
        (invokes.FETCH, {**MESSAGE, "commandId": "search"}),
        (invokes.FETCH, {**MESSAGE, "commandId": {"id": "about"}}),
        (invokes.SELECT, {"id": "anything"}),
        (invokes.SELECT, {}),
        (invokes.SELECT, "x" * 100_000),
    ],
)
async def test_a_command_that_is_not_ours_is_answered_with_what_to_do(
    name: str, value: Any
) -> None:
    """In the language of whoever chose it, and nothing is searched for."""
    box = Box()
    said = _said(await _answered(box, name, value, locale="fr-FR"))
    assert said == words_for("fr")(wording.COMMAND_UNKNOWN)
    assert box.answerer.questions == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (invokes.QUERY, {**QUERY, "commandId": "search"}),
        (invokes.QUERY, {**QUERY, "commandId": ""}),
        (invokes.QUERY, {**QUERY, "commandId": None}),
        (invokes.FETCH, {**MESSAGE, "commandId": "about"}),
        (invokes.FETCH, MESSAGE),
    ],
)
async def test_our_commands_and_none_are_answered(name: str, value: Any) -> None:
    box = Box()
    await _answered(box, name, value)
    assert len(box.answerer.questions) == 1


async def test_words_beyond_all_measure_are_told_or_cut() -> None:
    box = Box()
    long = "how do I claim " * 5000
    body = await _answered(
        box, invokes.QUERY, {"parameters": [{"name": "question", "value": long}]}
    )
    assert _said(body) == wording.too_long(words_for("en"), 500)
    message = {"messagePayload": {"body": {"contentType": "html", "content": f"<p>{long}</p>"}}}
    body = await _answered(box, invokes.FETCH, message)
    assert body["task"]["type"] == "continue"
    [question] = box.answerer.questions
    assert len(question.text) <= 500


async def test_what_is_larger_than_any_activity_is_refused() -> None:
    box = Box()
    async with running(extension=box.it) as bot:
        response = await bot.post(teams.invoke(invokes.LINK, {"url": "https://x/" + "a" * 300_000}))
        assert response.status == 413


@pytest.mark.parametrize(
    "url",
    [
        LINKS.link("q", 1, LEAVE.url, LEAVE.id),
        LEAVE.url,
        f"{ORIGIN}{CLIP.url}",
    ],
)
async def test_a_link_to_what_everyone_may_see_is_shown(url: str) -> None:
    shown = (await _answered(Box(), invokes.LINK, {"url": url}))["composeExtension"]
    assert (shown["type"], len(shown["attachments"])) == ("result", 1)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param(LONG_AGO.link("q", 1, LEAVE.url, LEAVE.id), id="expired"),
        pytest.param(GONE, id="removed"),
        pytest.param(LINKS.link("q", 1, BANDS.url, BANDS.id, restricted=True), id="restricted"),
        pytest.param(LINKS.link("q", 1, BANDS.url, BANDS.id), id="restricted since"),
        pytest.param(BANDS.url, id="restricted, by its address"),
        pytest.param(f"{GONE}x", id="tampered"),
        pytest.param(f"{ORIGIN}/o/", id="no token"),
        pytest.param(f"{ORIGIN}/o/" + "é" * 9000, id="no token at all"),
        pytest.param("https://example.com/" + "a" * 100_000, id="oversized"),
        pytest.param(LEAVE.url.replace("https", "javascript"), id="no web address"),
    ],
)
async def test_a_link_to_anything_else_shows_nothing_even_to_who_may_see_it(url: str) -> None:
    """Nothing tells one of them from another: not what is restricted from what is not there."""
    assert await _answered(Box(), invokes.LINK, {"url": url}) == {}


async def test_a_message_is_answered_with_what_its_reader_may_see() -> None:
    """Alex is a manager, Ben is not; the dialog is the reader's alone."""
    box = Box()
    await _answered(box, invokes.FETCH, MESSAGE)
    await _answered(
        box, invokes.FETCH, MESSAGE, **{"from": {**teams.BEN, "aadObjectId": "alex-oid"}}
    )
    assert ["managers" in one.audience for one in box.answerer.questions] == [False, True]
