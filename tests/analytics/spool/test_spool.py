"""What was recorded is on disk before it is in the database, and in the database once."""

from __future__ import annotations

import asyncio
import resource
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from analytics.database import Database
from analytics.events import Opened
from analytics.log import Pace, QueryLog
from analytics.spool.spool_writer import NOTHING_SPOOLED, Spool
from analytics.spool.spooled_lines import to_line
from analytics.tables import openings, questions
from tests.analytics.test_log import LockedFile, until_retrying
from tests.conftest import ROOT
from tests.fakes.disk import no_file_over
from tests.fakes.query_log import ASKED, NOON, RATED, rows

HASTY = Pace(gather_s=0, retry_first_s=0.01)
LATER = replace(ASKED, query_id="q2", reply_key=None)
MANY = 100 << 20


async def open_log(url: str, folder: Path, pace: Pace = HASTY, max_bytes: int = MANY) -> QueryLog:
    return QueryLog(await Database.open(url, may_be_away=True), pace, Spool(folder, max_bytes))


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.005)


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A SQLite log that is there, whose locks are reported at once."""
    monkeypatch.setattr("analytics.connecting.BUSY_TIMEOUT_S", 0.01)
    asyncio.run(_make(f"sqlite:///{tmp_path}/signpost.db"))
    return f"sqlite:///{tmp_path}/signpost.db"


async def _make(url: str) -> None:
    await (await Database.open(url)).close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool"


def locked(url: str) -> LockedFile:
    return LockedFile(Path(url.removeprefix("sqlite:///")))


def held(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.spool") if path.stat().st_size)


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_durable_does_not_wait_for_a_database_that_is_away(url: str, folder: Path) -> None:
    """The row is in a file that only this user reads, and leaves it once it is in the database."""
    log = await open_log(url, folder)
    with locked(url):
        log.record(ASKED)
        await log.durable()
        [path] = held(folder)
        assert path.read_bytes() == to_line(ASKED)
        assert log.stats.spooled.rows == 1
        modes = {stat.S_IMODE(one.stat().st_mode) for one in (path, *path.parents[:2])}
        assert modes == {0o600, 0o700}
    await log.flush()
    await until(lambda: log.stats.spooled == NOTHING_SPOOLED)
    assert await rows(url, questions, "query_id") == [("q1",)]
    await log.close()
    assert left_in(folder) == []


async def test_many_that_wait_share_a_sync(
    url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    syncs, go = [], threading.Event()

    def sync(descriptor: int) -> None:
        syncs.append(descriptor)
        go.wait(30)

    monkeypatch.setattr("analytics.spool.segments._sync", sync)
    log = await open_log(url, folder, replace(HASTY, gather_s=3600, durable_s=60))
    log.record(ASKED)
    await until(lambda: syncs)
    waiting = []
    for n in range(100):
        log.record(Opened("q1", n + 1, NOON))
        waiting.append(asyncio.create_task(log.durable()))
    go.set()
    await asyncio.gather(*waiting)
    assert len(syncs) == 2
    await log.close()


async def test_what_is_not_written_at_the_end_is_written_by_the_next_start(
    url: str, folder: Path
) -> None:
    """Nothing is dropped, nothing is there twice."""
    log = await open_log(url, folder)
    with locked(url):
        log.record(ASKED)
        log.record(RATED)
        await log.close()
        assert (log.stats.dropped, log.stats.queued) == (0, 0)
        assert len(held(folder)) == 1
    again = await open_log(url, folder)
    await until(lambda: again.stats.written == 2)
    assert await rows(url, questions, "query_id") == [("q1",)]
    await again.close()
    assert left_in(folder) == []


KILLED = """
import asyncio, os, sys
from pathlib import Path
from tests.analytics.spool.test_spool import open_log
from tests.fakes.query_log import ASKED
async def main():
    log = await open_log(sys.argv[1], Path(sys.argv[2]))
    log.record(ASKED)
    await (log.flush() if sys.argv[3] == "in both" else log.durable())
    os.kill(os.getpid(), 9)
asyncio.run(main())
"""


@pytest.mark.parametrize("where", ["in both", "in the spool"])
async def test_what_a_killed_process_left_is_adopted_by_a_running_one(
    url: str, folder: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if the database has it already, which makes no second row."""
    monkeypatch.setattr("analytics.log.ADOPT_EVERY_S", 0.02)
    log = await open_log(url, folder)
    arguments = [sys.executable, "-c", KILLED, url, str(folder), where]
    assert (await asyncio.to_thread(subprocess.run, arguments, cwd=ROOT)).returncode == -9
    async with asyncio.timeout(30):
        while await rows(url, questions, "query_id") != [("q1",)] or left_in(folder):
            await asyncio.sleep(0.01)
    await log.close()
    assert left_in(folder) == []


async def test_what_a_running_process_has_spooled_is_its_own(url: str, folder: Path) -> None:
    one = await open_log(url, folder)
    with locked(url):
        one.record(ASKED)
        await one.durable()
        other = await open_log(url, folder)
        await asyncio.to_thread(other._spool.adopt)  # type: ignore[union-attr]
        assert other.stats.spooled == NOTHING_SPOOLED
        await other.close()
    await one.flush()
    await one.close()


async def test_what_memory_has_no_room_for_is_read_from_the_spool(url: str, folder: Path) -> None:
    """However long the database is away."""
    log = await open_log(url, folder, replace(HASTY, capacity=10))
    with capture_logs() as lines, locked(url):
        log.record(Opened("q00", 1, NOON))
        await until_retrying(lines)
        for n in range(1, 100):
            log.record(Opened(f"q{n:02}", 1, NOON))
            await log.durable()
        assert (log.stats.queued, log.stats.dropped, log.stats.spooled.rows) == (10, 0, 100)
    async with asyncio.timeout(30):
        while len(await rows(url, openings)) < 100:
            await asyncio.sleep(0.01)
    await until(lambda: log.stats.spooled == NOTHING_SPOOLED)
    await log.close()


async def test_a_torn_line_is_left_out_and_a_damaged_one_set_aside(url: str, folder: Path) -> None:
    """Both are said; what is whole is written."""
    (folder / "1-dead").mkdir(parents=True)
    (folder / "1-dead" / "lock").touch()
    damaged = to_line(ASKED).replace(b"travel", b"travex", 1)
    (folder / "1-dead" / "5.spool").write_bytes(
        to_line(ASKED) + damaged + to_line(LATER) + b"1234 "
    )
    with capture_logs() as lines:
        log = await open_log(url, folder)
        await until(lambda: log.stats.written == 2)
        await log.close()
    assert await rows(url, questions, "query_id") == [("q1",), ("q2",)]
    aside = folder / "5.damaged"
    assert aside.read_bytes() == damaged[:-1]
    said = {line["event"]: line for line in lines}
    assert (said["spool.damaged"]["path"], said["spool.damaged"]["lines"]) == (str(aside), 1)
    assert said["spool.torn"]["bytes"] == 5
    assert "travel" not in repr(lines)


async def test_a_full_disk_is_said_and_the_database_waited_for(url: str, folder: Path) -> None:
    """Until there is room again."""
    log = await open_log(url, folder, replace(HASTY, gather_s=3600))
    with capture_logs() as lines, no_file_over(0):
        assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == 0
        log._database.away = ""
        log.record(ASKED)
        await until(lambda: log.problem)
        assert log.problem == f"{folder} takes no more rows beyond 0 bytes: File too large"
    await log.durable()
    await log.flush()
    await until(lambda: log.problem == "")
    failed = next(line for line in lines if line["event"] == "spool.failed")
    assert (failed["path"], failed["bytes"]) == (str(folder), 0)
    assert await rows(url, questions, "query_id") == [("q1",)]
    await log.close()


async def test_beyond_its_bound_the_spool_takes_nothing_and_says_so(url: str, folder: Path) -> None:
    """What is in it stays; what comes then is in memory alone."""
    line = len(to_line(ASKED))
    log = await open_log(url, folder, replace(HASTY, durable_s=0.01), max_bytes=line)
    with capture_logs() as lines:
        with locked(url):
            log.record(ASKED)
            await log.durable()
            log.record(LATER)
            await log.durable()
            assert log.stats.late == 1
            assert f"beyond {line} bytes: it may hold {line} (SIGNPOST_SPOOL_MB)" in log.problem
        await log.flush()
    assert await rows(url, questions, "query_id") == [("q1",), ("q2",)]
    assert [one["waited_s"] for one in lines if one["event"] == "log.late"] == [0.01]
    await log.close()


async def test_a_stuck_disk_holds_nobody_for_longer_than_the_bound(
    url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    monkeypatch.setattr("analytics.spool.segments._sync", lambda _: go.wait(30))
    log = await open_log(url, folder, replace(HASTY, gather_s=3600, durable_s=0.02))
    log.record(ASKED)
    with capture_logs() as lines:
        await log.durable()
    assert log.stats.late == 1
    assert lines[0]["event"] == "log.late"
    go.set()
    await log.close()
    assert await rows(url, questions, "query_id") == [("q1",)]


async def test_a_spool_that_cannot_be_made_is_said(url: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    log = await open_log(url, tmp_path / "file" / "spool", replace(HASTY, gather_s=3600))
    with capture_logs() as lines:
        log.record(ASKED)
        await log.durable()
    assert "Not a directory" in log.problem or lines[0]["event"] == "spool.failed"
    assert await rows(url, questions, "query_id") == [("q1",)]
    await log.close()
