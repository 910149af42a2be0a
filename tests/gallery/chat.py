"""Somebody in Teams before the running product: what they type and press, and what they are shown.

async with product(snapshots) as running:
    shown = await Chat(running, "de", "narrowed").type("how do I claim travel expenses?")
"""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from app import RETRIEVER, make_app
from settings import Settings
from tests.fakes import activities as teams
from tests.fakes.activities import ANNA, JSON
from tests.fakes.cards import Card, elements
from tests.fakes.connector import FakeConnector

ORIGIN = "https://signpost.example.com"
LOCALES = {"en": "en-GB", "de": "de-DE", "fr": "fr-FR", "es": "es-ES"}
_WHERE = {
    "personal": teams.message,
    "group": teams.group_message,
    "channel": teams.channel_message,
    "private": teams.targeted_message,
}


@dataclass(frozen=True)
class Shown:
    """What somebody sees: a card, words without one, or the list of a search. `did` is what they
    typed or pressed before; `title` is that of a dialog; `pictures` are those of the card by their
    address, as data that need no server."""

    did: str
    said: str = ""
    card: Card | None = None
    listed: tuple[tuple[str, str], ...] = ()
    title: str = ""
    pictures: dict[str, str] = field(default_factory=dict)


@dataclass
class Running:
    """The product, and what Teams' connector got of it."""

    client: TestClient[web.Request, web.Application]
    connector: FakeConnector

    @contextmanager
    def failing(self, error: Exception) -> Iterator[None]:
        """Whatever is asked raises that."""

        async def fail(_: object) -> None:
            raise error

        retriever = self.client.server.app[RETRIEVER]  # type: ignore[attr-defined]
        retriever.answer = fail
        try:
            yield
        finally:
            del retriever.answer


@asynccontextmanager
async def product(snapshots: Path) -> AsyncIterator[Running]:
    """The whole application on these snapshots, as in a company: with somebody to ask."""
    with tempfile.TemporaryDirectory() as data:
        audiences = Path(data) / "audiences.yaml"
        audiences.write_text(f"managers: [{ANNA['aadObjectId']}]\n")
        settings = Settings(
            _env_file=None,
            development=True,
            data_dir=Path(data),
            query_log_url=f"sqlite+aiosqlite:///{data}/signpost.db",
            snapshots_dir=snapshots,
            audiences_file=audiences,
            public_url=ORIGIN,
            page_pictures=True,
            contact_name="Sofia Almeida",
            contact_url="https://help.example.com/learning",
            privacy_url="https://intranet.example.com/privacy",
        )
        app = await make_app(settings)
        async with FakeConnector() as connector, TestClient(TestServer(app)) as client:
            yield Running(client, connector)


async def with_pictures(running: Running, shown: Shown) -> Shown:
    """The same, with the pictures of its card fetched from the product."""
    taken = {}
    for url in {one["url"] for one in elements(shown.card, "Image")}:
        response = await running.client.get(url.removeprefix(ORIGIN))
        assert response.status == 200, (shown.did, response.status)
        data = base64.b64encode(await response.read()).decode()
        taken[url] = f"data:{response.content_type};base64,{data}"
    return replace(shown, pictures=taken)


class Chat:
    """One person's chats with the product, in one language; `name` keeps them apart from others."""

    def __init__(self, running: Running, language: str, name: str) -> None:
        self.running, self.language, self.name = running, language, name
        self.locale = LOCALES[language]
        self.place = teams.message()["conversation"]

    async def installs(self) -> Shown:
        await self._post(teams.installed())
        return self._last("")

    async def type(self, text: str, where: str = "personal") -> Shown:
        """The reply to what is typed in a personal chat, a group, a channel, or to the bot
        alone in a group."""
        activity = _WHERE[where](text)
        self.place = activity["conversation"]
        await self._post(activity)
        return self._last(text)

    async def press(
        self, shown: Shown, verb: str, written: JSON | None = None, **data: Any
    ) -> Shown:
        """What follows a press of the button of that verb whose data hold these, once the card's
        fields are `written` into: the card in the place of the one pressed, or the message below
        it."""
        [button] = [
            one
            for one in elements(shown.card, "Action.Execute")
            if one["verb"] == verb and data.items() <= one["data"].items()
        ]
        return await self.press_data(button["data"] | (written or {}), button["title"])

    async def press_data(self, data: JSON, title: str = "") -> Shown:
        """What follows the press of any button."""
        before = len(self.running.connector.messages)
        body = await self._post(teams.execute(data, conversation=self.place))
        if len(self.running.connector.messages) > before:
            return self._last(title)
        if body["type"].endswith("card.adaptive"):
            card = body["value"]
            return Shown(title, card["speak"], card)
        value = body["value"]
        return Shown(title, value if isinstance(value, str) else value["message"])

    async def search(self, text: str) -> list[Shown]:
        """The list of the message extension, then the card of each."""
        return await self._results(text, teams.search(text))

    async def link(self, url: str) -> list[Shown]:
        """What a link in a message becomes."""
        return await self._results(url, teams.invoke("composeExtension/queryLink", {"url": url}))

    async def about(self, message: str) -> Shown:
        """The dialog of "Find a resource about this" on that message."""
        body = {"content": message, "contentType": "text"}
        value = {"commandId": "about", "messagePayload": {"body": body}}
        task = (await self._post(teams.invoke("composeExtension/fetchTask", value)))["task"]
        if task["type"] == "message":
            return Shown(message, task["value"])
        card = task["value"]["card"]["content"]
        return Shown(message, card["speak"], card, title=task["value"]["title"])

    async def _results(self, did: str, activity: JSON) -> list[Shown]:
        found = (await self._post(activity))["composeExtension"]
        if found["type"] == "message":
            return [Shown(did, found["text"])]
        previews = [one["preview"]["content"] for one in found["attachments"]]
        cards = [one["content"] for one in found["attachments"]]
        listed = tuple((one["title"], one["text"]) for one in previews)
        return [Shown(did, listed=listed), *(Shown(did, one["speak"], one) for one in cards)]

    async def _post(self, activity: JSON) -> JSON:
        place = activity["conversation"]
        entities = [one | {"locale": self.locale} for one in activity["entities"]]
        body = activity | {
            "serviceUrl": self.running.connector.url,
            "locale": self.locale,
            "entities": entities,
            "conversation": place | {"id": f"{self.name}.{self.locale}.{place['id']}"},
        }
        response = await self.running.client.post("/api/messages", json=body)
        assert response.status in {200, 201, 202}, await response.text()
        text = await response.text()
        answered: JSON = json.loads(text) if text else {}
        return answered

    def _last(self, did: str) -> Shown:
        message = self.running.connector.messages[-1]
        cards = [one["content"] for one in message.get("attachments") or ()]
        return Shown(
            did, message.get("summary") or message.get("text") or "", cards[0] if cards else None
        )
