"""Each statement of the database takes five seconds, or longer."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from analytics.spool.spool_writer import Spool
from analytics.tables import questions
from state.behind import WAIT_S
from tests.fakes import activities as teams
from tests.fakes.connector import FakeConnector
from tests.fakes.processes import Process, process
from tests.fakes.query_log import rows

if TYPE_CHECKING:
    from tests.fakes.postgres import Postgres

STATEMENT_S = 5.0
WITHIN_S = 2.0
ASKED = ["How do I claim travel expenses?", "and in Portugal?"]


class SlowFiles:
    """SQLite on a disk that is very slow, once `slowly` is entered."""

    def __init__(self) -> None:
        self._free = threading.Event()
        self._free.set()

    def connect(self, *arguments: Any, **named: Any) -> sqlite3.Connection:
        free = self._free

        class Cursor(sqlite3.Cursor):
            def execute(self, *arguments: Any) -> sqlite3.Cursor:
                free.wait(STATEMENT_S)
                return super().execute(*arguments)

            def executemany(self, *arguments: Any) -> sqlite3.Cursor:
                free.wait(STATEMENT_S)
                return super().executemany(*arguments)

        class Connection(sqlite3.Connection):
            def cursor(self, factory: Any = Cursor) -> sqlite3.Cursor:
                return super().cursor(factory)

            def execute(self, *arguments: Any) -> sqlite3.Cursor:
                return self.cursor().execute(*arguments)

            def executemany(self, *arguments: Any) -> sqlite3.Cursor:
                return self.cursor().executemany(*arguments)

        return _connect(*arguments, **named, factory=Connection)

    @contextmanager
    def slowly(self) -> Iterator[None]:
        self._free.clear()
        try:
            yield
        finally:
            self._free.set()


_connect = sqlite3.connect


async def answered_in_time(one: Process) -> None:
    for text in ASKED:
        async with asyncio.timeout(WITHIN_S):
            assert (await one.post(teams.message(text))).status == 200
    assert one.answerer.questions[-1].context == ASKED[0]
    assert one.log.stats.late == 0
    assert one.log.stats.spooled.rows == len(ASKED)
    assert one.state.away == f"it did not answer within {WAIT_S:g} seconds"


async def test_a_turn_on_a_slow_file_takes_less_than_two_seconds_and_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, slow = f"sqlite:///{tmp_path / 'signpost.db'}", SlowFiles()
    monkeypatch.setattr(sqlite3, "connect", slow.connect)
    spool = Spool(tmp_path / "spool", 1 << 20)
    async with (
        FakeConnector() as connector,
        process(url, connector, wait_s=WAIT_S, spool=spool) as one,
    ):
        with slow.slowly():
            await answered_in_time(one)
        await one.settle()
        assert await rows(url, questions, "text") == [(text,) for text in ASKED]


async def test_a_turn_on_a_slow_server_takes_less_than_two_seconds_and_is_kept(
    postgres: Postgres, tmp_path: Path
) -> None:
    """Its tables are locked by somebody who takes his time."""
    url = postgres.url()
    spool = Spool(tmp_path / "spool", 1 << 20)
    async with (
        FakeConnector() as connector,
        process(url, connector, wait_s=WAIT_S, spool=spool) as one,
    ):
        somebody = await asyncpg.connect(url.replace("+asyncpg", ""))
        async with somebody.transaction():
            await somebody.execute("LOCK TABLE questions, state IN ACCESS EXCLUSIVE MODE")
            await answered_in_time(one)
        await somebody.close()
        await one.settle()
        assert await rows(url, questions, "text") == [(text,) for text in ASKED]
