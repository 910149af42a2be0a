"""The export as a process: what it writes where, its reader gone, killed, and its memory."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import pty
import signal
import sqlite3
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

from tests.fakes.query_log import environment, ids, write_log

ROOT = Path(__file__).resolve().parent.parent.parent


def test_standard_output_gets_the_table_and_nothing_else(url: str) -> None:
    """UTF-8 in any language of the terminal, no mark before it; what is said goes to stderr."""
    done = subprocess.run(
        [sys.executable, "-m", "analytics", "export"],
        cwd=ROOT,
        env=environment(url),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"Exported 4 questions.\n")
    assert done.stdout.startswith(b"query_id,asked_at,")
    assert ids(done.stdout) == ["q0", "q1", "q2", "q3"]
    assert done.stdout.count(b"\r\n") == done.stdout.count(b"\n") == 5
    assert "Résumé".encode() in done.stdout


def test_a_reader_that_goes_away_is_no_drama(url: str, tmp_path: Path) -> None:
    asyncio.run(write_log(url, 3000))
    export = subprocess.Popen(
        [sys.executable, "-m", "analytics", "export"],
        cwd=ROOT,
        env=environment(url),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert export.stdout is not None
    assert export.stderr is not None
    assert export.stdout.readline().startswith(b"query_id")
    export.stdout.close()
    assert (export.stderr.read(), export.wait(30)) == (b"", 1)


def test_a_killed_export_leaves_no_half_file(url: str, tmp_path: Path) -> None:
    """Killed as soon as it has begun to write: nothing stands under the name, unless it is all."""
    asyncio.run(write_log(url, 3000))
    target = tmp_path / "out" / "november.csv"
    target.parent.mkdir()
    export = subprocess.Popen(
        [sys.executable, "-m", "analytics", "export", "-o", target], cwd=ROOT, env=environment(url)
    )
    deadline = time.monotonic() + 30
    while not any(target.parent.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.001)
    export.send_signal(signal.SIGKILL)
    export.wait(30)
    assert not target.exists() or len(ids(target.read_bytes()[3:])) == 3000


def test_progress_is_shown_on_a_terminal_only(url: str, tmp_path: Path) -> None:
    """On stderr: the table on stdout stays clean."""
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    done = subprocess.run(
        [sys.executable, "-m", "analytics", "export"],
        cwd=ROOT,
        env=environment(url) | {"TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=inner,
        check=True,
        timeout=60,
    )
    os.close(inner)
    shown = b""
    with contextlib.suppress(OSError):
        while part := os.read(outer, 65536):
            shown += part
    os.close(outer)
    assert b"Exporting" in shown
    assert b"4/4" in shown
    assert ids(done.stdout) == ["q0", "q1", "q2", "q3"]
    assert b"Exporting" not in done.stdout


PEAK = """
import resource, runpy, sys
sys.argv = ["analytics", "export", "--format", "jsonl", "-o", sys.argv[1]]
try:
    runpy.run_module("analytics", run_name="__main__")
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


NUMBERS = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?) "
MORE_QUESTIONS = """INSERT INTO questions
    SELECT 'n' || n, asked_at, asker, channel_kind, locale, text, outcome, top_score, took_ms,
           snapshot_id, NULL, delivery
    FROM questions, n WHERE query_id = 'q0'"""
MORE_RESULTS = """INSERT INTO results
    SELECT 'n' || n, 1, 'r', hex(zeroblob(1000)), 'p', 'u', 1.0, 1.0, 1.0 FROM n"""


def fill(path: Path, count: int) -> None:
    """Adds many copies of the first question, with one long result each."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(NUMBERS + MORE_QUESTIONS, (count,))
        connection.execute(NUMBERS + MORE_RESULTS, (count,))
        connection.commit()


def test_memory_does_not_grow_with_the_log(url: str, tmp_path: Path) -> None:
    """Ten times the rows, 40 MB of them, in the same memory but for a few."""
    peaks = []
    for count in (2_000, 20_000):
        path = tmp_path / f"log-{count}.db"
        with contextlib.closing(sqlite3.connect(tmp_path / "data" / "signpost.db")) as connection:
            connection.execute("VACUUM INTO ?", (str(path),))
        fill(path, count)
        target = tmp_path / f"{count}.jsonl"
        done = subprocess.run(
            [sys.executable, "-c", PEAK, target],
            cwd=ROOT,
            env=environment(f"sqlite:///{path}"),
            capture_output=True,
            check=True,
            timeout=120,
        )
        assert target.read_bytes().count(b"\n") == count + 4
        peaks.append(int(done.stdout))
    unit = 1 if sys.platform == "darwin" else 1024
    assert (peaks[1] - peaks[0]) * unit < 8_000_000
