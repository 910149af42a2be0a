"""The database may be locked or away while people ask: each process goes on with its memory."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from analytics.database import Database
from state.kinds import Kind
from state.state import Name, State
from tests.fakes import activities as teams
from tests.fakes.connector import FakeConnector
from tests.fakes.processes import process

if TYPE_CHECKING:
    from tests.fakes.postgres import Postgres

ANIMAL = Kind.of("animal.1", str)
ONE = Name(("one",))


@pytest.fixture
async def connector() -> AsyncIterator[FakeConnector]:
    async with FakeConnector() as connector:
        yield connector


async def back(state: State) -> None:
    while state.away:
        await asyncio.sleep(0.05)


async def test_with_the_file_locked_people_are_answered_once_and_it_is_said(
    tmp_path: Path, connector: FakeConnector
) -> None:
    url = f"sqlite:///{tmp_path / 'signpost.db'}"
    activity = teams.message()
    async with process(url, connector) as one:
        locked = sqlite3.connect(tmp_path / "signpost.db", isolation_level=None)
        locked.execute("BEGIN IMMEDIATE")
        with capture_logs() as lines:
            for _ in range(3):
                assert (await one.post(activity)).status in {200, 202}
            await one.post(teams.message("and in Portugal?"))
            assert one.state.away == "database is locked"
            locked.close()
            await back(one.state)
        assert [line["event"] for line in lines if line["event"].startswith("state.")] == [
            "state.degraded",
            "state.recovered",
        ]
        assert one.answerer.questions[-1].context == one.answerer.questions[0].text
        assert len(connector.messages) == 2
        await one.settle()
        async with process(url, connector) as other:
            assert (await other.post(activity)).status == 200
        assert len(connector.messages) == 2


async def test_what_was_put_while_a_server_was_down_is_written_when_it_comes(
    frail_postgres: Postgres,
) -> None:
    url = frail_postgres.url()
    await (await Database.open(url)).close()
    state = await State.open(url, b"secret")
    state.put(ANIMAL, ("a",), "ape")
    await state.flush()
    await asyncio.to_thread(frail_postgres.stop, at_once=True)
    claims = [await state.claim(ANIMAL, ONE) for _ in range(2)]
    assert [claim.is_mine for claim in claims] == [True, False]
    state.finish(claims[0], "done")
    state.put(ANIMAL, ("b",), "bear")
    assert state.away != ""
    assert await state.get(ANIMAL, "a") == "ape"
    await asyncio.to_thread(frail_postgres.start)
    await back(state)
    await state.close()
    after = await State.open(url, b"secret")
    assert [await after.get(ANIMAL, key) for key in ("a", "b")] == ["ape", "bear"]
    assert (await after.claim(ANIMAL, ONE)).result == "done"
    await after.close()


async def test_a_database_that_is_not_there_yet_is_used_once_it_is(tmp_path: Path) -> None:
    """The server starts without it. The file is made by the query log and by nobody else."""
    url = f"sqlite:///{tmp_path / 'signpost.db'}"
    state = await State.open(url, b"secret")
    assert state.away == "unable to open database file"
    state.put(ANIMAL, ("a",), "ape")
    assert await state.get(ANIMAL, "a") == "ape"
    assert not (tmp_path / "signpost.db").exists()
    await (await Database.open(url)).close()
    await back(state)
    await state.close()
    after = await State.open(url, b"secret")
    assert await after.get(ANIMAL, "a") == "ape"
    await after.close()


async def test_who_does_not_answer_is_waited_for_once_and_a_quarter_of_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'signpost.db'}"
    await (await Database.open(url)).close()
    state = await State.open(url, b"secret")
    asked = []

    async def hang(*_: object) -> None:
        asked.append(1)
        await asyncio.Event().wait()

    monkeypatch.setattr(state._behind._rows, "claim", hang)  # type: ignore[union-attr]
    monkeypatch.setattr(state._behind._rows, "write", hang)  # type: ignore[union-attr]
    assert (await state.claim(ANIMAL, ONE)).is_mine
    assert "did not answer within 0.25 seconds" in state.away
    assert not (await state.claim(ANIMAL, ONE)).is_mine
    assert (await state.claim(ANIMAL, Name(("two",)))).is_mine
    assert len(asked) == 1
    await state.close()
