"""python -m analytics, as a person or a script runs it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analytics.__main__ import main
from analytics.contents import CSV_COLUMNS
from analytics.database import VERSION
from analytics.events import Asked, Opened, Shown
from analytics.log import QueryLog
from analytics.problem_reports import ProblemReported
from index.content.scan import Scan
from index.golden.questions import load_golden
from index.hints.asked_as import load_asked_as
from snapshot.manifest import AskedAs
from snapshot.models import Heading
from snapshot.store import SnapshotStore
from tests.fakes.query_log import FIRST, environment, ids
from tests.fakes.snapshots import EXPENSES, publish

Run = Callable[..., "Done"]


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code, and what it wrote."""

    returncode: int
    stdout: bytes
    stderr: bytes


@pytest.fixture
def run(
    url: str, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Run:
    """Runs a command in this process, which saves the second that a new one takes to import."""

    def run(*arguments: str | Path, url: str = url) -> Done:
        for name, value in environment(url).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["python -m analytics", *map(str, arguments)])
        capfdbinary.readouterr()
        try:
            main()
            code = 0
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        return Done(code, *capfdbinary.readouterr())

    return run


def test_brackets_in_the_log_s_address_are_printed_as_they_are(run: Run, tmp_path: Path) -> None:
    """rich would take them for styles and emoji."""
    done = run("status", url=f"sqlite:///{tmp_path}/[b]:warning:/[/i].db")
    assert done.returncode == 1
    assert b"[b]:warning:/[/i].db" in done.stderr


def test_a_csv_file_begins_with_the_mark_that_excel_needs(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "november.csv"
    done = run("export", "-o", path)
    assert (done.returncode, done.stdout) == (0, b"")
    assert path.read_bytes().startswith(b"\xef\xbb\xbfquery_id,")
    assert path.read_bytes().removeprefix(b"\xef\xbb\xbf") == run("export").stdout


@pytest.mark.parametrize(
    ("arguments", "name"),
    [(["--format", "jsonl"], "november.txt"), ([], "november.jsonl")],
    ids=["asked for", "by the file's name"],
)
def test_json_lines_have_no_mark(run: Run, tmp_path: Path, arguments: list[str], name: str) -> None:
    assert run("export", *arguments, "--output", tmp_path / name).returncode == 0
    lines = (tmp_path / name).read_bytes().decode().splitlines()
    assert [json.loads(line)["text"] for line in lines] == ["Où ?"] * 4


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2026-11-02", "2026-11-04", ["q1", "q2"]),
        ("2026-11-02T00:00:00Z", "2026-11-03T00:00:01", ["q1", "q2"]),
        ("2026-11-02T00:00:01+00:00", "2027-01-01", ["q2", "q3"]),
        ("2026-11-02T01:00+01:00", "2026-11-03T00:30+01:00", ["q1"]),
        ("2026-11-02", "2026-11-02", []),
    ],
)
def test_a_period_is_given_in_dates_or_times(
    run: Run, since: str, until: str, expected: list[str]
) -> None:
    done = run("export", "--since", since, "--until", until)
    assert done.stdout.startswith(",".join(CSV_COLUMNS).encode())
    assert ids(done.stdout) == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--since", "yesterday"], "'yesterday' is neither a date (2026-11-23) nor a time"),
        (["--since", "2026-11-02", "--until", "2026-11-01"], "is before --since"),
        (["--format", "xlsx"], "'xlsx'"),
        (["-o", "/dev/null"], "/dev/null is no file; - is stdout"),
        (["-o", "/nowhere/november.csv"], "there is no folder /nowhere"),
        (["november.csv"], "november.csv"),
    ],
)
def test_misuse_is_explained_and_exits_with_2(run: Run, arguments: list[str], message: str) -> None:
    done = run("export", *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert message in done.stderr.decode()


@pytest.mark.parametrize("command", ["export", "status"])
def test_a_log_that_is_not_there_is_said_in_a_line_and_exits_with_1(
    run: Run, tmp_path: Path, command: str
) -> None:
    done = run(command, url=f"sqlite:///{tmp_path}/nothing/signpost.db")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == (
        f"Error: there is no query log at {tmp_path}/nothing/signpost.db: "
        f"it begins with the first start\n"
    )


def test_a_bad_setting_is_named_and_exits_with_1(run: Run) -> None:
    done = run("status", url="mysql://root:hunter2@db/log")
    assert done.returncode == 1
    assert b"SIGNPOST_QUERY_LOG_URL" in done.stderr
    assert b"hunter2" not in done.stderr


def test_a_failing_export_leaves_the_file_of_the_last_one(
    run: Run, url: str, tmp_path: Path
) -> None:
    path = tmp_path / "november.csv"
    path.write_text("the last one")
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "signpost.db")) as connection:
        connection.execute("DROP TABLE ratings")
    done = run("export", "-o", path)
    assert done.returncode == 1
    assert b"cannot be read: no such table: ratings" in done.stderr
    assert path.read_text() == "the last one"
    assert {entry.name for entry in tmp_path.iterdir()} == {"data", "november.csv"}


def test_status_says_what_the_log_holds(run: Run) -> None:
    done = run("status")
    assert done.returncode == 0
    words = [line.split() for line in done.stdout.decode().splitlines()]
    assert ["questions", "4"] in words
    assert ["schema", VERSION] in words
    assert ["last", "question", "2026-11-04", "00:00:00", "UTC"] in words


def test_problems_are_listed_the_latest_first_without_who_reported_them(run: Run, url: str) -> None:
    async def report() -> None:
        log = await QueryLog.open(url)
        for number, day in enumerate((1, 2)):
            at = datetime.now(UTC) - timedelta(days=day)
            said = ProblemReported(f"r{number}", at, "a" * 32, "leave", "[b]Leave", f"No. {number}")
            log.record(said)
        await log.close()

    assert run("problems").stderr.decode().strip() == "Nothing was reported."
    asyncio.run(report())
    done = run("problems")
    assert done.returncode == 0
    assert "[b]Leave" in done.stdout.decode()
    found = json.loads(run("problems", "--json").stdout)
    assert [one["text"] for one in found] == ["No. 0", "No. 1"]
    assert set(found[0]) == {"reported_at", "resource_id", "title", "text"}
    assert json.loads(run("problems", "--json", "--since", "2999-01-01").stdout) == []


def test_status_for_scripts(run: Run, tmp_path: Path) -> None:
    assert json.loads(run("status", "--json").stdout) == {
        "url": f"sqlite+aiosqlite:///{tmp_path}/data/signpost.db",
        "schema_version": VERSION,
        "questions": 4,
        "results": 4,
        "openings": 0,
        "ratings": 0,
        "openings_alone": 0,
        "ratings_alone": 0,
        "first_asked_at": "2026-11-01T00:00:00Z",
        "last_asked_at": "2026-11-04T00:00:00Z",
        "sensitive_topics": {},
        "delivery": {"delivered": 4},
    }


def test_golden_candidates_go_where_asked_and_can_be_read_as_golden_questions(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their places are named by the active snapshot."""
    snapshots = tmp_path / "snapshots"
    publish(SnapshotStore(snapshots))
    monkeypatch.setenv("SIGNPOST_SNAPSHOTS_DIR", str(snapshots))
    url = f"sqlite:///{tmp_path}/data/golden.db"
    asyncio.run(write_helped(url))

    done = run("golden", url=url)
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr == (b"Exported 0 candidates. Left out: 1 asked by fewer than 2 people.\n")
    content = tmp_path / "content"
    content.mkdir()
    done = run("golden", "--min-askers", "1", "-o", content / "golden.jsonl", url=url)
    assert (done.returncode, done.stderr) == (0, b"Exported 1 candidate.\n")
    [question] = load_golden(content).questions
    assert (question.text, question.places) == ("How far?", ("travel/expenses.md#mileage",))
    assert b"a-pseudonym" not in (content / "golden.jsonl").read_bytes()
    period = ("--since", "2026-11-02", "--until", "2026-11-03")
    assert run("golden", *period, url=url).stderr == b"Exported 0 candidates.\n"


def test_what_is_asked_of_a_place_goes_where_asked_and_can_be_built(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without what the active snapshot lists already, what is sensitive, and what is too long."""
    snapshots = SnapshotStore(tmp_path / "snapshots")
    publish(snapshots, asked_as=[AskedAs("how do I drive", (0,))])
    monkeypatch.setenv("SIGNPOST_SNAPSHOTS_DIR", str(snapshots.folder))
    url = f"sqlite:///{tmp_path}/data/asked.db"
    asyncio.run(
        write_helped(url, "How far?", "How do I drive?", "I want to kill myself", "far " * 60)
    )
    assert run("asked-as", url=url).stderr == (
        b"Exported 0 candidates. Left out: 4 asked by fewer than 2 people.\n"
    )
    content = tmp_path / "content"
    content.mkdir()
    target = content / "_asked_as.jsonl"
    done = run("asked-as", "--min-askers", "1", "-o", target, url=url)
    assert (done.returncode, done.stderr) == (0, b"Exported 1 candidate.\n")
    served = {EXPENSES.path: (EXPENSES, [Heading("mileage", "Mileage")])}
    entries, notes = load_asked_as(content, Scan((), (), (), (), ()), served)
    assert [(one.question, one.place) for one in entries] == [
        ("How far?", "travel/expenses.md#mileage")
    ]
    assert notes == ()
    assert b"a-pseudonym" not in target.read_bytes()


async def write_helped(url: str, *texts: str) -> None:
    log = await QueryLog.open(url)
    link = EXPENSES.url_at(Heading("mileage", "Mileage"))
    shown = (Shown(1, EXPENSES.id, EXPENSES.title, "Mileage", link, 0.9, 0.8, 7.0),)
    for number, text in enumerate(texts or ("How far?",)):
        asked = ("a-pseudonym", "personal", "en", text, "answered", 0.9, 9.5, "s", shown)
        log.record(Asked(f"q{number}", FIRST, *asked))
        log.record(Opened(f"q{number}", 1, FIRST))
    await log.close()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--since", "2026-11-02", "--until", "2026-11-01"], "is before --since"),
        (["--min-askers", "0"], "--min-askers"),
        (["-o", "/nowhere/golden.jsonl"], "there is no folder /nowhere"),
    ],
)
def test_misuse_of_golden_exits_with_2(run: Run, arguments: list[str], message: str) -> None:
    done = run("golden", *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert message in done.stderr.decode()


def test_golden_says_that_there_is_no_index_yet(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNPOST_SNAPSHOTS_DIR", str(tmp_path / "none"))
    done = run("golden")
    assert done.returncode == 1
    assert b"python -m index build" in done.stderr
