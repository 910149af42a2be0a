"""python -m analytics forget and retain, as an operator runs them."""

from __future__ import annotations

import asyncio
import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analytics.__main__ import main
from analytics.database import Database
from analytics.log import QueryLog
from analytics.privacy import Pseudonyms
from analytics.tables import erasures, questions, ratings
from keys import Keys
from tests.fakes.query_log import ASKED, RATED, environment, record, rows

OBJECT_ID, TENANT = "0AB1CDEF-1111-4222-8333-444444444444", "66666666-7777-4888-8999-000000000000"
SECRET, PREVIOUS = "s" * 32, "p" * 32

Run = Callable[..., "Done"]


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A log of one person, under the secret of today and the one before, and of another."""
    url = f"sqlite+aiosqlite:///{tmp_path}/data/signpost.db"
    asyncio.run(_write(url))
    return url


async def _write(url: str) -> None:
    today, before = (Pseudonyms(Keys(one.encode())) for one in (SECRET, PREVIOUS))
    log = await QueryLog.open(url)
    for number, asker in enumerate(
        [
            today.pseudonym(TENANT, OBJECT_ID.lower()),
            before.pseudonym(TENANT, OBJECT_ID.lower()),
            "bob",
        ]
    ):
        name = f"q{number}"
        await record(
            log,
            replace(ASKED, query_id=name, asker=asker, reply_key=None),
            replace(RATED, query_id=name, asker=asker),
        )
    await log.close()


@pytest.fixture
def run(url: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: str, typed: str = "", url: str = url, **settings: str) -> Done:
        given = environment(url) | {
            "SIGNPOST_SECRET": SECRET,
            "SIGNPOST_PREVIOUS_SECRETS": PREVIOUS,
            "SIGNPOST_TENANT_ID": TENANT,
        }
        for name, value in (given | settings).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["python -m analytics", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        capfd.readouterr()
        try:
            main()
            code = 0
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        return Done(code, *capfd.readouterr())

    return run


async def _asked(url: str) -> list[str]:
    return [name for (name,) in await rows(url, questions, "query_id")]


def test_a_person_is_erased_by_directory_id_under_every_secret(run: Run, url: str) -> None:
    """However the id is spelt. What went is on stdout."""
    done = run("forget", "--user", OBJECT_ID, "--yes", "--reason", "request 7")
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["openings", "erased", "0"],
        ["ratings", "erased", "2"],
        ["results", "erased", "4"],
        ["questions", "erased", "2"],
        ["problem", "reports", "erased", "0"],
        ["rows", "on", "conversations", "erased", "0"],
    ]
    assert asyncio.run(_asked(url)) == ["q2"]
    [(cause, reason)] = asyncio.run(rows(url, erasures, "cause", "reason"))
    assert (cause, reason) == ("command", "request 7")


def test_a_dry_run_says_how_much_and_erases_nothing(run: Run, url: str) -> None:
    done = run("forget", "--user", OBJECT_ID, "--dry-run", "--json")
    counts = {"openings": 0, "ratings": 2, "results": 4, "questions": 2}
    counts |= {"problem_reports": 0, "state": 0}
    assert json.loads(done.stdout) == counts
    assert asyncio.run(_asked(url)) == ["q0", "q1", "q2"]


def test_it_asks_before_it_erases(run: Run, url: str) -> None:
    done = run("forget", "--pseudonym", "bob", typed="n\n")
    assert done.returncode == 1
    assert "Erase 1 ratings, 2 results, 1 questions? This cannot be undone. [y/N]" in done.stderr
    assert len(asyncio.run(_asked(url))) == 3
    assert run("forget", "--pseudonym", "bob", typed="y\n").returncode == 0
    assert asyncio.run(_asked(url)) == ["q0", "q1"]


def test_a_tenant_that_is_not_theirs_finds_nobody(run: Run, url: str) -> None:
    """And says so, rather than having erased somebody."""
    done = run("forget", "--user", OBJECT_ID, "--tenant", "another", typed="n\n")
    assert "Nothing is kept of them in this log." in done.stderr
    assert "Erase nothing that is in the log?" in done.stderr
    assert len(asyncio.run(_asked(url))) == 3


def test_without_the_servers_secret_it_finds_nobody_by_id_and_fails(run: Run, url: str) -> None:
    """Rather than saying that nothing is kept; by pseudonym it needs none."""
    done = run("forget", "--user", OBJECT_ID, "--yes", SIGNPOST_SECRET="")
    assert (done.returncode, done.stdout) == (1, "")
    assert "SIGNPOST_SECRET is not set" in done.stderr
    assert run("forget", "--pseudonym", "bob", "--yes", SIGNPOST_SECRET="").returncode == 0
    assert asyncio.run(_asked(url)) == ["q0", "q1"]


def test_nobody_named_is_misuse(run: Run) -> None:
    done = run("forget", "--yes")
    assert done.returncode == 2
    assert "name somebody" in done.stderr


def test_a_log_that_is_not_there_is_not_made(run: Run, tmp_path: Path) -> None:
    done = run("forget", "--pseudonym", "p", "--yes", url=f"sqlite:///{tmp_path}/none/x.db")
    assert (done.returncode, (tmp_path / "none").exists()) == (1, False)
    assert "there is no query log at" in done.stderr


def test_what_has_had_its_time_is_removed_when_the_date_is_confirmed(run: Run, url: str) -> None:
    """The date is shown, for a wrong clock would empty the log."""
    asyncio.run(_age(url, days=40))
    done = run("retain", "--dry-run", "--json", SIGNPOST_KEEP_TEXTS_DAYS="30")
    assert json.loads(done.stdout)["texts"] == 3
    done = run("retain", typed="n\n", SIGNPOST_KEEP_TEXTS_DAYS="30")
    assert " by the clock. Remove 3 texts, 3 comments?" in done.stderr
    done = run("retain", "--yes", "--json", SIGNPOST_KEEP_TEXTS_DAYS="30")
    assert json.loads(done.stdout)["texts"] == 3
    assert asyncio.run(rows(url, questions, "text", "asker")) == [("", "")] * 3


async def _age(url: str, days: int) -> None:
    """The rows of the log become that old."""
    then = datetime.now(UTC) - timedelta(days=days)
    database = await Database.open(url)
    async with database.writing() as connection:
        await connection.execute(questions.update().values(asked_at=then))
        await connection.execute(ratings.update().values(rated_at=then))
    await database.close()
