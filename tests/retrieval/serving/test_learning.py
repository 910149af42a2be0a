"""Wordings are learned aside, and a failure is no end of it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from errors import EncoderError
from retrieval.answer import Question
from retrieval.serving import learning
from retrieval.serving.live import LiveRetriever
from snapshot.manifest import Calibration
from snapshot.store import SnapshotStore
from tests.fakes.content import passage, resource
from tests.fakes.encoder import WordEncoder
from tests.fakes.snapshots import publish

LEAVE = resource("hr/leave.md", title="Annual leave")
PASSAGES = (
    passage(LEAVE, "The form for leave is in Harbour.", 0, "Unused leave form"),
    passage(LEAVE, "Unused leave carries over until March.", 1, "Unused leave"),
)


async def test_the_first_to_ask_is_offered_what_was_learned_before(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path / "snapshots")
    lenient = Calibration(answered=0.3, closest=0.0)
    publish(store, resources=(LEAVE,), passages=PASSAGES, calibration=lenient)
    live = LiveRetriever(store, WordEncoder)
    await live.start()
    question = Question("how is it with unused leave", leads=True)
    async with asyncio.timeout(30):
        while not (answer := await live.answer(question)).leads:
            await asyncio.sleep(0.01)
    assert set(answer.leads) <= {"Unused leave", "Unused leave form"}
    await live.close()


async def test_it_goes_on_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "_LOOK_AGAIN_S", 0.0)
    monkeypatch.setattr(learning, "_AFTER_FAILURE_S", 0.0)
    calls: asyncio.Queue[int] = asyncio.Queue()

    async def learned() -> int:
        calls.put_nowait(1)
        if calls.qsize() == 1:
            raise EncoderError("gone")
        return 0

    task = asyncio.create_task(learning.keep_learning(learned))
    async with asyncio.timeout(30):
        while calls.qsize() < 3:
            await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
