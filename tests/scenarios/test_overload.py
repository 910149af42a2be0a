"""More questions than can be answered: nobody is left without a word, and nothing breaks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bots import wording
from bots.conversation import Conversation
from identity.audiences import Audiences
from retrieval.serving.live import LiveRetriever
from snapshot.store import SnapshotStore
from tests.fakes import activities
from tests.fakes.encoder import GatedEncoder
from tests.fakes.parts import FakeLinks, FakeOwnData, FakePseudonyms, FakeRecorder
from tests.fakes.running import Running
from tests.fakes.snapshots import publish


@pytest.fixture
def encoder() -> GatedEncoder:
    return GatedEncoder()


@pytest.fixture
async def live(tmp_path: Path, encoder: GatedEncoder) -> AsyncIterator[LiveRetriever]:
    """Answers one question at a time, and lets one more wait."""
    store = SnapshotStore(tmp_path / "snapshots")
    publish(store)
    live = LiveRetriever(store, lambda: encoder, workers=1, capacity=1)
    await live.start()
    yield live
    encoder.open.set()
    await live.close()


async def test_whoever_comes_when_too_many_wait_is_asked_to_come_back(
    bot: Running, live: LiveRetriever, encoder: GatedEncoder
) -> None:
    recorder = FakeRecorder()
    conversation = Conversation(
        live, recorder, FakeLinks(), FakePseudonyms(), Audiences(), FakeOwnData().parts()
    )
    bot.conversation.on_message = conversation.message
    encoder.open.clear()
    first = asyncio.create_task(bot.post(activities.message("unused holiday")))
    async with asyncio.timeout(30):
        await asyncio.to_thread(encoder.reached.wait, 30)
        second = asyncio.create_task(bot.post(activities.message("taxi form")))
        while not live.waiting:
            await asyncio.sleep(0)
        third = await bot.post(activities.message("claim mileage"))
    assert third.status == 200
    assert bot.connector.said == [wording.BUSY]
    encoder.open.set()
    assert [(await answered).status for answered in (first, second)] == [200, 200]
    assert len(bot.connector.said) == 3
    assert bot.connector.said.count(wording.BUSY) == 1
