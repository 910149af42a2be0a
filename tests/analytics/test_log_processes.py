"""The query log among processes: killed while it writes, read while it writes, and a full disk."""

import contextlib
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
WRITER = """
import asyncio, itertools, sys
from datetime import UTC, datetime
from analytics.events import Asked, Shown
from analytics.log import QueryLog

SHOWN = tuple(Shown(rank, "r", "t", "p", "/u", 0.9, 0.8, 7.0) for rank in (1, 2, 3))

def asked(n):
    return Asked(f"q{n:08}", datetime.now(UTC), "a", "personal", "en", f"question {n}", "answered",
                 0.9, 12.0, "s", SHOWN, f"m{n}")

async def main():
    log = await QueryLog.open(sys.argv[1])
    for n in itertools.count(1):
        log.record(asked(n))
        if n % 7 == 0:
            await log.flush()
            print(n, flush=True)

asyncio.run(main())
"""


def start_writer(path: Path) -> "subprocess.Popen[str]":
    """Records questions numbered from 1 for ever, and prints each number that is flushed."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, f"sqlite:///{path}"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def kill(process: "subprocess.Popen[str]") -> list[int]:
    """Kills the writer, and returns the numbers that it said were flushed."""
    process.send_signal(signal.SIGKILL)
    output, _ = process.communicate(timeout=30)
    return [int(line) for line in output.splitlines() if line.strip().isdigit()]


@pytest.mark.parametrize("after", [1, 10, 40])
def test_what_was_flushed_survives_a_kill(tmp_path: Path, after: int) -> None:
    """The file is intact, no question is there in part, and the next start goes on writing."""
    path = tmp_path / "signpost.db"
    for _ in range(2):
        process = start_writer(path)
        assert process.stdout is not None
        acknowledged = [int(process.stdout.readline()) for _ in range(after)]
        acknowledged += kill(process)
        with contextlib.closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            found = connection.execute("SELECT text FROM questions ORDER BY query_id").fetchall()
            counts = connection.execute(
                "SELECT DISTINCT count(*) FROM results GROUP BY query_id"
            ).fetchall()
        expected = [(f"question {n}",) for n in range(1, acknowledged[-1] + 1)]
        assert found[: len(expected)] == expected
        assert counts == [(3,)]


def test_the_log_is_exported_while_the_bot_writes(tmp_path: Path) -> None:
    """Each export is one moment: it has all that was flushed before, and only whole questions."""
    path = tmp_path / "signpost.db"
    writer = start_writer(path)
    assert writer.stdout is not None
    for _ in range(3):
        flushed = int(writer.stdout.readline())
        export = subprocess.run(
            [sys.executable, "-m", "analytics", "export", "--format", "jsonl"],
            env=os.environ | {"SIGNPOST_QUERY_LOG_URL": f"sqlite:///{path}"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        rows = [json.loads(line) for line in export.stdout.splitlines()]
        assert [row["text"] for row in rows] == [f"question {n}" for n in range(1, len(rows) + 1)]
        assert {len(row["results"]) for row in rows} == {3}
        assert len(rows) >= flushed
    assert writer.poll() is None
    kill(writer)


FILLER = """
import asyncio, resource, sys
from datetime import UTC, datetime
from analytics.events import Opened
from analytics.log import Pace, QueryLog

async def main():
    log = await QueryLog.open(sys.argv[1], Pace(retry_first_s=0.01))
    log.record(Opened("before", 1, datetime.now(UTC)))
    await log.flush()
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, resource.RLIM_INFINITY))
    for n in range(5000):
        log.record(Opened(f"during-{n}", 1, datetime.now(UTC)))
    try:
        async with asyncio.timeout(1):
            await log.flush()
    except TimeoutError:
        print("full", log.stats.written < 5001, log.stats.dropped, log.stats.refused)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await log.flush()
    print(log.stats.written, log.stats.dropped, log.stats.refused)
    await log.close()

asyncio.run(main())
"""


@pytest.mark.skipif(resource.getrlimit(resource.RLIMIT_FSIZE)[1] != -1, reason="files are limited")
def test_a_full_disk_is_waited_out(tmp_path: Path) -> None:
    """Files that may not grow fail as a full disk does; nothing recorded meanwhile is lost."""
    path = tmp_path / "signpost.db"
    run = subprocess.run(
        [sys.executable, "-c", FILLER, f"sqlite:///{path}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    lines = run.stdout.splitlines()
    assert [line for line in lines if not line.startswith("20")] == ["full True 0 0", "5001 0 0"]
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("SELECT count(*) FROM openings").fetchall() == [(5001,)]
