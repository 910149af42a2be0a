"""A person is erased: no row, log line or export names them afterwards."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from analytics.contents import ExportFormat, export
from analytics.database import Database
from analytics.erasing.erasure import Cause, Why, forget
from analytics.events import Rated, RatingSource
from analytics.log import Pace, QueryLog
from analytics.privacy import Pseudonyms
from analytics.spool.spool_writer import Spool
from analytics.tables import questions, ratings
from keys import Keys
from tests.analytics.test_log import LockedFile
from tests.fakes.query_log import ASKED, NOON, RATED, record, rows

ANN, BOB = "29:ann", "29:bob"
HASTY = Pace(gather_s=0, retry_first_s=0.01)
OLD, NEW = b"the secret that was replaced", b"the secret that is used today"


async def test_no_row_file_log_line_or_export_names_an_erased_person(tmp_path: Path) -> None:
    """Also not what they asked while the secret was another, what others can still rate, and what
    was on its way into the log. The colleague's rows are as before."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'signpost.db'}"
    log = await QueryLog.open(url, Pace(gather_s=0))
    before, now = Pseudonyms(Keys(OLD)), Pseudonyms(Keys(NEW, [OLD]))
    ann_before, ann = before.pseudonym("t", ANN), now.pseudonym("t", ANN)
    bob = now.pseudonym("t", BOB)
    words = {ann_before: "Ann asked of old", ann: "Ann asked of new", bob: "Bob asked"}
    for number, (asker, text) in enumerate(words.items()):
        name = f"q{number}"
        asked = replace(ASKED, query_id=name, asker=asker, text=text, reply_key=f"c|{name}")
        await record(log, asked, Rated(asker, True, RatingSource.CARD, NOON, name, comment=text))
    database = await Database.open(url)

    with capture_logs() as logged:
        await forget(database, now.every("t", ANN), Why(Cause.COMMAND, "ops"), NOON)
        late = replace(ASKED, query_id="late", asker=ann, text="Ann asked late", reply_key=None)
        await record(log, late)
        table = io.StringIO()
        await export(database, table, ExportFormat.CSV)
    files = _bytes_in(tmp_path)
    for said in (ann, ann_before, "Ann asked", "late"):
        assert said.encode() not in files
        assert said not in table.getvalue()
        assert said not in repr(logged).replace("log.left_out", "")
    assert "Bob asked" in table.getvalue()

    again = replace(ASKED, query_id="again", asker=ann, asked_at=NOON + timedelta(seconds=1))
    await record(log, again)
    table = io.StringIO()
    await export(database, table, ExportFormat.CSV)
    assert ann in table.getvalue()
    await database.close()
    await log.close()


async def test_what_was_spooled_before_does_not_come_back_with_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server was stopped while the database was locked; the person is erased before it starts
    again. Others' rows are written, and no spool file is left."""
    monkeypatch.setattr("analytics.connecting.BUSY_TIMEOUT_S", 0.01)
    path, folder = tmp_path / "signpost.db", tmp_path / "spool"
    url = f"sqlite+aiosqlite:///{path}"
    log = QueryLog(await Database.open(url), HASTY, Spool(folder, 1 << 20))
    with LockedFile(path):
        log.record(replace(ASKED, reply_key=None))
        log.record(RATED)
        log.record(replace(ASKED, query_id="bob's", asker="bob", reply_key=None))
        await log.close()
    database = await Database.open(url)
    erased = await forget(database, [ASKED.asker], Why(Cause.COMMAND, "ops"), NOON)
    assert set(erased.values()) == {0}
    await database.close()

    again = QueryLog(await Database.open(url), HASTY, Spool(folder, 1 << 20))
    async with asyncio.timeout(30):
        while again.stats.written < 3:
            await asyncio.sleep(0.005)
    await again.close()
    assert await rows(url, questions, "query_id") == [("bob's",)]
    assert await rows(url, ratings) == []
    assert list(folder.iterdir()) == []
    assert ASKED.asker.encode() not in _bytes_in(tmp_path)


def test_a_pseudonym_cannot_be_computed_without_the_secret() -> None:
    """It is keyed: whoever knows all directory ids, but not the secret, learns nothing."""
    assert Pseudonyms(Keys(OLD)).pseudonym("t", ANN) != Pseudonyms(Keys(NEW)).pseudonym("t", ANN)


def _bytes_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
